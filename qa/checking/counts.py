"""How many of what: a number of the claim must count in the source what it counts in the claim."""

import re
from collections.abc import Sequence

from qa.checking.amounts import CARDINALS, Fact
from qa.checking.facts import same
from qa.checking.roles import DID
from qa.checking.wording import PARTING, Words, places
from qa.words import GRAMMAR, listed

_FATES = [  # each number belongs to one of a line's groups
    [frozenset(listed(group)) for group in line.split("|")]
    for line in (
        "killed kills killing kill died dies die dead death deaths|injured injures injuring injury injuries wounded wounding hurt"
        "|missing disappeared|arrested detained arrests|rescued|displaced evacuated",
        "men man male|women woman female|boys|girls|children",
        "soldiers troops|civilians",
        "won wins win|lost loses lose",
    )
]
_RANKS = {"ordinal", "decade", "time"}  # units that count nothing
_SCORE = re.compile(r"\b(\d{1,3})\s?(?:-|–|to)\s?(\d{1,3})\b")
_OF_THEM = re.compile(
    rf"\b(\d[\d,]*|{'|'.join(CARDINALS)}) (?:out )?of (?:the |its |their )?(\d[\d,]*)\b",
    re.IGNORECASE,
)


def miscounted(claim: Words, source: Words) -> str | None:
    """What the source counts otherwise."""
    return _turned(claim, source) or _part(claim, source) or _other_thing(claim, source)


def _turned(claim: Words, source: Words) -> str | None:
    """A result the other way round: 1-3 for 3-1."""
    scores = _SCORE.findall(source.text)
    for a, b in _SCORE.findall(claim.text):
        if a != b and (b, a) in scores and (a, b) not in scores:
            return f"the source says {b}-{a}, the answer {a}-{b}"
    return None


def _part(claim: Words, source: Words) -> str | None:
    """All where the source has a part of them: 47 drones for 40 of 47."""
    for part, whole in _OF_THEM.findall(source.text):
        every = {"all", "every", "each"} & set(claim.words) or whole in claim.words
        if every and part.lower() not in claim.words:
            return f"the source says {part} of {whole}"
    return None


def _other_thing(claim: Words, source: Words) -> str | None:
    """The number's nearest word of a line is of another group of it, or it counts what another number of the source counts."""
    numbers = [fact for fact in source.facts if fact.kind == "number"]
    for number in (fact for fact in claim.facts if fact.kind == "number"):
        equal = [fact for fact in numbers if same(number, fact)]
        beside = _side if number.value[1] else _thing
        for rival in (fact for fact in numbers if equal and _rival(fact, number, equal)):
            if beside(claim, number, source, equal, rival):
                return f"the source says {rival.text} of this, the answer {number.text}"
        for line in _FATES:
            mine, theirs = (
                _fate(claim, number, line),
                [_fate(source, other, line) for other in equal],
            )
            word = theirs[0][0] if theirs else ""
            if mine[0] and word and all(one[0] and one[1] != mine[1] for one in theirs):
                return f"the source says '{word}' of {number.text}, the answer '{mine[0]}'"
    return None


def _thing(claim: Words, number: Fact, source: Words, equal: Sequence[Fact], rival: Fact) -> bool:
    """Whether what stands behind the number stands in the source behind the rival, and something else behind the equal ones."""
    thing, things = _counted(claim, number), [_counted(source, one) for one in equal]
    return bool(thing) and _counted(source, rival) == thing and all(things) and thing not in things


def _counted(words: Words, number: Fact) -> str:
    """The stem of the word right behind a number, empty when it carries nothing or is a verb."""
    n = places(words, number)[-1] + 1
    if (
        n == len(words.words)
        or words.breaks[n]
        or words.words[n] in GRAMMAR
        or DID.fullmatch(words.words[n])
    ):
        return ""
    return words.stems[n]


def _side(claim: Words, number: Fact, source: Words, equal: Sequence[Fact], rival: Fact) -> bool:
    """Whether the amount has in the claim words about it that are nearer to the rival in the source, and none of its own there;
    what stands before all numbers may be about each of them."""
    first = min(places(source, fact)[0] for fact in (*equal, rival))
    said, behind = _nearest(claim, number), source.side(first, None)
    own = set().union(*(_nearest(source, one) for one in equal))
    taken = said & _nearest(source, rival) & behind - own
    return bool(taken) and bool(own - said) and not said & own & behind


def _rival(fact: Fact, number: Fact, equal: Sequence[Fact]) -> bool:
    """Another number of that unit, but not the other end of a range."""
    unit = number.value[1]
    return fact.value[1] == unit not in _RANKS and all(fact.text != one.text for one in equal)


def _nearest(words: Words, number: Fact) -> set[str]:
    """The stems of content to which no other number of its unit is nearer."""
    numbers = [f for f in words.facts if f.kind == "number" and f.value[1] == number.value[1]]
    own = {n for one in numbers for n in places(words, one)}
    return {
        stem
        for n, (stem, word) in enumerate(zip(words.stems, words.words, strict=True))
        if word not in GRAMMAR
        and n not in own
        and _apart(words, n, number) <= min(_apart(words, n, other) for other in numbers)
    }


def _apart(words: Words, n: int, fact: Fact) -> int:
    """Words between, and ten for each clause that ends there."""
    own = places(words, fact)
    low, high = (n, own[0]) if n < own[0] else (own[-1], n)
    return high - low + 10 * _partings(words, low, high)


def _partings(words: Words, low: int, high: int) -> int:
    return sum(words.breaks[k] or words.words[k] in PARTING for k in range(low + 1, high + 1))


def counts_other(question: str, sentence: str, at: int) -> bool:
    """Whether it is asked how many were killed, say, and the clause around the character `at` has only words of another group of
    that line, and the sentence none of its own."""
    if not re.search(r"\bhow (?:many|much)\b", question, re.I):
        return False
    clause = next(
        c[0]
        for c in re.finditer(r".+?(?:[,;]| and | but |$)", sentence + " ", re.S)
        if c.end() > at
    )
    asked, said, near = (
        set(re.findall(r"\w+", text.lower())) for text in (question, sentence, clause)
    )
    mine = [[group for group in line if group & asked] for line in _FATES]
    return any(
        groups and any(group & near for group in line) and not any(group & said for group in groups)
        for groups, line in zip(mine, _FATES, strict=True)
    )


def _fate(words: Words, number: Fact, line: Sequence[frozenset[str]]) -> tuple[str, int]:
    """The word of this line that is nearest to the number, in its own clause if possible, and its group."""
    at, best = places(words, number)[0], (99, "", 0)
    for n, word in enumerate(words.words):
        group = next((g for g, group in enumerate(line) if word in group), None)
        if group is not None:
            best = min(best, (abs(n - at) + 10 * _partings(words, *sorted((n, at))), word, group))
    return best[1:]
