"""Takes a title from an article's text where nothing else gives one."""

import re

from index.sentences import split

LONGEST = 200  # characters
OPENING = 4000  # characters in which a heading is looked for
HEADING = re.compile(r"^# +(.*[^\W_].*)$", re.MULTILINE)  # "# Otters return"


def first_line(text: str) -> str:
    """The first top heading, else the first sentence; a long one is cut at a space."""
    opening = text.lstrip()[:OPENING]
    heading = HEADING.search(opening)
    first = heading[1] if heading else _first_sentence(opening) or _first_sentence(text)
    title = " ".join(first.strip("*_# \t").split())
    if len(title) <= LONGEST:
        return title
    return title[: LONGEST - 1].rsplit(" ", 1)[0] + "…"


def _first_sentence(text: str) -> str:
    """The first one with a letter or digit; "" when there is none."""
    for sentence in split(text):
        if any(map(str.isalnum, sentence.text)):
            return sentence.text
    return ""
