"""The language model of the settings, behind llama-index's one client for servers of the OpenAI
shape."""

import re
import secrets
import time
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from llama_index.core.llms import LLM, ChatMessage

from qa.settings import Settings, SettingsError
from qa.writing.bounds import bounded, within
from qa.writing.choice import with_choice
from qa.writing.failures import explain, status_of
from qa.writing.gguf import serve

WINDOW = 4096  # tokens of context assumed when the server does not say
NEEDED = 2048  # the least for an answer
MAX_TOKENS = 320  # an answer is a few sentences; a model that babbles is cut here
CONNECT = 2.0  # seconds to reach a server
LIST = 5.0  # seconds for it to list its models
# the fields in which vLLM and hosted servers say the context of a model
WINDOWS = ("max_model_len", "context_length", "max_context_length", "context_window")
TRIAL = (
    'Answer in one word from the sentence "The talks were held in Budapest." '
    "Where were the talks held?"
)


@dataclass(frozen=True, slots=True)
class Probe:
    """What `footnote doctor` says about the model, in one line."""

    ok: bool
    message: str


class Model:
    """A model behind an OpenAI-shaped server: `models` are the names it listed, each with its
    window in tokens (0: not said), `error` one line while it cannot be asked; `close` ends the
    connections, and the server if it is our own."""

    def __init__(self, settings: Settings, base: str, key: str, server: Any = None) -> None:
        self.where = str(settings.llm_gguf) if server else base
        self._settings, self._base, self._key, self._server = settings, base, key, server
        self._llm: LLM | None = None
        # seconds that one answer may take to write and to check, a second attempt included
        self.timeout = min(settings.llm_timeout, settings.deadline)
        self._http = httpx.Client(
            trust_env=server is None,  # no proxy on the way to our own server
            headers={"Accept-Encoding": "identity"},
            event_hooks={"response": [bounded(self.timeout)]},
        )
        limits = httpx.Timeout(
            self.timeout, connect=CONNECT
        )  # the writer retries, knowing its deadline
        from openai import OpenAI  # here and below: quoting needs no client, and it takes a second

        self._client = OpenAI(
            api_key=key, base_url=base, max_retries=0, timeout=limits, http_client=self._http
        )
        self.models, self.error = self._list()

    def close(self) -> None:
        self._http.close()
        self._server = self._llm = (
            None  # dropping the last reference stops the server and waits for its threads
        )

    @property
    def name(self) -> str:
        """The model asked for; `default` as long as no server could say which it has."""
        return self._settings.llm_model or next(iter(self.models), "default")

    @property
    def llm(self) -> LLM:
        """Take it anew for each answer: a server that was down is then asked again for its
        models."""
        from llama_index.llms.openai_like import OpenAILike  # type: ignore[import-untyped]

        if self.error and self._llm is not None:
            self.models, self.error = self._list()
        if self._llm is None or self._llm.metadata.model_name != self.name:
            try:
                self._llm = OpenAILike(
                    self.name,
                    0.0,
                    MAX_TOKENS,
                    {"stream_options": {"include_usage": True}},
                    api_base=self._base,
                    api_key=self._key,
                    openai_client=self._client,
                    context_window=self.models.get(self.name) or WINDOW,
                    is_chat_model=True,
                    max_retries=0,
                )
            except ValueError:
                raise SettingsError(
                    f"FOOTNOTE_LLM_MODEL: {self.name!r} is no chat model; name another"
                ) from None
        return self._llm

    def _list(self) -> tuple[dict[str, int], str | None]:
        limits = httpx.Timeout(LIST, connect=CONNECT)
        keyed = {"Authorization": f"Bearer {self._key}"}
        address = f"{self._base}/models"
        try:
            reply = within(
                LIST + CONNECT, lambda: self._http.get(address, headers=keyed, timeout=limits)
            )
            reply.raise_for_status()
            return {str(row["id"]): _window(row) for row in reply.json()["data"]}, None
        except TimeoutError as error:
            return {}, explain(error, self.where)
        except (ValueError, KeyError, TypeError, AttributeError):
            return {}, f"{self.where} is no OpenAI-shaped server; check FOOTNOTE_LLM_URL"
        except httpx.HTTPError as error:
            return {}, explain(error, self.where)

    def probe(self) -> Probe:
        """Asks one question whose answer is known; the message says what is wrong where something
        is."""
        if self.error and not (
            self._settings.llm_model and "404" in self.error
        ):  # some hosted servers list nothing
            return Probe(False, self.error)
        named, window = f"{self.name} at {self.where}", self.llm.metadata.context_window
        if window < NEEDED:
            return Probe(
                False, f"{named}: its context of {window} tokens is too small; {NEEDED} are needed"
            )
        begun = time.monotonic()
        try:
            reply = self.llm.chat([ChatMessage(role="user", content=TRIAL)]).message.content or ""
        except Exception as error:  # noqa: BLE001
            listed = ", ".join(self.models)[:99]
            wrong = f"{self.where} has no model {self.name!r} but {listed}: see FOOTNOTE_LLM_MODEL"
            unknown = (
                self.models and self.name not in self.models and status_of(error) in {400, 404, 422}
            )
            return Probe(False, wrong if unknown else explain(error, self.where))
        if "budapest" not in reply.lower():
            return Probe(
                False, f"{named} answers nonsense: {' '.join(reply.split())[:60]!r} to {TRIAL!r}"
            )
        return Probe(
            True, f"{named} answers in {time.monotonic() - begun:.1f} s; context {window} tokens"
        )


