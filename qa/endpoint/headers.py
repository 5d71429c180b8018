"""The security headers of every reply."""

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Scope, Send

# Gradio's page holds scripts in its HTML and makes functions of text, so these two cannot be
# forbidden; attributes that run script, frames, plug-ins, forms and anything from elsewhere are.
PAGE_POLICY = (
    "default-src 'none'; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; script-src-attr 'none'; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; "
    "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; "
    "form-action 'self'; base-uri 'self'; "
)


def hardened(send: Send, scope: Scope) -> Send:
    """`send` with the security headers set on the response's start."""

    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            # Gradio lets every origin in; who may call is said outside the gate.
            for name in {name for name in headers if name.startswith("access-control-")}:
                del headers[name]
            document = headers.get("content-type", "").startswith("text/html")
            policy = PAGE_POLICY if document else "default-src 'none'; "
            headers.setdefault("content-security-policy", policy + "frame-ancestors 'none'")
            headers.setdefault("x-content-type-options", "nosniff")
            # Not no-referrer: with it a browser says "Origin: null" of our own log-in form.
            headers.setdefault("referrer-policy", "same-origin")
            headers.setdefault("x-frame-options", "DENY")
            if document or scope["path"].startswith("/v1/"):  # after logging out it is gone
                headers.setdefault("cache-control", "no-store")
        await send(message)

    return marked
