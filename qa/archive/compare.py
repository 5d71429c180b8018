"""Who says what: the sentences of two sides on one topic."""

from dataclasses import replace

from index.index import Index
from index.records import Filters
from qa.archive.kinds import topic
from qa.archive.limits import Limits
from qa.archive.lines import Line, citable, line, nearest
from qa.questions.phrases import core, phrases_of
from qa.writing.summary import central

EACH = 2  # lines of a side
PASSAGES = 4  # looked at for one side


def compare(index: Index, about: str, within: Limits) -> list[Line]:
    """The sentences nearest to the topic, by outlet or author where two are named, else by who
    is named first in the question."""
    lines: list[Line] = []
    if sides := _limited(within):
        for name, filters in sides.items():
            chosen = central(index, about, filters, PASSAGES).chosen
            lines += [line(f"{name}: ", (one.article, one.sentence)) for one in chosen[:EACH]]
        return lines if len({one.lead for one in lines}) == len(sides) else []
    for side in _sides(about):
        theirs = [
            (mention.article, one)
            for mention in index.mentions(side, within.filters)
            for one in citable(mention)
        ]
        best = nearest(index.embedder, about, theirs, EACH)
        lines += [line(f"{side}: ", one) for one in best]
    return lines if len({one.lead for one in lines}) == 2 else []


def subject(about: str, within: Limits) -> str:
    """What both sides are to tell of, in words of the question; empty where it says only who."""
    if _limited(within):
        return about
    for side in _sides(about):
        about = about.replace(side, "", 1)
    return topic(about)


def _limited(within: Limits) -> dict[str, Filters]:
    """Two outlets or more, else authors, that a question names, each with its own filters; none
    where it names fewer."""
    sides = {name: replace(within.filters, sources=(name,)) for name in within.outlets}
    if len(sides) < 2:
        sides = {name: replace(within.filters, authors=(name,)) for name in within.authors}
    return sides if len(sides) > 1 else {}


def _sides(about: str) -> list[str]:
    """Who is named first in what is compared, two at most."""
    phrases = [core(one.text) for one in phrases_of(f"of {about}") if one.name]
    named = dict.fromkeys(" and ".join(phrases).split(" and "))
    return [name for name in named if name][:2]
