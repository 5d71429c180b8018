"""How a sentence says a thing: its words and negations, opposites, and whether it only reports, supposes or denies."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise

from qa.checking.facts import ALIASES, Fact, facts, same
from qa.words import GRAMMAR, listed, stem

_NEGATIONS = frozenset(listed("not never no none nobody nothing neither nor without hardly barely"))
_DENIAL = frozenset(
    listed("deny denied denies denying denial dismissed rejected refuted disputed false untrue hoax debunked")
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
    (_DENIAL, "the source says this of a denial"),
    (_SAID, "the source gives this as somebody's words"),
    (_HEDGE, "the source says this only as possible or planned"),
    (_CONDITION, "the source says this only under a condition"),
)
_SIDES = [  # a claim that takes one side only, where its source takes only the other, is wrong
    [frozenset(listed(side)) for side in line.split("|")]
    for line in (
        "rise rises rose risen rising climb climbs climbed climbing gain gains gained gaining grow grows grew grown growing"
        " increase increases increased increasing jumped soared surged surging doubled doubles tripled raise raises raised raising"
        " boosted strengthened expanded accelerated improved"
        "|fall falls fell fallen falling slowed slows slowing drop drops dropped dropping decline declines declined declining"
        " decrease decreases decreased decreasing plunged slumped tumbled shrank shrunk halved slid eased cut cuts cutting reduce"
        " reduces reduced reducing lowered slashed weakened contracted worsened",
        "open opens opened opening reopen reopens reopened|close closes closed closing shut shuts closure",
        "started began begun launched resumed|ended finished stopped halted ceased suspended cancelled canceled",
        "accept accepts accepted approve approves approved agree agrees agreed support supports supported endorsed ratified adopted"
        " passed confirm confirmed|reject rejects rejected refuse refuses refused oppose opposes opposed vetoed",
        "allow allows allowed permitted legalised legalized legal|ban bans banned forbidden prohibited outlawed illegal barred",
        "won wins win|lost loses lose",
        "survived survive alive|died die dies dead killed",
        "released freed|arrested detained jailed imprisoned",
        "innocent acquitted|guilty convicted",
        "arrive arrives arrived|left departed",
        "praise praises praised welcomed hailed applauded|criticise criticised criticized criticises condemned denounced",
        "sped hastened|delay delays delayed postponed",
        "beat beats won|drew",
        "hired appointed|fired dismissed sacked",
        "imports imported|exports exported",
        "able|unable",
        "likely|unlikely",
        "succeeded|failed",
        "most majority|few fewer minority",
        "favour favor|against",
    )
]
_OPPOSITES = (  # in one another's place
    "more less|more fewer|higher lower|highest lowest|larger smaller|largest smallest|before after|above below|over under"
    "|most least|first last|all none|all some|all most|always never|up down|north south|east west|northern southern"
    "|eastern western|open closed|early late|earlier later|earliest latest|better worse|best worst|stronger weaker"
    "|success failure|possible impossible|male female|men women|boys girls|oldest youngest|older younger|longer shorter"
    "|longest shortest|faster slower|includes excludes|buy sell|bought sold|with without|both neither"
    "|half quarter|half third|third quarter|inside outside"
    "|positive negative|public private|today yesterday|today tomorrow|last next|this next|this last|for against"
)
_PAIRS = frozenset(frozenset(pair.split()) for pair in _OPPOSITES.split("|"))
PARTING = frozenset(listed("and but while with as"))  # begin another clause
_UNDONE = re.compile(r"\b(?:fail|failed|fails|failing|refuse|refused|refuses|refusing|declined|declines) to\b")
_CUES = _DENIAL | _SAID | _HEDGE | _CONDITION
_WORD = re.compile(r"\w+(?:[.,']\w+)*")


def _stem(word: str) -> str:
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
        text = re.sub(r"(?i)\bcannot\b|\bca ?n't\b", "can not", re.sub(r"(?i)\bwo ?n't\b", "will not", text))
        text = re.sub(r"(?i) ?n't\b", " not", text)
        found = list(_WORD.finditer(text))
        gaps = [text[a.end() : b.start()] for a, b in pairwise(found)]
        words = [m[0] if m[0] in ("May", "Will", "US") else m[0].lower() for m in found]
        breaks = [True, *(bool(re.search(r'[,;:.()"–]|\s-\s', gap)) for gap in gaps)]
        return cls(text, words, [_stem(w) for w in words], [m.start() for m in found], breaks)

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
        spans = [(f.start, max(f.end, f.start + len(f.text))) for f in self.facts if f.kind == "number"]
        return {s for s, at in zip(self.stems, self.starts, strict=True) if any(a <= at < b for a, b in spans)}

    def content(self) -> set[str]:
        return self.side(None, None)

    def side(self, first: int | None, beyond: int | None) -> set[str]:
        """The stems of content among the words in these places."""
        part = slice(first, beyond)
        return {s for s, w in zip(self.stems[part], self.words[part], strict=True) if w not in GRAMMAR}


def places(words: Words, fact: Fact) -> list[int]:
    """The numbers of a fact's words, with the unit of a number."""
    end = max(fact.end, fact.start + len(fact.text))
    return [n for n, start in enumerate(words.starts) if fact.start <= start < end] or [0]


