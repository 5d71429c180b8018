"""Several questions in one sentence, taken apart."""

import re

from qa.questions.followups import standalone
from qa.questions.phrases import YESNO
from qa.records import Turn

_DO = r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should)"
_WH = r"(?:who|what|when|where|why|how|which|whom)"
_INVERTED = re.compile(
    r"(?:what|when|where|why|how|whom|who|which(?: \w+){1,3}|what \w+"
    r"|how (?:many|much|long|far|old|often|big)(?: \w+){0,3}) "
    rf"{_DO}\b|(?:who|how (?:many|much) \w+|which \w+) \w+",
    re.I,
)
_ASKS = re.compile(
    r"(?:(?:in|on|at|from|to|by|with|for|of|under|during|after|before|since|until)"
    rf" (?:which|what|whom)|{_WH}|{_DO})\b",
    re.I,
)
_HALF = re.compile(
    r"(?:why|when|where|how) (?:do|does|did|will|would|can|could|should) \S+", re.I
)  # "why did Orbán"
_BETWEEN = re.compile(
    rf"\?\s+(?=\w+ )|,?\s+and\s+(?=(?:{_WH})\b)"
    r"|,\s+and\s+(?=(?:is|are|was|were|do|does|did|will)\s)",
    re.I,
)


def parts(question: str) -> tuple[str, ...]:
    """The questions asked in one, each understandable by itself; the question alone, as it is, when
    it asks one thing."""
    flat = " ".join(question.split()).rstrip("?. ")
    for cut in _BETWEEN.finditer(flat):
        first, second = flat[: cut.start()], flat[cut.end() :]
        if not (_ASKS.match(first) and first.count(" ") > (cut[0][0] != "?")) or _HALF.fullmatch(
            first
        ):
            continue
        bare = re.fullmatch(_WH, second, re.I)
        rest = first.partition(" ")[2]
        if bare and rest.split(" ")[0].lower() in YESNO:
            return f"{first}?", f"{second.capitalize()} {rest}?"
        if _INVERTED.match(second) or second.split(" ")[0].lower() in YESNO:
            return f"{first}?", standalone(
                f"{second[0].upper()}{second[1:]}?", [Turn("user", f"{first}?")]
            )
    return (question,)
