"""The exact facts of a sentence (numbers, dates, names, quotations) and their comparison with those of a source."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from math import isclose

from qa.checking.amounts import Fact, numbers, plain, table
from qa.checking.dates import dates
from qa.words import FUNCTION, listed

__all__ = ["Fact", "facts", "key", "missing", "plain", "same", "shortened", "year"]

_QUOTE = re.compile(r'(?<!\w)"([^"]{3,}?)"(?!\w)')
_CAPITAL = re.compile(r"[^\W\d_a-z][\w&]*(?:[-'.]\w+)*")
_LINK = re.compile(r"\s(?:(?:of|de|del|van|von|der|la|le|du|da|bin|al)\s){0,2}")
_TITLES = frozenset(
    listed(
        "mr mrs ms dr sir president prime minister secretary state king queen pope saint st senator governor"
    )
)
ALIASES = table(  # a country's people and its other names, where they are not its name with an ending
    "usa: america american americans; uk: britain british britons; france: french; netherlands: dutch holland; spain:"
    " spanish spaniards; switzerland: swiss; greece: greek greeks; denmark: danish danes; sweden: swedish swedes; poland:"
    " polish poles; turkey: turkish turks turkiye; ireland: irish; wales: welsh; scotland: scottish scots; england: english;"
    " finland: finnish finns; norway: norwegian norwegians; czechia: czech czechs; philippines: filipino filipinos; lebanon:"
    " lebanese; portugal: portuguese; peru: peruvian peruvians; afghanistan: afghan afghans; cyprus: cypriot cypriots;"
    " iceland: icelandic; croatia: croat croats; serbia: serb serbs; slovakia: slovak slovaks; mexico: mexican mexicans;"
    " germany: german germans; belgium: belgian belgians; thailand: thai thais; myanmar: burma burmese; kyiv: kiev; nigeria:"
    " nigerian nigerians; romania: romanian romanians"
)
_AMERICAS = frozenset(listed("south north central latin"))  # more than the United States
_ELSEWHEN = re.compile(
    r"\b(?:ago|last|next|previous|earlier|since|following)\b", re.IGNORECASE
)  # of another year than its article
_NO_NAME = ("ly", "ing", "ed", "ment", "tion", "sion", "ness", "ity", "ism")
_PLACE, _PEOPLE = {"", *listed("a e i o ia")}, {*listed("n s ns an ans ian ians ese i is ish ic")}


def key(word: str) -> str:
    """A name's spelling without accents, doubled letters and the choice between y, i and j: Zelenskyy is Zelensky."""
    word = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode() or word
    word = re.sub(r"'s?$|\W", "", word)
    word = "usa" if word == "US" else ALIASES.get(word.lower(), word.lower())
    return re.sub(r"(.)\1+", r"\1", re.sub("[yj]", "i", word)) or word


def names(text: str, taken: Sequence[Fact] = ()) -> Iterator[Fact]:
    """Capitalised spans outside `taken`; value: the keys of their words without titles.

    The first word of a sentence counts only when it can hardly be anything else: alone, in the singular, before a small letter.
    """
    group: list[re.Match[str]] = []
    for found in [*_CAPITAL.finditer(text), None]:
        if group and (found is None or not _LINK.fullmatch(text, group[-1].end(), found.start())):
            opens = re.search(
                r"(?:^|[.!?:;\"(\[])\s?$", text[max(0, group[0].start() - 2) : group[0].start()]
            )
            real = [
                w
                for w in group[
                    group[0][0].lower().removesuffix("'s") in FUNCTION and group[0][0] != "US" :
                ]
                if not any(d.start <= w.start() < d.end for d in taken)
            ]
            kept = [w for w in real if w[0].lower() not in _TITLES] or ([] if opens else real)
            if kept and opens and kept[0] is group[0]:
                word, after = kept[0][0].removesuffix("'s"), text[kept[0].end() : kept[0].end() + 2]
                bare = after[:1] == " " and after[1:].islower() and not word.endswith("s")
                good = (bare or word[1:].isupper() or len(kept) > 1) and not word.endswith(_NO_NAME)
                kept = kept if good else kept[1:]
            if kept:
                start, end = (real if opens else kept)[0].start(), kept[-1].end()
                parts = [part for w in kept for part in w[0].split("-") if part[:1].isupper()]
                keys = tuple(key(part) for part in parts)
                keys = tuple(
                    "america" if one == "usa" and keys[0] in _AMERICAS else one for one in keys
                )
                yield Fact("name", text[start:end], start, end, keys)
            group = []
        group += [found] if found and found[0][0].isupper() else []


def quotes(text: str) -> Iterator[Fact]:
    """Quotations; value: their parts, cut at an ellipsis, without brackets and closing punctuation, in lower case."""
    for found in _QUOTE.finditer(text):
        parts = re.split(r"\.\.\.", re.sub(r"[\[\]]", "", found[1]).lower())
        yield Fact(
            "quote", found[0], found.start(), found.end(), tuple(p.strip(" .,;:!?") for p in parts)
        )


def facts(text: str, published: str | None = None) -> list[Fact]:
    """Every fact of a plain() text; `published` resolves the days that it names only from its own."""
    known = list(dates(text, published))
    known += numbers(text, known)
    return [*known, *names(text, known), *quotes(text)]


