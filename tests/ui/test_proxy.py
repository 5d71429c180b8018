"""The page and the endpoint behind a path, through a real proxy process, whether or not it takes the path off."""

import re
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from qa.endpoint.keys import Keys
from qa.pipeline import Pipeline
from qa.settings import Settings
from tests.qa.conftest import running, where
from ui import serve

PREFIX = "/tools/foot"
PROXY = """
import http.client, http.server, sys
port, target, strips = int(sys.argv[1]), sys.argv[2], sys.argv[3] == "strips"

class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def do(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
        headers |= {"Host": target, "X-Forwarded-Host": self.headers["host"]}
        path = self.path
        if strips:
            headers["X-Forwarded-Prefix"] = "PREFIX"
            path = path.removeprefix("PREFIX")
        upstream = http.client.HTTPConnection(target, timeout=60)
        upstream.request(self.command, path, body, headers)
        reply = upstream.getresponse()
        self.send_response(reply.status)
        for name, value in reply.getheaders():
            if name.lower() not in ("transfer-encoding", "connection"):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.read())

    do_GET = do_POST = do_PUT = do

server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Proxy)
print(server.server_address[1], flush=True)
server.serve_forever()
""".replace("PREFIX", PREFIX)


@pytest.fixture(scope="module", params=["strips", "keeps"])
def proxy(
    request: pytest.FixtureRequest, pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """The address behind the proxy, and a key; the proxy that keeps the path is told of by the setting."""
    place = tmp_path_factory.mktemp("proxied")
    key = Keys(place).add("desk")
    root = PREFIX if request.param == "keeps" else ""
    with running(serve.app(pipeline, Settings(data=place, root_path=root))) as server:
        target = where(server).removeprefix("http://")
        command = [sys.executable, "-c", PROXY, "0", target, request.param]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as proxy:
            try:
                assert proxy.stdout
                base = f"http://127.0.0.1:{int(proxy.stdout.readline())}{PREFIX}"
                yield base, key
            finally:
                proxy.terminate()


@pytest.fixture
def proxied(proxy: tuple[str, str]) -> Iterator[httpx.Client]:
    base, key = proxy
    bearer = {"authorization": f"Bearer {key}"}
    with httpx.Client(base_url=base, headers=bearer, trust_env=False, timeout=120) as client:
        yield client


def test_everything_works_behind_a_path(proxied: httpx.Client) -> None:
    base = str(proxied.base_url).rstrip("/")
    page = proxied.get("/")
    assert page.status_code == 200
    assert f'"root":"{base}"' in page.text.replace(" ", "")
    assert proxied.get("/config").json()["root"] == base
    theme = re.search(r'href="([^"]*theme\.css[^"]*)"', page.text)
    assert theme is None or proxied.get(httpx.URL(page.url).join(theme[1])).status_code == 200
    record = proxied.post("/v1/answer", json={"question": "How far can a Tomahawk fly?"}).json()
    assert proxied.get(record["citations"][0]["page"]).text.count("<mark") == 1
    asked = {"model": "footnote", "messages": [{"role": "user", "content": "Hello!"}]}
    for path in ("/v1/chat/completions", "/v1/chat/completions/"):
        assert proxied.post(path, json=asked).status_code == 200
    asked["messages"][0]["content"] = "How far can a Tomahawk fly?"
    told = proxied.post("/v1/chat/completions", json=asked).json()["choices"][0]["message"]
    address = told["annotations"][0]["url_citation"]["url"]
    assert address.startswith(f"{base}/a/")
    assert httpx.get(address, headers=proxied.headers, trust_env=False).is_success
    following = proxied.get("/v1/articles?limit=5").json()["next"]
    assert httpx.URL(base).join(following).path == f"{PREFIX}/v1/articles"
    upload = proxied.post("/gradio_api/upload", files={"files": ("a.txt", b"words")})
    assert upload.status_code == 403  # the key only reads, wherever the path begins


def test_one_logs_in_behind_a_path(proxied: httpx.Client) -> None:
    key = proxied.headers.pop("authorization").removeprefix("Bearer ")
    form = proxied.get("/?q=Who", headers={"accept": "text/html"})
    assert form.status_code == 401
    action = re.search(r'action="([^"]+)"', form.text)
    assert action
    assert action[1].startswith(f"{PREFIX}/login?next=")
    reply = proxied.post(httpx.URL(form.url).join(action[1]), data={"key": key})
    assert (reply.status_code, reply.headers["location"]) == (303, f"{PREFIX}/?q=Who")
    assert proxied.get("/").status_code == 200


def test_no_path_is_a_way_around_the_gate(proxied: httpx.Client) -> None:
    body = {"text": "The tides were high."}
    for path in ("/v1/articles/x", f"{PREFIX}/v1/articles/x", "/v1/articles/x/"):
        assert proxied.put(path, json=body).status_code in (403, 404, 405), path
    article = proxied.get("/v1/articles/x")
    assert article.status_code == 404
