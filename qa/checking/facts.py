"""The exact facts of a sentence (numbers, dates, names, quotations) and their comparison with those of a source."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from math import isclose

from qa.checking.amounts import Fact, dates, listed, numbers, plain

__all__ = ["Fact", "facts", "key", "missing", "plain", "same"]

_QUOTE = re.compile(r'(?<!\w)"([^"]{3,}?)"(?!\w)')
_CAPITAL = re.compile(r"[^\W\d_a-z][\w&]*(?:[-'.]\w+)*")
_LINK = re.compile(r"\s(?:(?:of|de|del|van|von|der|la|le|du|da|bin|al)\s){0,2}")
_OPENERS = frozenset(
    listed(
        "a an the this that these those it its he she they his her their we our you your i my who what when where why how which"
        " there here in on at by for from to of with as and but or nor so yet if although though while because since after before"
        " during until under over between among through despite unlike like both either neither each every all some many most much"
        " more few several other another such no not only also even still just however therefore thus then later earlier now one"
        " two is was are were be been has have had do does did will would can could may might should must"
        " up about around nearly almost roughly approximately"
    )
)
_TITLES = frozenset(
    listed("mr mrs ms dr sir president prime minister secretary state king queen pope saint st senator governor")
)
_ENDINGS = frozenset(["", *listed("a n s an ian ia i y e ese ish ic us er ns ans ians")])
_RANGE = re.compile(r"(?<![\w.,–-])([$€£¥]?\d[\d,.]*)\s?(?:%\s?)?[–-]\s?[$€£¥]?(\d[\d,.]*)(?![\w–-])")
_ALIASES = {"usa": "us", "america": "us", "american": "us", "americans": "us", "britain": "uk", "british": "uk"}


def key(word: str) -> str:
    """A name's spelling without accents, doubled letters and the choice between y, i and j: Zelenskyy is Zelensky."""
    word = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower() or word.lower()
    word = re.sub(r"'s?$|\W", "", word)
    return _ALIASES.get(word) or re.sub(r"(.)\1+", r"\1", re.sub("[yj]", "i", word)) or word


def names(text: str, taken: Sequence[Fact] = ()) -> Iterator[Fact]:
    """Capitalised spans outside `taken`; value: the keys of their words without titles.

    The first word of a sentence counts only when it can hardly be anything else: alone, in the singular, before a small letter.
    """
    group: list[re.Match[str]] = []
    for found in [*_CAPITAL.finditer(text), None]:
        if group and (found is None or not _LINK.fullmatch(text, group[-1].end(), found.start())):
            opens = re.search(r"(?:^|[.!?:;\"(\[])\s?$", text[max(0, group[0].start() - 2) : group[0].start()])
            real = [
                w
                for w in group[group[0][0].lower() in _OPENERS :]
                if not any(d.start <= w.start() < d.end for d in taken)
            ]
            kept = [w for w in real if w[0].lower() not in _TITLES] or ([] if opens else real)
            if kept and opens and kept[0] is group[0]:
                word, after = kept[0][0], text[kept[0].end() : kept[0].end() + 2]
                bare = after[:1] == " " and after[1:].islower() and not word.endswith(("s", "ly", "ing", "ed"))
                kept = kept if len(kept) == 1 and (bare or word[1:].isupper()) else kept[1:]
            if kept:
                start, end = (real if opens else kept)[0].start(), kept[-1].end()
                parts = [part for w in kept for part in w[0].split("-") if part[:1].isupper()]
                yield Fact("name", text[start:end], start, end, tuple(key(part) for part in parts))
            group = []
        group += [found] if found and found[0][0].isupper() else []


def quotes(text: str) -> Iterator[Fact]:
    """Quotations; value: their parts, cut at an ellipsis, without brackets and closing punctuation, in lower case."""
    for found in _QUOTE.finditer(text):
        parts = re.split(r"\.\.\.", re.sub(r"[\[\]]", "", found[1]).lower())
        yield Fact("quote", found[0], found.start(), found.end(), tuple(p.strip(" .,;:!?") for p in parts))


def facts(text: str, published: str | None = None) -> list[Fact]:
    """Every fact of a plain() text; `published` resolves the days that it names only from its own."""
    days = list(dates(text, published))
    return [*days, *numbers(text, days), *names(text, days), *quotes(text)]


def _like(one: str, other: str) -> bool:
    """The same name, or a country and its people."""
    stem = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one == other or (stem >= 4 and one[stem:] in _ENDINGS and other[stem:] in _ENDINGS)


