"""Words as the choice of sentences and the checks compare them: a stem, and the words that carry nothing by themselves."""

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


GRAMMAR = frozenset(  # say nothing of what a sentence is about
    listed(
        "a an the this that these those it its he she they his her their we our you i me my us your him them who what which there"
        " here in on at by for from to of with as and or so is was are were be been being am has have had having do does did will"
        " would shall s t also than then into onto about such very just while"
    )
)
FUNCTION = GRAMMAR | frozenset(  # open a sentence without being a name
    listed(
        "when where why how but nor yet if although though because since after before during until under over between among"
        " through despite unlike like both either neither each every all some many most much more few several other another no not"
        " only even still however therefore thus later earlier now can could may might should must up around nearly almost roughly"
        " approximately half nobody none nothing today yesterday tomorrow tonight let"
    )
)
PAST = "|".join(  # verbs whose past does not end in -ed
    listed(
        "beat became began bought brought broke built came caught cost cut drew fell felt fled flew fought found gave got grew"
        " heard held hit kept laid led left lost made met paid put ran rose said sat saw sent shot sold spent spoke stood struck"
        " sued taught threw told took went won wrote"
    )
)
