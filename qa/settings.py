"""Every setting of the product, read from the environment once; an unknown name or a bad value
stops the start."""

import json
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "FOOTNOTE_"


class SettingsError(ValueError):
    """A setting that cannot be used; the message names it, its value and the remedy in one line."""


def _headers(given: object) -> object:
    """JSON, or lines of `Name: value`; what cannot be sent as a header is refused here, where no
    message repeats it."""
    if not isinstance(given, str):
        return given
    try:
        pairs = (
            json.loads(given)
            if given.lstrip().startswith("{")
            else dict(re.split(r":\s*", x, maxsplit=1) for x in given.splitlines())
        )
    except ValueError:
        raise ValueError("it is neither JSON nor lines of `Name: value`") from None
    if not all(re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII) for name in pairs):
        raise ValueError("a name has characters that no header has")
    if not all(
        isinstance(value, str) and value.isascii() and value.isprintable()
        for value in pairs.values()
    ):
        raise ValueError("a value is not printable ASCII")
    return pairs


class Settings(BaseSettings):
    """Names are the environment's without the prefix `FOOTNOTE_`, in lower case."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True)

    data: Path = Field(Path(".footnote"), description="Folder of the index.")
    host: str = Field("127.0.0.1", description="Address to serve on.")
    port: int = Field(7860, ge=0, le=65535, description="Port to serve on.")
    writer: Literal["auto", "quote", "llm"] = Field(
        "auto", description="auto: llm as soon as a model is configured."
    )
    llm_url: str | None = Field(
        None, pattern=r"^https?://", description="Base URL of an OpenAI-shaped server."
    )
    llm_model: str | None = Field(
        None, description="Model name; the server's first when not given."
    )
    llm_api_key: SecretStr | None = Field(
        None, description="Key for the server, when it needs one."
    )
    llm_gguf: Path | None = Field(None, description="A GGUF file, served in-process (extra: gguf).")
    llm_timeout: float = Field(
        60.0, gt=0, description="Seconds to wait for the model before quoting instead."
    )
    reader: Path | None = Field(
        None, description="Folder of another extractive-QA model of transformers."
    )
    chroma_url: str | None = Field(
        None,
        pattern=r"^https?://[^@]*$",
        description="A Chroma server instead of the embedded store.",
    )
    chroma_headers: Annotated[dict[str, SecretStr], NoDecode, BeforeValidator(_headers)] = Field(
        {}, description="Headers for the Chroma server: JSON, or lines of `Name: value`."
    )
    top_k: int = Field(8, ge=1, le=50, description="Passages retrieved for a question.")
    threads: int = Field(0, ge=0, le=256, description="Threads for the models; 0 takes all cores.")
    root_path: str = Field(
        "",
        pattern=r"^(/[A-Za-z0-9._~-]+)*$",
        description="Path below which a proxy serves it, as /tools/footnote; "
        "else X-Forwarded-Prefix says.",
    )
    open: bool = Field(False, description="Serve without keys on any address.")
    concurrency: int = Field(2, ge=1, le=64, description="Answers computed at the same time.")
    queue: int = Field(8, ge=0, le=10_000, description="Requests that may wait; more get 503.")
    deadline: float = Field(120.0, gt=0, description="Seconds a request may take before 504.")
    max_body: int = Field(10_000_000, ge=1_000, description="Bytes a request body may have.")
    rate_limit: int = Field(
        600,
        ge=0,
        description="Requests a minute for one key, or one address when open; 0 is no limit.",
    )
    cors_origins: str = Field(
        "", description="Origins other pages may call from, separated by commas."
    )
    watch: str = Field(
        "", description="Folders and feed addresses that a server watches, separated by commas."
    )
    watch_every: str = Field("10m", description="Time between two looks at a feed: 90s, 10m, 2h.")
    allow_private: bool = Field(
        False, description="Let feeds come from, and webhooks go to, this machine's own net too."
    )
    log_questions: bool = Field(
        False, description="Write question text and error messages to the log."
    )

    def chroma(self) -> dict[str, Any]:
        """What `Index.open` wants to know about the Chroma server."""
        headers = {name: value.get_secret_value() for name, value in self.chroma_headers.items()}
        return {"chroma_url": self.chroma_url, "chroma_headers": headers}


def load() -> Settings:
    """The settings of this process's environment; raises SettingsError with one line for the first
    thing wrong."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise SettingsError(f"{name}: unknown setting; known are {', '.join(sorted(known))}")
    try:
        return Settings()  # type: ignore[call-arg]
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        secret = name.endswith(("KEY", "HEADERS")) or "@" in str(
            first["input"]
        )  # an address may hold a password
        shown = "(hidden)" if secret else repr(first["input"])
        raise SettingsError(
            f"{name}: {shown} is not usable: {first['msg']}; change it or unset it"
        ) from None