def clash(claim: Words, source: Words) -> str | None:
    """What a word by word comparison finds: a negation more or less, an opposite, one fact in the place of another."""
    if sides := _opposed(claim, source):
        return f"the source says '{sides[1]}', the answer '{sides[0]}'"
    denied = [word for word in claim.words if word in _NEGATIONS]
    if denied and not any(word in _NEGATIONS | _DENIAL for word in source.words):
        return f"the answer says '{denied[0]}', the source does not"
    ops = SequenceMatcher(None, claim.stems, source.stems, autojunk=False).get_opcodes()
    share = sum(i2 - i1 for tag, i1, i2, _, _ in ops if tag == "equal") / max(1, len(claim.words))
    for tag, i1, i2, j1, j2 in ops if share >= 0.4 else ():
        if tag == "equal":
            continue
        more = [word for word in claim.words[i1:i2] if word in _NEGATIONS]
        less = [j for j in range(j1, j2) if source.words[j] in _NEGATIONS]
        if more and not less:
            return f"the answer says '{more[0]}', the source does not"
        near = any(j2 - j <= 3 and not any(source.breaks[j + 1 : j2 + 1]) for j in less)
        if less and not more and i2 < len(claim.words) and (near or (i1 < i2 and j2 - j1 <= i2 - i1 + 3)):
            return f"the source says '{source.words[less[0]]}', the answer does not"
        close = share >= 0.65 and max(i2 - i1, j2 - j1) <= 6
        swapped = _swapped(claim, source, (i1, i2, j1, j2)) if close else None
        if swapped:
            return f"the source says {swapped[1]}, the answer {swapped[0]}"
    return None


def _opposed(claim: Words, source: Words) -> tuple[str, str] | None:
    """The word with which a claim, at least half of it in the source's words, takes the other side than the source."""
    own, theirs = claim.content(), source.content()
    for one, other in [line[::step] for line in _SIDES for step in (1, -1)]:
        a, b = next((w for w in claim.words if w in one), None), next((w for w in source.words if w in other), None)
        if a and b and not other & set(claim.words) and not one & set(source.words):
            rest = own - {_stem(a)}
            if len(rest & theirs) >= 0.5 * len(rest):
                return a, b
    return None


def _swapped(claim: Words, source: Words, places: tuple[int, int, int, int]) -> tuple[str, str] | None:
    """What the claim says in these places, and the opposite word or other fact that the source has there."""
    i1, i2, j1, j2 = places
    for a in claim.words[i1:i2]:
        for b in source.words[j1:j2]:
            if {a, b} in _PAIRS:
                return f"'{a}'", f"'{b}'"
    theirs = source.between(j1, j2)
    for fact in claim.between(i1, i2):
        rivals = [other for other in theirs if other.kind == fact.kind != "quote"]
        twins = [other for other in source.facts if other.kind == fact.kind and same(fact, other)]
        if rivals and not any(other in rivals or claim.next(fact) & source.next(other) for other in twins):
            return fact.text, rivals[0].text
    return None


def dropped(claim: Words, source: Words) -> str | None:
    """The denial, attribution, hedge or condition that governs in the source what the claim says bare."""
    content = claim.content()
    matched = [
        j for j, (s, w) in enumerate(zip(source.stems, source.words, strict=True)) if s in content and w not in _CUES
    ]
    for cues, reason in _FRAMES if matched else ():
        if (cues | (_DENIAL | _HEDGE if cues is _SAID else cues)) & set(claim.words):
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
        tail is not None and source.words[tail] not in ("who", "which", "whose", "and", "but", "while")
    )