def _same_number(claim: Fact, source: Fact) -> bool:
    (a, unit, bound, grain), (b, other, limit, _) = claim.value, source.value
    if (unit != other and ((unit and other) or {unit, other} & {"ordinal", "%", "decade"})) or {bound, limit} == {
        "<",
        ">",
    }:
        return False
    if isclose(a, b, rel_tol=1e-9):
        return True
    rounded = grain < a and abs(a - b) <= grain / 2
    return (
        bool(grain)
        and not limit
        and (rounded or (bound == ">" and a < b <= 1.5 * a) or (bound == "<" and a > b >= a / 1.5))
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
    return claim.kind == source.kind == "name" and any(_like(a, b) for a in claim.value for b in source.value)


def _named(name: Fact, theirs: list[Fact], words: set[str], initials: str) -> bool:
    """All its words are there, or it is a longer form or the initials of a name that is."""
    if all(any(_like(part, word) for word in words) for part in name.value):
        return True
    shorter = any(o.kind == "name" and set(o.value) < set(name.value) and o.value[-1] == name.value[-1] for o in theirs)
    short = re.sub(r"(.)\1+", r"\1", "".join(w[0] for w in re.findall(r"\w+", name.text) if w[0].isupper())).lower()
    return shorter or (name.text.isupper() and name.value[0] in initials) or (len(name.value) > 1 and short in words)


def _quoted(quote: Fact, source: str) -> bool:
    """Its parts stand in the source, word for word and in this order."""
    text, at = re.sub(r'[\[\]"]', "", source).lower(), 0
    for part in quote.value:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def _range(fact: Fact, claim: Sequence[Fact], source: str) -> str | None:
    """The range in the source of which the claim gives only one end; years and results of games are none."""
    mine = {one.value[0] for one in claim if one.kind == "number"}
    for found in _RANGE.finditer(source):
        low, high = (float(re.sub(r"[^\d.]", "", end).rstrip(".") or 0) for end in found.groups())
        if low < high and not 1000 <= high <= 2100 and mine & {low, high} == {fact.value[0]}:
            return found[0]
    return None


def _near(published: str, month: int) -> set[int]:
    """The years that a month without one can be of, in an article of that day."""
    year, then = int(published[:4]), int(published[5:7])
    return {year} | ({year - 1} if month > then else {year + 1} if month < then else set())


def missing(claim: Sequence[Fact], source: str, context: str = "", published: str | None = None) -> dict[Fact, str]:
    """The claim's facts that the source does not bear out, each with the reason. `context` may supply names and years."""
    theirs, around = facts(source, published), facts(context)
    words = {key(w) for w in re.findall(r"[\w']+", f"{source} {context}".replace("-", " "))}
    words |= {part for fact in (*theirs, *around) if fact.kind == "name" for part in fact.value}
    initials = re.sub(r"(.)\1+", r"\1", "".join(re.findall(r"\b[A-Z]", f"{source} {context}"))).lower()
    dated = [
        fact.value[0] for fact in theirs if fact.kind in ("date", "number") and 1000 <= (fact.value[0] or 0) <= 2100
    ]
    years = {*dated, *(fact.value[0] for fact in around if fact.kind in ("date", "number"))}
    years |= {int(published[:4])} if published and not dated else set()
    faults = {}
    for fact in claim:
        if fact.kind == "name":
            good, reason = _named(fact, [*theirs, *around], words, initials), f"the source does not name {fact.text}"
        elif fact.kind == "quote":
            good, reason = _quoted(fact, source), f"the source does not have the words {fact.text}"
        else:
            good = any(same(fact, other) for other in theirs)
            rival = next((f for f in theirs if f.kind == fact.kind and not any(same(c, f) for c in claim)), None)
            reason = (
                f"the source says {rival.text}, the answer {fact.text}"
                if rival
                else f"the source does not say {fact.text}"
            )
            if fact.kind == "number" and good and not fact.value[2] and (span := _range(fact, claim, source)):
                good, reason = False, f"the source says {span}, the answer {fact.text}"
            elif fact.kind == "number":
                good = (
                    good
                    or fact.value[0] in (0, 1)
                    or fact.value[2] == "the"
                    or (1000 <= fact.value[0] <= 2100 and not fact.value[1] and fact.value[0] in years)
                )
            elif good and published and (year := fact.value[0]):
                stated = any(f.value[0] for f in theirs if same(fact, f))
                good = stated or year in years | _near(published, fact.value[1])
        if not good:
            faults[fact] = reason
    return faults
