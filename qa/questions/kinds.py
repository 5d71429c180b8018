"""What kind of message a question is, what it is about, and the short replies to those that need no article."""

import re
from collections.abc import Sequence
from typing import Literal

from qa.questions.language import foreign
from qa.questions.phrases import YESNO
from qa.questions.speech import SAID

Kind = Literal[
    "greeting", "thanks", "about", "summary", "news", "said", "list", "yesno", "language", "fact"
]

_OPEN = r"(?:(?:please|hi|hello|hey|so|well|ok|okay|(?:can|could|would|do) you(?: know)?|i want to know|(?:tell|give|show) me)\W+)*"
_GREETING = re.compile(
    r"(?:(?:hi+|hello+|hey+|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|how are you(?: doing)?(?: today)?"
    r"|nice to meet you|bye|goodbye|good night|see you)(?: (?:there|all|everyone|again|footnote))?[\s,.!?]*)+"
)
_THANKS = re.compile(
    r"(?:(?:ok|okay|great|cool|perfect|nice|wonderful|awesome|excellent|got it|good|super|that helps|that was helpful"
    r"|thanks|thank you|thx|many thanks|cheers|(?:that|this|it)(?: really| was| is|'s)* (?:helped|helpful|useful)(?: me| us)?)"
    r"(?: (?:so much|very much|a lot|again|for (?:the|your|that) ?\w*))?[\s,.!]*)+"
)
_ABOUT = re.compile(
    r"(?:help|(?:please )?help me|who are you|what are you|what is (?:this|footnote)|what's this|are you (?:a|an) \w+"
    r"|(?:what|how) (?:can|do|could|should) (?:you|i|we) (?:do|help|ask|use|know|ask you|use this|do here|help me)"
    r"|(?:what|which) (?:kinds? of |sorts? of )?(?:questions|things) (?:can|may|should|could) (?:i|we) ask(?: you)?"
    r"|what (?:do you know|can you (?:tell|answer))(?: me)?(?: about)?|how does (?:this|it|footnote) work"
    r"|(?:what|which|how many) (?:articles|topics|sources|news|documents) (?:do you (?:have|know)|can i ask about"
    r"|are (?:there|here|in here|available)|are in (?:the|this|your) (?:collection|index))|what (?:can|should) i ask"
    r"|what (?:are|is) (?:the|these|this|your) (?:articles?|collection) about"
    r"|(?:list|show)(?: me)? (?:all )?(?:the |your )?(?:articles|titles|sources))(?: please| here| exactly| then)?[\s?.!]*"
)
_POINTS = r"(?:summary|overview|recap|digest|gist|main points?|key points?|key takeaways|takeaways|key facts|highlights)"
_SUMMARY = re.compile(
    rf"{_OPEN}(?:summari[sz]e|sum up|recap|brief me(?: on)?|tl;?dr|(?:give|get|show|write|make)(?: me| us)? "
    rf"(?:a |an |the )?(?:short |brief |quick )*{_POINTS}|(?:a |the )?{_POINTS}(?= |$|\?|:)|(?:what (?:are|is|were|was) |what's )"
    rf"the {_POINTS}(?= (?:of|on|about|in|from)\b|[?. ]*$)"
    r"|what (?:do|does) (?:the|these|this|your) (?:articles?|news|sources?|collection) say|what do (?:we|you) know"
    r"|(?<=tell me )about|(?:tell me )?(?:everything|more) about)(?P<x>.*)"
)
_NEWS = re.compile(
    rf"{_OPEN}(?:(?:what is|what's|whats|what has been|is there|are there|anything|is there anything) (?:any |anything |the )?"
    r"(?:new|latest(?= (?:on|about|from|in|with)|[?. ]*$)|going on|most recent|recent news)\b"
    r"|(?:any|the|what's the|what is the|what are the|show me|give me)? ?(?:the )?"
    r"(?:latest|newest|most recent|recent|current|today's|breaking) (?:news|headlines|developments?|updates?|stories|articles)"
    r"|(?:the )?latest(?= (?:on|about|from|in|with))"
    r"|(?:any |what )?(?:news|updates?|headlines)(?= (?:on|about|from|in|of|with|for)\b|$|\?)"
    r"|any (?:news|updates?)|what(?: is|'s) happening(?= in\b)|update me|catch me up|what(?: has|'s| is)? happen(?:ed|ing|s)"
    r"(?: (?:today|now|recently|lately|this week))?(?= (?:with|on|about|in the news|in the world)|[?.! ]*$))(?P<x>.*)"
)
_LIST = re.compile(
    rf"{_OPEN}(?:list|enumerate|give me (?:a|the) list"
    r"|(?:give|name|mention) (?:me )?(?:all|some|two|three|four|five|the (?:names|\w+s\b))"
    r"|who (?:are|were) (?:all )?the \w+(?:s|people)\b|what are (?:all|the names|some)\b)"
)
_PLURAL = re.compile(
    r"which \w*[^\Wsui]s (?!of\b|the\b|an?\b|in\b|on\b|to\b|both\b|for\b|from\b)"
    r"|(?:which|what) (?:[\w-]+ ){0,2}[\w-]*[^\Wsui]s (?:is|are|were|do|did|have|will|would|can|could|should|must|may)\b"
    r"|(?:which|what) (?:\w+ )?people (?:are|were|have|did|do)\b"
)
_ALL = re.compile(
    r"(?:(?:all|of|the|these|this|those|your|it|that|news|articles?|collection|story|stories|everything|sources?|text|please"
    r"|today|recently|lately|now|here|so far|for me)(?:,? |$))*",
    re.I,
)
_INTO = re.compile(
    r"^(?:(?:for (?:me|us)|on|about|of|in|with|from|regarding|what|(?:the )?(?:latest )?news (?=on|about)|this week)\b[ :]*)+",
    re.I,
)
_WHOLE: dict[Kind, re.Pattern[str]] = {"greeting": _GREETING, "thanks": _THANKS, "about": _ABOUT}
_START: dict[Kind, re.Pattern[str]] = {
    "summary": _SUMMARY,
    "news": _NEWS,
    "said": SAID,
    "list": _LIST,
}


