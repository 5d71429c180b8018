"""Tells whether a full stop ends a sentence or only an abbreviation: by what follows it, and by a
trained model.

The model is nupunkt's, which comes in its package. It is asked only about one short capitalised
word (`Br. Thomas`, `Ft. Worth`), where whether a name follows decides.
"""

import calendar
import re
import unicodedata
from collections.abc import Iterator

from index.hyphens import frequency

AROUND = 60  # characters on each side that the model sees

MONTH = "|".join([*calendar.month_abbr[1:], "Sept"])
ENDING = re.compile(  # "The answer was no. Voters", "on 4 May. Organisers": a number would follow
    rf"(?:\b[Nn]o|\b(?:{MONTH}))\. (?=[A-Z])"
)
NOTE = re.compile(r"(?<=[a-z]{2})\.\d{1,3}(?= [A-Z“\"])")  # "Nobody knew.1 It was late."
PAUSE = re.compile(r"(?<=[a-z])\.(?= \. \. \. [A-Z])")  # "compounds. . . . The practice"
CLOCK = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)  # "at 5 p.m. Monday"
ZONE = re.compile(r"(?:[ECMP][SD]?T|GMT|UTC|BST|CES?T|IST|JST|Eastern|[A-Z][a-z]+day)\b")
INITIAL = re.compile(r"[*_][A-Z]\.$")  # "**A. Writer**"
TITLE = re.compile(r"(?<![^\W_])([A-Z][a-z]{1,4})\.$")  # "Dir. Ana Ruiz"
UNIT = re.compile(r"(?<![^\W_])([a-z]{2,6})\.$")  # "para. 4", "approx. $4"
COMMON = 12_000_000  # times in the dictionary: "Yes." is a sentence (160 million), "Dir." none (11)
ALONE = re.compile(r"[\W_]*([A-Z][a-z]{1,4})\.\s*")  # "Ald." before "Maria Hadden": no sentence
WORD = re.compile(r"[^\W\d_]+")


def missed(plain: str) -> Iterator[int]:
    """Places where a sentence ends though its last word looks like an abbreviation."""
    for pattern in (ENDING, NOTE, PAUSE):
        yield from (found.end() for found in pattern.finditer(plain))


def goes_on(opening: str, before: str, after: str) -> bool:
    """Whether a sentence goes on behind a mark: its first character, and what stands before and
    after the mark, stripped."""
    word = WORD.match(after)
    if word and word[0].islower():
        apart = before[-2:-1].isspace()  # "bark . they": a text whose marks are words
        return not (opening.islower() or apart)  # one without capitals is cut at its full stops
    if CLOCK.search(before):
        return bool(ZONE.match(after))
    if INITIAL.search(before):
        return True
    if unicodedata.category(after[:1] or " ") == "Sc":  # "approx. $4.5 million"
        after = after[1:].lstrip()
    if not (after[:1].isupper() or after[:1].isdigit()):
        return False
    alone = ALONE.fullmatch(before)
    if alone and frequency(alone[1].lower()) < COMMON:
        return True
    return _abbreviated(before, after)


def _abbreviated(text: str, after: str) -> bool:
    found = (UNIT.search(text) if after[0].isdigit() else None) or TITLE.search(text)
    if not found or re.fullmatch(MONTH, found[1]):
        return False
    before, short = text[: found.start(1)][-AROUND:], found[1]
    forms = [short, short[:-1]] if short.endswith("s") else [short]  # "Gens." as "Gen."
    return any(_one_sentence(f"{before}{form}. ", after[:AROUND]) for form in forms)


def _one_sentence(before: str, after: str) -> bool:
    from nupunkt import sent_spans

    place = len(before.rstrip())
    return all(abs(end - place) > 1 for _, end in sent_spans(before + after))
