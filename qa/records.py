"""The Answer record: the one thing that the page, the endpoint and the command line render."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from index.records import Filters

Support = Literal["supported", "partly", "unsupported"]
Status = Literal["answered", "partial", "no_answer"]
# Why an evidence of a refusal that is one sentence is no answer.
PERHAPS = "just below the threshold"
NEAREST = "nearest sentence, but it does not answer"


@dataclass(frozen=True, slots=True)
class Citation:
    """A pointer to one retrieved sentence: `article.text[start:end] == text`. `number` is the `[n]`
    in the answer, from 1.

    `link` leads to the sentence in the article as published, or to `page` when it has no address;
    `page` is a path of Footnote's own.
    """

    number: int
    article_id: str
    title: str
    source: str
    url: str | None
    published: str | None
    start: int
    end: int
    text: str
    link: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of the answer: `answer[start:end] == text`, without its `[n]` markers.
    `probability` is of being supported."""

    text: str
    start: int
    end: int
    support: Support
    probability: float
    reason: str | None
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """The words that answer, inside a cited sentence; offsets into the article of that citation."""

    text: str
    citation: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage looked at for the question, whether it was used and why (`cited`, `below the
    threshold`, ...). A refusal's first ones are the sentences that come nearest, the best first,
    with their probability as `score`."""

    article_id: str
    title: str
    source: str
    published: str | None
    start: int
    end: int
    text: str
    score: float
    used: bool
    why: str

    @property
    def sentence(self) -> bool:
        """Whether it is one sentence of a passage that is evidence too."""
        return self.why in (PERHAPS, NEAREST)


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader should know: a stable code for scripts and a sentence for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the language model read and wrote for one draft, as its server counts them; completing a
    follow-up is not in it."""

    prompt: int
    completion: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question; field by field what `POST /v1/answer` returns. `probability` is
    that the evidence answers; `filters` limited the articles, given or found in the question, whose
    relative dates count from `as_of` (ISO); `tokens` are None when no model was asked or its server
    does not count them."""

    id: str
    question: str
    standalone_question: str
    status: Status
    probability: float
    answer: str
    short_answer: ShortAnswer | None = None
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    writer: str = "quote"
    model: str | None = None
    draft: str | None = None
    tokens: Tokens | None = None
    filters: Filters = Filters()
    as_of: str | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain lists and dicts, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a streamed answer, in this order: `evidence` once, `claim` for each checked
    claim, `done` once.

    `claim` events carry the claim, what stands before it on its line (`lead`) and those of its
    citations that no earlier event carried; `done` carries the Answer, which alone is final: a
    claim's `start` and `end` index the text joined so far.
    """

    kind: Literal["evidence", "claim", "done"]
    evidence: tuple[Evidence, ...] = ()
    claim: Claim | None = None
    citations: tuple[Citation, ...] = ()
    lead: str = ""
    answer: Answer | None = None
