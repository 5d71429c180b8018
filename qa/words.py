"""Words as the choice of sentences and the checks compare them: a stem, and the words that carry
nothing by themselves."""

import re


def listed(text: str) -> list[str]:
    """A word list that is kept in one string."""
    return text.split()


def stem(word: str) -> str:
    """A word's start, enough to match its inflections; numbers whole."""
    if word.isdigit() or len(word) < 4:
        return word
    cut = re.sub(r"(?:ations?|ings?|edly|ed|ers?|ies|es|s|ly|y|e)$", "", word)
    return cut if len(cut) > 2 else word


PAST = "|".join(  # verbs whose past does not end in -ed
    listed(
        "beat became began bought brought broke built came caught cost cut drew fell felt fled"
        " flew fought found gave got grew heard held hit kept laid led left lost made met paid put"
        " ran rose said sat saw sent shot sold spent spoke stood struck"
        " sued taught threw told took went won wrote"
    )
)
