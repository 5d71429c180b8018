"""How a sentence says a thing: its words, and whether it only reports, supposes or denies."""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from qa.checking.facts import ALIASES, Fact, facts
from qa.words import GRAMMAR, listed, stem

NEGATIONS = frozenset(listed("not never no none nobody nothing neither nor without hardly barely"))
DENIAL = frozenset(
    listed(
        "deny denied denies denying denial dismissed rejected refuted disputed false untrue hoax debunked"
    )
)
_SAID = frozenset(
    listed(
        "said says say saying claimed claims claim claiming alleged allegedly alleges reportedly according argued argues argue"
        " believed believes believe insisted insists suggested suggests warned predicted supposedly purportedly rumored rumoured"
        " accused thinks thought asserted asserts contended contends told stated remarked"
    )
)
_HEDGE = frozenset(
    listed(
        "may might could possibly perhaps probably maybe likely unlikely planned plans planning expected expects proposed hopes"
        " hoped intends intended considering potentially seems appears wants tried attempted threatened"
    )
)
_CONDITION = frozenset(listed("if unless provided whether"))
_FRAMES = (
    (DENIAL, "the source says this of a denial"),
    (_SAID, "the source gives this as somebody's words"),
    (_HEDGE, "the source says this only as possible or planned"),
    (_CONDITION, "the source says this only under a condition"),
)
PARTING = frozenset(listed("and but while with as"))  # begin another clause
_UNDONE = re.compile(
    r"\b(?:fail|failed|fails|failing|refuse|refused|refuses|refusing|declined|declines) to\b"
)
_CUES = DENIAL | _SAID | _HEDGE | _CONDITION
_WORD = re.compile(r"\w+(?:[.,']\w+)*")


def word_stem(word: str) -> str:
    word = re.sub(r"'s?$", "", word)
    return "usa" if word == "US" else stem(ALIASES.get(word.lower(), word.lower()))


@dataclass(frozen=True)
class Words:
    """A plain text as words, with their places and the clause breaks before them."""

    text: str
    words: list[str]
    stems: list[str]
    starts: list[int]
    breaks: list[bool]

    @classmethod
    def of(cls, text: str) -> "Words":
        text = re.sub(r"\b([Nn]o)(?: one|-one)\b", r"\1body", _UNDONE.sub("not to", text))
        text = re.sub(
            r"(?i)\bcannot\b|\bca ?n't\b", "can not", re.sub(r"(?i)\bwo ?n't\b", "will not", text)
        )
        text = re.sub(r"(?i) ?n't\b", " not", text)
        found = list(_WORD.finditer(text))
        gaps = [text[a.end() : b.start()] for a, b in pairwise(found)]
        words = [m[0] if m[0] in ("May", "Will", "US") else m[0].lower() for m in found]
        breaks = [True, *(bool(re.search(r'[,;:.()"–]|\s-\s', gap)) for gap in gaps)]
        return cls(text, words, [word_stem(w) for w in words], [m.start() for m in found], breaks)

    def inside(self, other: "Words") -> bool:
        """Whether these words stand in the other text just so."""
        return f" {' '.join(self.words).lower()} " in f" {' '.join(other.words).lower()} "

    @cached_property
    def facts(self) -> list[Fact]:
        return facts(self.text)

    def between(self, first: int, beyond: int) -> list[Fact]:
        """The facts that touch these words."""
        if first >= beyond:
            return []
        left, right = self.starts[first], self.starts[beyond - 1]
        return [fact for fact in self.facts if fact.start <= right and fact.end > left]

    def next(self, fact: Fact) -> set[str]:
        """The stems of the words of content among the three behind a fact."""
        after = [n for n, start in enumerate(self.starts) if start >= fact.end][:3]
        return {self.stems[n] for n in after if self.words[n] not in GRAMMAR}

    def figures(self) -> set[str]:
        """The stems of its numbers' words, which are compared as facts: `$3.5bn` is 3.5 billion dollars."""
        spans = [
            (f.start, max(f.end, f.start + len(f.text))) for f in self.facts if f.kind == "number"
        ]
        return {
            s
            for s, at in zip(self.stems, self.starts, strict=True)
            if any(a <= at < b for a, b in spans)
        }

    def content(self) -> set[str]:
        return self.side(None, None)

    def side(self, first: int | None, beyond: int | None) -> set[str]:
        """The stems of content among the words in these places."""
        part = slice(first, beyond)
        return {
            s for s, w in zip(self.stems[part], self.words[part], strict=True) if w not in GRAMMAR
        }


def places(words: Words, fact: Fact) -> list[int]:
    """The numbers of a fact's words, with the unit of a number."""
    end = max(fact.end, fact.start + len(fact.text))
    return [n for n, start in enumerate(words.starts) if fact.start <= start < end] or [0]


def dropped(claim: Words, source: Words) -> str | None:
    """The denial, attribution, hedge or condition that governs in the source what the claim says bare."""
    content = claim.content()
    matched = [
        j
        for j, (s, w) in enumerate(zip(source.stems, source.words, strict=True))
        if s in content and w not in _CUES
    ]
    for cues, reason in _FRAMES if matched else ():
        if (cues | (DENIAL | _HEDGE if cues is _SAID else cues)) & set(claim.words):
            continue
        for j, word in enumerate(source.words):
            if word in cues and _governs(source, j, matched):
                return reason
    return None


def _governs(source: Words, j: int, matched: list[int]) -> bool:
    """Whether the cue at j stands close before the matched words, or in a tail of its own right behind them."""
    after = next((m for m in matched if m > j), None)
    before = next((m for m in reversed(matched) if m < j), None)
    comma = next((b for b in range(j + 1, len(source.words)) if source.breaks[b]), None)
    if source.words[j] in _CONDITION:
        opening = source.breaks[j] and comma is not None and after is not None and after >= comma
        return opening or (before is not None and j - before <= 2 and after is None)
    if after is not None:
        if comma is None or after < comma:
            return after - j <= 4
        if after - j <= 2 or (source.words[j] == "according" and after - comma <= 3):
            return True
    if before is None or after is not None or j - before > 6 or source.words[j] in _HEDGE:
        return False
    following = source.text[source.starts[j + 1] :] if j + 1 < len(source.words) else ""
    if source.breaks[j] and following[:1].islower() and not following.startswith(("the ", "a ")):
        return source.words[j] in ("according", "reportedly")  # `a man, of that place, said it was`
    tail = next((b for b in range(before + 1, j + 1) if source.breaks[b]), None)
    return source.words[j] in ("according", "reportedly") or (
        tail is not None
        and source.words[tail] not in ("who", "which", "whose", "and", "but", "while")
    )
