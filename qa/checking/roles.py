"""Who did what to whom, and how many of what: the same words about another name or number say something else."""

import re
from collections.abc import Iterator, Sequence

from qa.checking.amounts import Fact
from qa.checking.facts import key, same
from qa.checking.wording import Words
from qa.words import GRAMMAR, listed

_MUTUAL = frozenset(
    listed("with between meet met meeting talk agree married marry differ")
)  # A met B says that B met A
_LINKS = frozenset(listed("at by for from in of on to"))
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
_PARTING = frozenset(listed("and but while with as"))
_REACH = 12  # words between two names


def exchanged(claim: Words, source: Words) -> str | None:
    """The pair of names of which the source says the reverse."""
    shared = {fact.value for words in (claim, source) for fact in words.facts if fact.kind == "name"}
    theirs = set(_deeds(source, shared))
    for a, verb, b in _deeds(claim, shared):
        pairs = {(_one(a, x) and _one(b, y), _one(a, y) and _one(b, x)) for x, deed, y in theirs if deed == verb}
        if any(back for _, back in pairs) and not any(straight for straight, _ in pairs):
            return f"the source has {a.text} and {b.text} the other way round"
    return None


def _deeds(words: Words, shared: set[tuple[str, ...]]) -> Iterator[tuple[Fact, str, Fact]]:
    """Names with each word between them, the one that acts first; a possessive does not act."""
    named = [fact for fact in words.facts if fact.kind == "name" and words.text[fact.end : fact.end + 1] != "'"]
    opener = words.text.split(" ", 1)[0]
    if (key(opener),) in shared and opener[:1].isupper() and not any(fact.start == 0 for fact in named):
        named.insert(0, Fact("name", opener, 0, len(opener), (key(opener),)))
    places = [_places(words, fact) for fact in named]
    for i, a in enumerate(named):
        for j, b in enumerate(named[i + 1 :], i + 1):
            first, last = places[i][-1] + 1, places[j][0]
            between = range(first, last)
            if not 0 < len(between) <= _REACH or _MUTUAL & {*words.words[first:last], *words.stems[first:last]}:
                continue
            inner = {n for place in places[i + 1 : j] for n in place}
            passive = "by" in words.words[max(first, last - 3) : last]
            for n in between:
                linked = len(between) <= 2 and words.words[n] in _LINKS
                if n not in inner and (words.words[n] not in GRAMMAR or linked):
                    yield (b, words.stems[n], a) if passive else (a, words.stems[n], b)


def _places(words: Words, fact: Fact) -> list[int]:
    return [n for n, start in enumerate(words.starts) if fact.start <= start < fact.end] or [0]


def _one(name: Fact, other: Fact) -> bool:
    """One name, or a shorter form of the other."""
    one, two = sorted((name.value, other.value), key=len)
    return all(part in two for part in one)


def miscounted(claim: Words, source: Words) -> str | None:
    """What the source counts otherwise: the number's nearest word of a line is of another group of it."""
    for number in (fact for fact in claim.facts if fact.kind == "number"):
        others = [fact for fact in source.facts if fact.kind == "number" and same(number, fact)]
        for line in _FATES:
            mine, theirs = _fate(claim, number, line), [_fate(source, other, line) for other in others]
            word = theirs[0][0] if theirs else ""
            if mine[0] and word and all(one[0] and one[1] != mine[1] for one in theirs):
                return f"the source says '{word}' of {number.text}, the answer '{mine[0]}'"
    return None


def counts_other(question: str, sentence: str, at: int) -> bool:
    """Whether it is asked how many were killed, say, and the clause around the character `at` has only words of another group of
    that line, and the sentence none of its own."""
    if not re.search(r"\bhow (?:many|much)\b", question, re.I):
        return False
    clause = next(c[0] for c in re.finditer(r".+?(?:[,;]| and | but |$)", sentence + " ", re.S) if c.end() > at)
    asked, said, near = (set(re.findall(r"\w+", text.lower())) for text in (question, sentence, clause))
    mine = [[group for group in line if group & asked] for line in _FATES]
    return any(
        groups and any(group & near for group in line) and not any(group & said for group in groups)
        for groups, line in zip(mine, _FATES, strict=True)
    )


def _fate(words: Words, number: Fact, line: Sequence[frozenset[str]]) -> tuple[str, int]:
    """The word of this line that is nearest to the number, in its own clause if possible, and its group."""
    at, best = _places(words, number)[0], (99, "", 0)
    for n, word in enumerate(words.words):
        group = next((g for g, group in enumerate(line) if word in group), None)
        if group is not None:
            low, high = sorted((n, at))
            parted = sum(words.breaks[k] or words.words[k] in _PARTING for k in range(low + 1, high + 1))
            best = min(best, (abs(n - at) + 10 * parted, word, group))
    return best[1:]
