"""Noun phrases of a question, found by closed word lists and capitals: no parser, nothing learned,
linear time."""

import re
from typing import NamedTuple

WORD = re.compile(r"(?:[A-Z]\.){2,}|\w+(?:[-'’./&]\w+)*")


def word_set(text: str) -> frozenset[str]:
    """A word list, written as running text."""
    return frozenset(text.split())


# Words that end a noun phrase: the closed classes, then the verbs that questions are made of.
CLOSED = word_set(
    """what when where who whom whose why which how is are was were be been being am do does did has
    have had having can could will would shall should may might must it its they them their
    theirs he him his she her hers i me my we us our you your this that these those there here a
    an the some any all each every no not one ones other others another and or but nor so if
    then than as at by for from in into of off on onto out over to up with without about after
    before during between against around through under since until because while like unlike via
    within among across behind besides also both too very much many more most less least only
    just still yet now today ever never again else same such own well oh either it's it’s what's
    what’s that's that’s who's where's there's let's don't didn't isn't doesn't yes ok okay
    thanks"""
)
VERBS = word_set(
    """happen happened happens work works worked mean means meant make makes made get gets got give
    gives gave take takes took go goes went come comes came say says said tell told think know
    known knew want wants wanted need needs used see seen saw find found help helps cause causes
    caused affect affects affected start started begin began end ended become became compare
    contrast describe explain please differ relate related called done doing allow allowed react
    reacted respond responded agree agreed discuss discussed announce announced meet met leads
    led win won lose lost die died live lived eat reduce improve represent represents help"""
)
MODAL = word_set("do does did can could will would shall should may might has have had")
BE = word_set("is are was were")
YESNO = (
    BE | MODAL | word_set("isn't didn't doesn't wasn't weren't won't")
)  # first words of a yes-or-no question
DETERMINERS = word_set("the a an your my our")
_PLURAL = re.compile(r"(?<!s)(?<!u)(?<!i)(?<!')(?<!’)s$")
_RELATIONAL = word_set(
    """advantage alternative application appearance artist aspect author background benefit cause
    challenge characteristic component consequence cost creation criticism cure danger date
    death definition detail difference disadvantage effect element evidence example factor
    feature finding founder founding function future goal history impact implication importance
    invention kind leader level location main meaning measure member method name origin outcome
    owner part population price problem process purpose reaction reason requirement response
    result rise risk role root rule sign similarity size source stage status step symptom theme
    treatment type use value variant version way winner work"""
)


_ADJUNCT = word_set("in at on with than for to like by")
_TITLES = word_set(
    """President Minister Premier Chancellor Senator Secretary Ambassador Professor King Queen Pope
    Mayor Governor"""
)


class Phrase(NamedTuple):
    """A noun phrase: its words, its place in the question, and what it may be meant by."""

    text: str  # with its determiner
    before: str  # the word in front of it, lower case
    after: str
    name: bool
    person: bool
    plural: bool
    start: int


def stops(word: str) -> bool:
    low = word.lower()
    return not (word.isupper() and len(word) > 1) and (low in CLOSED or low in VERBS)


def phrases_of(text: str) -> list[Phrase]:
    """The noun phrases, in order; a verb that follows its subject without a word between ("did
    Trump agree") is cut off."""
    tokens = list(WORD.finditer(text))
    said = [token.group() for token in tokens] + [""]
    found, at = [], 0
    while at < len(tokens):
        front = said[at - 1].lower() if at else ""
        if stops(said[at]) or (front in MODAL and said[at].endswith("ed")):  # "has counted"
            at += 1
            continue
        end, first = at + 1, at
        while end < len(tokens) and text[tokens[end - 1].end() : tokens[end].start()] == " ":
            joins = (
                said[end] in ("of", "and")
                and said[end - 1][0].isupper()
                and said[end + 1][:1].isupper()
            )
            if stops(said[end]) and not joins and not (said[end] == "and" and front == "between"):
                break
            end += 1
        stop = end
        if front in DETERMINERS:
            first, front = at - 1, said[at - 2].lower() if at > 1 else ""
        end -= _verb_last(said, (at, end), front, said[first - 2].lower() if first > 1 else "")
        if front in MODAL and first == at and end < stop:  # "did Netflix shift gears"
            small = (
                i
                for i in range(at + 1, end)
                if said[i - 1][0].isupper() and said[i].islower() and said[i] != "and"
            )
            end = next(small, end)
        name = any(word[0].isupper() for word in said[at:end]) and (at > 0 or end - at > 1)
        person = name and first == at and front not in ("in", "at") and _person(said[at:end])
        plural = bool(_PLURAL.search(said[end - 1].lower())) or "and" in said[at:end]
        span = text[tokens[first].start() : tokens[end - 1].end()]
        found.append(
            Phrase(span, front, said[end].lower(), name, person, plural, tokens[first].start())
        )
        at = stop
    return found


def _verb_last(said: list[str], span: tuple[int, int], front: str, early: str) -> bool:
    """Whether the last word is the verb or predicate that "did", "is" and the like in `front` of
    the subject wait for."""
    last, after = said[span[1] - 1], said[span[1]].lower()
    if span[1] - span[0] < 2 or not last.islower():
        return False
    if front in BE and early in ("", "why", "how", "when", "where"):
        return (not after and early in ("why", "how")) or after in ("for", "to", "than", "from")
    return front in MODAL and after not in VERBS | {"do", "have"}


def _person(core: list[str]) -> bool:
    return any(word in _TITLES for word in core) or (
        len(core) < 4 and all(word.istitle() for word in core)
    )


def singular(word: str) -> str:
    return re.sub(r"(?<=..)s$", "", re.sub("ies$", "y", word.lower()))


def core(name: str) -> str:
    """Without its determiner."""
    return re.sub(r"^(?:the|an?|your|my|our) ", "", name, flags=re.I)


def singulars(phrases: list[Phrase]) -> set[str]:
    return {singular(word) for phrase in phrases for word in core(phrase.text).split()}


def content(text: str) -> int:
    """How many words say something of their own."""
    return sum(not stops(word) for word in WORD.findall(text))


def relational(phrase: Phrase) -> bool:
    """Whether it is a noun that needs another: "the symptoms" of something."""
    return not phrase.name and singular(phrase.text.split()[-1]) in _RELATIONAL


def bare(phrase: Phrase) -> bool:
    """Whether it is "the" and one noun, so that an earlier sentence must say which."""
    return phrase.text.lower().startswith("the ") and phrase.text.count(" ") == 1


def subject(phrases: list[Phrase], least: int = 0) -> Phrase | None:
    """What a question is about: names first, then what stands behind "of" or "about"; None when no
    phrase weighs `least`."""
    ranked = []
    for place, phrase in enumerate(phrases):
        weight = (
            2 * phrase.name + (phrase.before in ("of", "about", "around", "between")) + (place == 0)
        )
        weight -= (
            (phrase.before in _ADJUNCT)
            + 3 * relational(phrase)
            + 2 * (bare(phrase) and not phrase.name)
        )
        ranked.append((weight, -place, phrase))
    top = max(ranked, default=None)
    return top[2] if top and top[0] >= least else None
