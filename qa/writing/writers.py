"""The writer that asks a language model: numbered sentences in, text with `[n]` markers out, piece
by piece."""

import queue
import re
import threading
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from llama_index.core.llms import LLM, ChatMessage, ChatResponse

from qa.writing.bounds import OPENED, TooLong
from qa.writing.failures import explain
from qa.writing.numbered import UNSEEN, Numbered, messages

PAUSE = 0.5  # seconds before the second attempt
LONGEST_REPLY = 8_000  # characters, its thinking included; more is a fault of the model's server
RESERVED = 900  # tokens of the context kept for the instructions, the headings and the answer
FINAL = frozenset({400, 401, 403, 404, 413, 422})  # asking again does not help

_DECLINES = (
    re.compile(  # NO ANSWER, as the prompt asks for it, or "No answer." as a sentence of its own
        r"\W*(?:NO[\s_-]*ANSWER\b|(?i:no[\s_-]*answer)(?:\s*[.:;!*\[]|\W*$))"
    )
)


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a reply as it came, and the tokens of prompt and reply where the server counts
    them."""

    text: str
    tokens: tuple[int, int] | None


class Draft:
    """A reply on its way: iterate over it once for its pieces; stopping early cancels the model.

    Afterwards `text` is all that came, `failed` why the model could not be used or stopped half-way
    (None when it ended by itself), `tokens` the prompt's and the reply's where the server counts
    them, `attempts` how often it was asked.
    """

    def __init__(
        self, llm: LLM, messages: Sequence[ChatMessage], timeout: float, pause: float
    ) -> None:
        self._llm, self._messages, self._timeout, self._pause = llm, messages, timeout, pause
        self.text, self.failed, self.attempts = "", None, 0  # type: str, str | None, int
        self.tokens: tuple[int, int] | None = None

    def __iter__(self) -> Iterator[str]:
        for piece in map(visible, _spoken(self._pieces())):
            self.text += piece
            yield piece
            if _loops(self.text):
                return

    def _pieces(self) -> Iterator[str]:
        end = time.monotonic() + self._timeout
        while True:
            self.attempts += 1
            error, came = None, False
            stop = threading.Event()
            replies: queue.SimpleQueue[Any] = queue.SimpleQueue()
            threading.Thread(
                target=_pump, args=(self._llm, self._messages, replies, stop), daemon=True
            ).start()
            try:
                while isinstance(
                    reply := replies.get(timeout=max(0.0, end - time.monotonic())), Said
                ):
                    self.tokens = reply.tokens or self.tokens
                    if reply.text:
                        came = True
                        yield reply.text
                error = reply
            except queue.Empty:
                error = TimeoutError()
            finally:
                stop.set()
            if error is None:
                return
            if self.attempts == 1 and getattr(error, "status_code", 0) in {400, 422}:
                getattr(self._llm, "additional_kwargs", {}).pop(
                    "stream_options", None
                )  # some servers refuse to count
                continue
            final = came or self.attempts > 1 or getattr(error, "status_code", 0) in FINAL
            if final or time.monotonic() + self._pause >= end:
                self.failed = explain(error)
                return
            time.sleep(self._pause)


def write(
    llm: LLM,
    question: str,
    sentences: Sequence[Numbered],
    *,
    timeout: float = 60.0,
    pause: float = PAUSE,
) -> Draft:
    """Asks the model; nothing is sent before the draft is iterated over. It raises nothing: see
    `Draft.failed`.

    `timeout` is for everything, the second attempt included. What exceeds the model's context is
    left out, last first.
    """
    room = 3 * (
        llm.metadata.context_window - RESERVED
    )  # characters: three to a token is on the safe side
    kept: list[Numbered] = []
    for sentence in sentences:
        room -= len(sentence.text) + len(sentence.title) + len(sentence.note) + 8
        if kept and room < 0:
            break
        kept.append(sentence)
    return Draft(llm, messages(question, kept), timeout, pause)


def _pump(
    llm: LLM,
    messages: Sequence[ChatMessage],
    replies: "queue.SimpleQueue[Any]",
    stop: threading.Event,
) -> None:
    """Hands over the model's replies, then None or what it raised: only a thread can be left behind
    in time."""
    size = 0
    try:
        ended = None
        for reply in llm.stream_chat(messages):
            if stop.is_set():
                return
            size += len(reply.delta or "")
            if size > LONGEST_REPLY:
                raise TooLong(f"more than {LONGEST_REPLY:,} characters")
            ended = _end_mark(reply, ended)
            replies.put(Said(reply.delta or "", _tokens(reply)))
        replies.put(None if ended in (None, True) else ConnectionError("the stream broke off"))
    except Exception as error:  # noqa: BLE001
        replies.put(error)
    finally:
        OPENED.close()


def _tokens(reply: ChatResponse) -> tuple[int, int] | None:
    said = reply.additional_kwargs
    if said.get("prompt_tokens") is None:
        return None
    return int(said["prompt_tokens"]), int(said.get("completion_tokens") or 0)


def _end_mark(reply: ChatResponse, known: bool | None) -> bool | None:
    """Whether the reply's end has been told so far; None from a model that tells no such thing."""
    choices = getattr(reply.raw, "choices", None)
    if not choices:
        return known
    return bool(known or getattr(choices[0], "finish_reason", None))


def visible(text: str) -> str:
    """The text without characters that nobody sees, which could part a number or turn words
    around."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in UNSEEN)


def _spoken(pieces: Iterator[str]) -> Iterator[str]:
    """Without the thinking that some servers leave in front, between <think> tags."""
    held, begun = "", False
    for piece in pieces:
        if begun:
            yield piece
            continue
        held = (held + piece).lstrip()
        if held.startswith("<think>"):
            held = held.partition("</think>")[2].lstrip() if "</think>" in held else held
        if held and not held.startswith("<think>") and not "<think>".startswith(held):
            begun = True
            yield held
    if held and not begun and not held.startswith("<think>"):
        yield held


def _loops(text: str) -> bool:
    return len(text) > 160 and text.count(text[-40:]) > 2


def declines(text: str) -> bool:
    """Does the model say that the sentences do not answer? "No answer was given by the
    ministry" is a claim like any other."""
    return bool(_DECLINES.match(text))