def _like(one: str, other: str) -> bool:
    """The same name, or a country and its people."""
    stem = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    a, b = one[stem:], other[stem:]
    return one == other or (
        stem >= 4 and ((a in _PLACE and b in _PEOPLE) or (a in _PEOPLE and b in _PLACE))
    )


def _same_number(claim: Fact, source: Fact) -> bool:
    (a, unit, bound, grain), (b, other, limit, _) = claim.value, source.value
    if unit != other and ((unit and other) or {unit, other} & {"ordinal", "%", "decade", "time"}):
        return False
    if {bound, limit} == {"<", ">"} or (limit == "-" and bound in ("", "~")):
        return False
    if isclose(a, b, rel_tol=1e-9):
        return True
    near = abs(a - b) <= min(grain / 2, a / 20)
    return (
        bool(grain)
        and limit in ("", "~")
        and (near or (bound == ">" and a < b <= 1.5 * a) or (bound == "<" and a > b >= a / 1.5))
    )


def _same_date(claim: Fact, source: Fact) -> bool:
    (year, month, day, weekday), (y, m, d, w) = claim.value, source.value
    if weekday is not None:
        return bool(weekday == w or (y and m and d and date(y, m, d).weekday() == weekday))
    return bool(m == month and (day is None or d == day) and (not year or not y or y == year))


def same(claim: Fact, source: Fact) -> bool:
    """Whether the source's fact bears out the claim's."""
    if claim.kind == source.kind == "number":
        return _same_number(claim, source)
    if claim.kind == source.kind == "date":
        return _same_date(claim, source)
    if not claim.kind == source.kind == "name":
        return False
    return shortened(claim, source) or any(_like(a, b) for a in claim.value for b in source.value)


def shortened(one: Fact, other: Fact) -> bool:
    """Whether either is the initials of the other: WHO, World Health Organization."""
    return any(
        a.text.isupper() and a.text == "".join(re.findall(r"\b[A-Z]", b.text))
        for a, b in ((one, other), (other, one))
    )


def _named(name: Fact, theirs: list[Fact], words: set[str], initials: str) -> bool:
    """All its words are there, or it is a longer form or the initials of a name that is."""
    if all(any(_like(part, word) for word in words) for part in name.value):
        return True
    shorter = any(
        o.kind == "name" and set(o.value) < set(name.value) and o.value[-1] == name.value[-1]
        for o in theirs
    )
    short = re.sub(
        r"(.)\1+", r"\1", "".join(w[0] for w in re.findall(r"\w+", name.text) if w[0].isupper())
    ).lower()
    return (
        shorter
        or (name.text.isupper() and name.value[0] in initials)
        or (len(name.value) > 1 and short in words)
    )


def _quoted(quote: Fact, source: str) -> bool:
    """Its parts stand in the source, word for word and in this order."""
    text, at = re.sub(r'[\[\]"]', "", source).lower(), 0
    for part in quote.value:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def missing(
    claim: Sequence[Fact], source: str, context: str = "", published: str | None = None
) -> dict[Fact, str]:
    """The claim's facts that the source does not bear out, each with the reason. `context` may supply names and years."""
    theirs, around = facts(source, published), facts(context)
    words = {key(w) for w in re.findall(r"[\w']+", f"{source} {context}".replace("-", " "))}
    words |= {part for fact in (*theirs, *around) if fact.kind == "name" for part in fact.value}
    initials = re.sub(
        r"(.)\1+", r"\1", "".join(re.findall(r"\b[A-Z]", f"{source} {context}"))
    ).lower()
    stated = {int(year) for year in re.findall(r"\b[12]\d{3}\b", f"{source} {context}")}
    years = {y for fact in (*theirs, *around) if (y := year(fact))}
    if (
        published
        and not any(fact.kind == "date" or year(fact) for fact in theirs)
        and not _ELSEWHEN.search(source)
    ):
        years.add(int(published[:4]))
    faults = {}
    for fact in claim:
        good, reason = (
            any(same(fact, other) for other in theirs),
            f"the source does not say {fact.text}",
        )
        if fact.kind == "name":
            good, reason = (
                _named(fact, [*theirs, *around], words, initials),
                f"the source does not name {fact.text}",
            )
        elif fact.kind == "quote":
            good, reason = _quoted(fact, source), f"the source does not have the words {fact.text}"
        elif rival := next(
            (f for f in theirs if f.kind == fact.kind and not any(same(c, f) for c in claim)), None
        ):
            reason = f"the source says {rival.text}, the answer {fact.text}"
        if fact.kind == "number":
            good |= fact.value[0] in (0, 1) or fact.value[2] == "the" or year(fact) in years
        elif fact.kind == "date" and good and fact.value[0]:
            good = fact.value[0] in stated | {f.value[0] for f in theirs if same(fact, f)}
        if not good:
            faults[fact] = reason
    return faults


def year(fact: Fact) -> int | None:
    """The year that a date or a bare number names."""
    if fact.kind == "date":
        return int(fact.value[0]) if fact.value[0] else None
    return (
        int(fact.text)
        if fact.kind == "number" and re.fullmatch(r"1\d{3}|20\d\d", fact.text)
        else None
    )
