"""Several questions in one sentence, taken apart."""

import re

from qa.questions.followups import standalone
from qa.questions.phrases import BE, MODAL, words
from qa.records import Turn

YESNO = BE | MODAL | words("isn't didn't doesn't wasn't weren't won't")  # first words of a yes-or-no question
_DO = r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should)"
_WH = r"(?:who|what|when|where|why|how|which|whom)"
_INVERTED = re.compile(
    r"(?:what|when|where|why|how|whom|who|which(?: \w+){1,3}|what \w+|how (?:many|much|long|far|old|often|big)(?: \w+){0,3}) "
    rf"{_DO}\b|(?:who|how (?:many|much) \w+|which \w+) \w+",
    re.I,
)
_ASKS = re.compile(
    rf"(?:(?:in|on|at|from|to|by|with|for|of|under|during|after|before|since|until) (?:which|what|whom)|{_WH}|{_DO})\b",
    re.I,
)
_BOTH = re.compile(rf"({_WH}) and ({_WH}) ({_DO}\b.+)", re.I)
_BETWEEN = re.compile(
    rf"\?\s+(?=\w+ )|,?\s+and\s+(?=(?:{_WH})\b)|,\s+and\s+(?=(?:is|are|was|were|do|does|did|will)\s)", re.I
)


def parts(question: str) -> tuple[str, ...]:
    """The questions asked in one, each understandable by itself; the question alone, as it is, when it asks one thing."""
    flat = " ".join(question.split()).rstrip("?. ")
    both = _BOTH.fullmatch(flat)
    if both:
        return tuple(f"{word.capitalize()} {both[3]}?" for word in (both[1], both[2]))
    for cut in _BETWEEN.finditer(flat):
        first, second = flat[: cut.start()], flat[cut.end() :]
        if not (_ASKS.match(first) and first.count(" ") > (cut[0][0] != "?")):
            continue
        bare = re.fullmatch(_WH, second, re.I)
        if bare:
            asked, _, rest = first.partition(" ")
            if asked.lower() == "who" and rest.split(" ")[0].lower() not in YESNO:
                rest = f"is it that somebody {rest}"
            return f"{first}?", f"{second.capitalize()} {rest}?"
        if _INVERTED.match(second) or second.split(" ")[0].lower() in YESNO:
            return f"{first}?", standalone(f"{second[0].upper()}{second[1:]}?", [Turn("user", f"{first}?")])
    return (question,)
