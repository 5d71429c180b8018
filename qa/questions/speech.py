"""Whose words a question asks for, and which sentences give them: those that are attributed to the
speaker."""

import re
from collections.abc import Iterable, Sequence

from index import terms
from index.records import Found
from qa.questions.phrases import CLOSED, word_set

SAID = re.compile(
    r"what (?:else |exactly |actually )?(?:did|does|do|has|have|had) (?P<who>[^,?]{1,60}?) (?:\w+ly )?"
    r"(?:say|said|saying|think|thought|tell|told|comment(?:ed)?|claim(?:ed)?|argued?|warn(?:ed)?|declared?|stated?"
    r"|insist(?:ed)?|believed?|reply|replied|respond(?:ed)?|write|written)\b",
    re.I,
)
_UNNAMED = {
    "",
    *word_set("people everyone anyone someone eu us uk un"),
}  # the last four may well be written out
_SAYS = (
    r"(?:sa(?:y|id)|t(?:ell|old)|th(?:ink|ought)|wr(?:it|ote)|speak(?=s)|spoke(?=n)|s(?:ee|aw)|f(?:ind|ound)|add|ask|call|report|post"
    r"|announc|welcom|warn|voic|comment|argu|describ|insist|den|claim|suggest|propos|demand|urg|recount|stress|defend"
    r"|critici[sz]|doubt|admit|acknowledg|explain|predict|answer|wonder|allow|mention|declar|vow"
    r"|threaten|prais|condemn|react|respond|repl|express|confirm|remark|consider|believ|hop|expect|fear|portray|present)"
    r"(?:e|s|es|ed|d|y|ies|ied|ing|n|ten|ted)?\b"
)
_VIEW = r"(?:words|view|opinion|version|account|telling|eyes)\b"
_HELPED = (  # what may stand between the speaker and the verb
    r"(?: and(?: \w+){1,2}?)?(?:, [^,]{1,120},)?"
    r"(?: (?:ha[sd]|have|is|was|also|then|later|once|again|still|now|not|d(?:id|oes)|\w+sel(?:f|ves)|keeps?|on \w+day|\w+ly))"
    r"{0,3},? (?!(?<=, )\w+ing\b)"  # ", adding details" is what the subject of the sentence does
)
_OFFICE = r"(?:(?: 's)? (?:official|statement|spokes\w+|office|source|government|leader|minister|post)s?\b(?: \w+){0,3}?)?"
_TITLED = rf"(?:(?!(?:after|about|on|to|in|at|as|while|before|with|during|of|for|\w+ed|{_SAYS}) )[\w.,'-]+ ){{0,5}}?"
_SHE = re.compile(
    rf"(?:^|[,;:]|\b(?:and|but|yet)\b)\W*(?:(?!\w+ed |sa(?:id|ys) |told )\S+ ){{0,5}}?(?:s?he|they|it){_HELPED}{_SAYS}"
    rf"|\bin (?:his|her|their|its) {_VIEW}|^[\"“].*[\"”]$",
    re.I,
)


def speaker(question: str) -> str | None:
    """Who is named in "What did Viktor Orbán say about ...", as written; None for a pronoun, a role
    or several."""
    found = SAID.match(" ".join(question.split()))
    who = found["who"] if found else ""
    *titles, last = who.lower().replace(".", "").split() or [""]
    if (
        last in _UNNAMED
        or {*titles[titles[:1] == ["the"] :], last} & CLOSED
        or re.search(r"['’]", who)
    ):
        return None
    role = (
        titles[:1] == ["the"] or re.search("[^s]s$", last) or not who.islower()
    )  # any other small word may be a name
    return None if who.split()[-1].islower() and role else who


def spoken(who: str, found: Sequence[Found]) -> set[tuple[str, int]]:
    """The article and start of every sentence of the passages that is attributed to the speaker."""
    whole = re.sub("^the ", "", who, flags=re.I)
    name = _plain((whole if whole != who else who.rsplit(maxsplit=1)[-1]).title())
    x = re.escape(name[:-1]) + r"\w{0,4}" if len(name) > 4 else re.escape(name)  # Russia, Russian
    says = re.compile(
        rf"\b{x}{_OFFICE}{_HELPED}{_SAYS}|\bin (?:the )?{_TITLED}{x} 's {_VIEW}"
        rf"|(?:[,\"”] ?(?:sa(?:id|ys)|add(?:ed|s)|w(?:rote|rites)|argue[ds]|explained|warned)|\baccording to) {_TITLED}{x}\b(?! 's)"
    )
    leads = re.compile(rf"(?:^|\b(?:and|but),? )\W*{_TITLED}{x}\b(?! 's)")
    theirs = set()
    for one in found:
        texts = [_plain(sentence.text) for sentence in one.passage.sentences]
        for k, sentence in enumerate(one.passage.sentences):
            if says.search(texts[k]) or (
                _SHE.search(texts[k]) and _led(reversed(texts[:k]), leads)
            ):
                theirs.add((one.article.id, sentence.start))
    return theirs


def _led(earlier: Iterable[str], leads: re.Pattern[str]) -> bool:
    """Whether the subject of the nearest earlier sentence that may have another than a pronoun is
    the speaker."""
    for text in earlier:
        if leads.search(text) or text.strip("\"“‘' ").split(" ")[0] not in CLOSED:
            return bool(leads.search(text))
    return False


def _plain(text: str) -> str:
    """In small letters, a name in one spelling, and 's apart so that "Putin's adviser" is not
    Putin."""
    return terms.fold(re.sub(r"['’]s\b", " 's", text)).lower()
