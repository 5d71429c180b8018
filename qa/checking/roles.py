"""Who did what to whom: the same words about another name say something else."""

import re
from collections.abc import Iterator

from qa.checking.amounts import Fact
from qa.checking.facts import key, shortened
from qa.checking.wording import PARTING, Words, places
from qa.words import GRAMMAR, PAST, listed

_MUTUAL = frozenset(
    listed("with between meet met meeting talk agree married marry differ")
)  # A met B says that B met A
_LINKS = frozenset(listed("at by for from in of on to"))
DID = re.compile(rf"\w{{2,}}ed|{PAST}")  # a verb of what somebody did
_HELPERS = frozenset(listed("has had have also then later will would"))
_REACH = 12  # words between two names


def exchanged(claim: Words, source: Words) -> str | None:
    """The pair of names of which the source says the reverse."""
    shared = _shared(claim, source)
    theirs = set(_deeds(source, shared))
    for a, verb, b in _deeds(claim, shared):
        pairs = {
            (_one(a, x) and _one(b, y), _one(a, y) and _one(b, x))
            for x, deed, y in theirs
            if deed == verb
        }
        if any(back for _, back in pairs) and not any(straight for straight, _ in pairs):
            return f"the source has {a.text} and {b.text} the other way round"
    return None


def _deeds(words: Words, shared: set[tuple[str, ...]]) -> Iterator[tuple[Fact, str, Fact]]:
    """Names with each word between them, the one that acts first; a possessive does not act."""
    named = _named(words, shared)
    spots = [places(words, fact) for fact in named]
    for i, a in enumerate(named):
        for j, b in enumerate(named[i + 1 :], i + 1):
            first, last = spots[i][-1] + 1, spots[j][0]
            between = range(first, last)
            if not 0 < len(between) <= _REACH or _MUTUAL & {
                *words.words[first:last],
                *words.stems[first:last],
            }:
                continue
            inner = {n for spot in spots[i + 1 : j] for n in spot}
            passive = "by" in words.words[max(first, last - 3) : last]
            for n in between:
                linked = len(between) <= 2 and words.words[n] in _LINKS
                if n not in inner and (words.words[n] not in GRAMMAR or linked):
                    yield (b, words.stems[n], a) if passive else (a, words.stems[n], b)


def _named(words: Words, shared: set[tuple[str, ...]]) -> list[Fact]:
    """The names, the first word too when it is one elsewhere; a possessive does not act."""
    named = [
        fact
        for fact in words.facts
        if fact.kind == "name" and words.text[fact.end : fact.end + 1] != "'"
    ]
    opener = words.text.split(" ", 1)[0]
    if (
        (key(opener),) in shared
        and opener[:1].isupper()
        and not any(fact.start == 0 for fact in named)
    ):
        named.insert(0, Fact("name", opener, 0, len(opener), (key(opener),)))
    return named


def _shared(claim: Words, source: Words) -> set[tuple[str, ...]]:
    return {fact.value for words in (claim, source) for fact in words.facts if fact.kind == "name"}


def _one(name: Fact, other: Fact) -> bool:
    """One name, or a shorter form of the other."""
    one, two = sorted((name.value, other.value), key=len)
    return all(part in two for part in one) or shortened(name, other)


def other_subject(claim: Words, source: Words) -> str | None:
    """The name of which the source says what the claim says of another: right before the same verb, the other not in its clause."""
    shared = _shared(claim, source)
    theirs = {
        verb: name
        for name in _named(source, shared)
        if (verb := _verb_of(source, name)) is not None
    }
    for name in _named(claim, shared):
        if (verb := _verb_of(claim, name)) is not None:
            there = [n for n, stem in enumerate(source.stems) if stem == claim.stems[verb]]
            if there and all(n in theirs and not _beside(source, n, name) for n in there):
                return f"the source says '{claim.words[verb]}' of {theirs[there[0]].text}, the answer of {name.text}"
    return None


def _verb_of(words: Words, name: Fact) -> int | None:
    """The place of the verb that follows a name in its clause, with nothing but helpers between and no `by` behind."""
    first = places(words, name)[-1] + 1
    verb = next((n for n in range(first, len(words.words)) if words.words[n] not in _HELPERS), None)
    if verb is None or not DID.fullmatch(words.words[verb]) or any(words.breaks[first : verb + 1]):
        return None
    return None if words.words[verb + 1 : verb + 2] == ["by"] else verb


def _beside(words: Words, verb: int, name: Fact) -> bool:
    """Whether the name stands in the clause of this verb."""
    parts = [
        n for n, word in enumerate(words.words) if words.breaks[n] or word in PARTING - {"and"}
    ]
    first, beyond = (
        max((n for n in parts if n <= verb), default=0),
        min((n for n in parts if n > verb), default=len(words.words)),
    )
    return any(fact.kind == "name" and _one(name, fact) for fact in words.between(first, beyond))


def compared(claim: Words, source: Words) -> str | None:
    """A comparison the other way round: what stands before `than` in one stands behind it in the other."""
    if claim.words.count("than") != 1 or source.words.count("than") != 1:
        return None
    (a, b), (x, y) = (
        (words.side(None, n), words.side(n, None))
        for words in (claim, source)
        for n in [words.words.index("than")]
    )
    straight, back = len(a & x) + len(b & y), len(a & y) + len(b & x)
    return (
        "the source compares them the other way round"
        if a & y and b & x and back >= straight
        else None
    )
