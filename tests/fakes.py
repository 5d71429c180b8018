"""A scripted language model and a reader that counts words, on the real seams, for tests that must know what they say."""

import re
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata
from llama_index.core.llms.callbacks import llm_completion_callback
from numpy.typing import NDArray
from pydantic import Field, PrivateAttr

from index.records import Passage
from qa.reading.choose import asked, stems
from qa.reading.readings import Reading, Span
from qa.reading.scales import Scales


class Refused(Exception):
    """An error with a status, as clients of HTTP servers raise them."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}; the key was sk-secret")
        self.status_code = status


class ScriptedLLM(CustomLLM):
    """Says the replies in turn (the last one for ever), `chunk` characters at a time, and keeps the prompts it was given.

    `fail` holds what the n-th call raises before its first piece (None: nothing), `breaks` raises after that many pieces.
    With `hold` every call waits for the event before the piece number `held`: a slow model, without a clock.
    """

    replies: list[str]
    chunk: int = 3
    fail: list[Any] = Field(default_factory=list)
    breaks: int | None = None
    held: int = 0
    context_window: int = 4096
    _prompts: list[str] = PrivateAttr(default_factory=list)
    _hold: threading.Event | None = PrivateAttr(default=None)
    _closed: threading.Event = PrivateAttr(default_factory=threading.Event)

    def __init__(
        self, replies: Sequence[str] | str, *, hold: threading.Event | None = None, **given: Any
    ) -> None:
        super().__init__(replies=[replies] if isinstance(replies, str) else list(replies), **given)
        self._hold = hold

    @property
    def prompts(self) -> list[str]:
        return self._prompts

    @property
    def closed(self) -> threading.Event:
        """Set when a reply was ended, by itself or by whoever read it."""
        return self._closed

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="scripted", context_window=self.context_window)

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return CompletionResponse(text=self._next(prompt))

    @llm_completion_callback()
    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponseGen:
        return self._stream(prompt)

    def _stream(self, prompt: str) -> CompletionResponseGen:
        try:
            reply = self._next(prompt)
            for number, start in enumerate(range(0, len(reply) or 1, self.chunk)):
                if self._hold is not None and number == self.held:
                    self._hold.wait(10)
                if number == self.breaks:
                    raise ConnectionError("the line is gone")
                text = reply[: start + self.chunk]
                yield CompletionResponse(text=text, delta=reply[start : start + self.chunk])
        finally:
            self._closed.set()

    def _next(self, prompt: str) -> str:
        self._prompts.append(prompt)
        call = len(self._prompts) - 1
        if call < len(self.fail) and self.fail[call] is not None:
            raise self.fail[call]
        return self.replies[min(call, len(self.replies) - 1)]


class ScriptedModel:
    """What the pipeline asks of `qa.writing.models.Model`, over a ScriptedLLM; with `raises` its model cannot even be had."""

    name = "scripted"
    timeout = 10.0

    def __init__(
        self, llm: ScriptedLLM, *, error: str | None = None, raises: Exception | None = None
    ) -> None:
        self._llm, self.error, self._raises, self.closed = llm, error, raises, False

    @property
    def llm(self) -> ScriptedLLM:
        if self._raises:
            raise self._raises
        return self._llm

    def close(self) -> None:
        self.closed = True


class WordReader:
    """Reads by words alone: a sentence with most of the question's answers (logit 4, else -4), its first word is the span."""

    def read(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[Reading]:
        readings, words = [], asked(question)
        for _, passage in passages:
            share = [len(words & stems(s.text)) / max(1, len(words)) for s in passage.sentences]
            logits = tuple(4.0 if one > 0.5 else -4.0 for one in share)
            spans = tuple(
                Span(s.start, s.start + len(s.text.split()[0]), x)
                for s, x in zip(passage.sentences, logits, strict=True)
            )
            readings.append(Reading(max(logits), logits, spans))
        return readings

    def support(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Borne out when three in five of the claim's words are in the premise; contradicted when more than half are and
        a number is not."""
        logits = np.full((len(pairs), 2), -4.0, np.float32)
        for row, (claim, premise) in enumerate(pairs):
            words, there = stems(claim), stems(re.sub(r"\(.*\)", "", premise))
            share = len(words & there) / max(1, len(words))
            lacking = any(word.isdigit() for word in words - there)
            if share > 0.5 and lacking:
                logits[row, 1] = 4.0
            elif share >= 0.6:
                logits[row, 0] = 4.0
        return logits


def word_scales() -> Scales:
    """Believe the reader's sentence logit, which is the first feature, and nothing else."""
    real = Scales.load()
    sentence, decision = (
        (1.0,) + (0.0,) * (len(weights) - 1) for weights in (real.sentence, real.decision)
    )
    return Scales(
        sentence,
        decision,
        (1.0, 0.0, 0.0),
        (1.0, 0.0, 0.0),
        support=(1.0, 0.0),
        answer=0.5,
        also=0.5,
        short=0.0,
    )