def connect(settings: Settings) -> Model | None:
    """The model that the settings name, else the one chosen for the data folder, None when there is
    neither; a server that is down does not stop the start.

    Raises SettingsError for what can never work: a URL and a file at once, a file that is no GGUF,
    the extra missing.
    """
    settings = with_choice(settings)
    if settings.llm_url and settings.llm_gguf:
        raise SettingsError("FOOTNOTE_LLM_URL and FOOTNOTE_LLM_GGUF are both set; unset one")
    if settings.llm_gguf and settings.writer != "quote":
        own = secrets.token_hex(
            16
        )  # other users of this machine can reach the port, but not the model
        server = serve(settings.llm_gguf, own, settings.threads)
        return Model(settings, f"{server.listening_address}/v1", own, server)
    if settings.llm_url and settings.writer != "quote":
        key = settings.llm_api_key.get_secret_value().strip() if settings.llm_api_key else "none"
        if not (key.isascii() and key.isprintable()):
            raise SettingsError(
                "FOOTNOTE_LLM_API_KEY: (hidden) holds characters that no key has; copy it again"
            )
        return Model(settings, _base(settings.llm_url), key)
    if settings.writer == "llm":
        raise SettingsError(
            "FOOTNOTE_WRITER: 'llm' needs a model; set FOOTNOTE_LLM_URL or FOOTNOTE_LLM_GGUF, "
            "or choose one with `footnote model`"
        )
    return None


def probe(settings: Settings) -> Probe:
    """Connects as `connect` does and tries the model; whatever is wrong comes back as the
    message."""
    try:
        model = connect(settings)
        if model is not None:
            with closing(model):
                return model.probe()
    except SettingsError as error:
        return Probe(False, str(error))
    return Probe(True, "no model is in use; answers are quoted")


def _window(row: dict[str, Any]) -> int:
    """The context of a listed model in tokens; llama.cpp says it under `meta`."""
    sizes = [*map(row.get, WINDOWS), (row.get("meta") or {}).get("n_ctx")]
    return max(size if isinstance(size, int) else 0 for size in sizes)


def _base(url: str) -> str:
    """Where the server's paths begin: `/v1` is added unless the URL names a version."""
    base = url.strip().rstrip("/").removesuffix("/chat/completions")
    try:
        parsed, _ = httpx.URL(base), urlsplit(base).port
    except (httpx.InvalidURL, ValueError):
        raise SettingsError(
            "FOOTNOTE_LLM_URL: (hidden) is no address that can be reached; change it"
        ) from None
    if parsed.userinfo or parsed.query:
        raise SettingsError(
            "FOOTNOTE_LLM_URL: (hidden) holds a password or a query; use FOOTNOTE_LLM_API_KEY"
        )
    return base if re.search(r"/v\d", parsed.path) else base + "/v1"