def kind(question: str) -> Kind:
    """The first that fits, in the order of `Kind` but for `language`, which is looked at first."""
    low = " ".join(question.lower().replace("’", "'").split())
    if foreign(question):
        return "language"
    for name, pattern in _WHOLE.items():
        if pattern.fullmatch(low):
            return name
    polite = _GREETING.match(low) or _THANKS.match(low)
    if polite and _ABOUT.fullmatch(low[polite.end() :]):
        return "about"
    for name, pattern in _START.items():
        if pattern.match(low):
            return name
    asked = re.sub(f"^{_OPEN}", "", low)
    if _PLURAL.match(asked):
        return "list"
    return "yesno" if asked.split(" ")[0] in YESNO else "fact"


def topic(question: str, kind: Kind) -> str:
    """What a summary or the news is wanted on, as written; empty when it is on everything, or for another kind."""
    flat = " ".join(question.replace("’", "'").split())
    pattern = {"summary": _SUMMARY, "news": _NEWS}.get(kind)
    found = pattern.match(flat.lower()) if pattern else None
    if found is None or len(flat) != len(flat.lower()):
        return ""
    wanted = flat[found.start("x") :].strip(" ?.!,:")
    wanted = _INTO.sub("", wanted)
    return "" if _ALL.fullmatch(wanted) else wanted


def reply(kind: Kind, articles: int, titles: Sequence[str]) -> str:
    """The answer to a message that asks for no article; `titles` are examples, shown as plain text."""
    shown = "; ".join(" ".join(title.split())[:80] for title in titles[:3])
    has = f"There are {articles} articles here" + (f", for example: {shown}." if shown else ".")
    can = "Ask who, what, when, where or how many; what somebody said; what is new on a subject; or for a summary."
    opening = {
        "greeting": "Hello!",
        "thanks": "You are welcome.",
        "about": "I answer questions about a collection of news articles, and every sentence shows where it comes from.",
    }[kind]
    return f"{opening} {has} {can}"
