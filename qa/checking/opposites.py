"""The other side of what a source says: a negation more or less, an opposite, one fact in the place of another."""

from difflib import SequenceMatcher

from qa.checking.facts import same
from qa.checking.wording import DENIAL, NEGATIONS, Words, word_stem
from qa.words import listed

_SIDES = [  # a claim that takes one side only, where its source takes only the other, is wrong
    [frozenset(listed(side)) for side in line.split("|")]
    for line in (
        "rise rises rose risen rising climb climbs climbed climbing gain gains gained gaining grow grows grew grown growing"
        " increase increases increased increasing jumped soared surged surging doubled doubles tripled raise raises raised raising"
        " boosted strengthened expanded accelerated improved"
        "|fall falls fell fallen falling slowed slows slowing drop drops dropped dropping decline declines declined declining"
        " decrease decreases decreased decreasing plunged slumped tumbled shrank shrunk halved slid eased cut cuts cutting reduce"
        " reduces reduced reducing lowered slashed weakened contracted worsened",
        "open opens opened opening reopen reopens reopened|close closes closed closing shut shuts closure",
        "started began begun launched resumed|ended finished stopped halted ceased suspended cancelled canceled",
        "accept accepts accepted approve approves approved agree agrees agreed support supports supported endorsed ratified adopted"
        " passed confirm confirmed|reject rejects rejected refuse refuses refused oppose opposes opposed vetoed",
        "allow allows allowed permitted legalised legalized legal|ban bans banned forbidden prohibited outlawed illegal barred",
        "won wins win|lost loses lose",
        "survived survive alive|died die dies dead killed",
        "released freed|arrested detained jailed imprisoned",
        "innocent acquitted|guilty convicted",
        "arrive arrives arrived|left departed",
        "praise praises praised welcomed hailed applauded|criticise criticised criticized criticises condemned denounced",
        "sped hastened|delay delays delayed postponed",
        "beat beats won|drew",
        "hired appointed|fired dismissed sacked",
        "imports imported|exports exported",
        "able|unable",
        "likely|unlikely",
        "succeeded|failed",
        "most majority|few fewer minority",
        "favour favor|against",
    )
]
_OPPOSITES = (  # in one another's place
    "more less|more fewer|higher lower|highest lowest|larger smaller|largest smallest|before after|above below|over under"
    "|most least|first last|all none|all some|all most|always never|up down|north south|east west|northern southern"
    "|eastern western|open closed|early late|earlier later|earliest latest|better worse|best worst|stronger weaker"
    "|success failure|possible impossible|male female|men women|boys girls|oldest youngest|older younger|longer shorter"
    "|longest shortest|faster slower|includes excludes|buy sell|bought sold|with without|both neither"
    "|half quarter|half third|third quarter|inside outside"
    "|positive negative|public private|today yesterday|today tomorrow|last next|this next|this last|for against"
)
_PAIRS = frozenset(frozenset(pair.split()) for pair in _OPPOSITES.split("|"))


def clash(claim: Words, source: Words) -> str | None:
    """What a word by word comparison finds: a negation more or less, an opposite, one fact in the place of another."""
    denied = [word for word in claim.words if word in NEGATIONS]
    if denied and not any(word in NEGATIONS | DENIAL for word in source.words):
        return f"the answer says '{denied[0]}', the source does not"
    ops = SequenceMatcher(None, claim.stems, source.stems, autojunk=False).get_opcodes()
    share = sum(i2 - i1 for tag, i1, i2, _, _ in ops if tag == "equal") / max(1, len(claim.words))
    for tag, i1, i2, j1, j2 in ops if share >= 0.4 else ():
        if tag == "equal":
            continue
        more = [word for word in claim.words[i1:i2] if word in NEGATIONS]
        less = [j for j in range(j1, j2) if source.words[j] in NEGATIONS]
        if more and not less:
            return f"the answer says '{more[0]}', the source does not"
        near = any(j2 - j <= 3 and not any(source.breaks[j + 1 : j2 + 1]) for j in less)
        if (
            less
            and not more
            and i2 < len(claim.words)
            and (near or (i1 < i2 and j2 - j1 <= i2 - i1 + 3))
        ):
            return f"the source says '{source.words[less[0]]}', the answer does not"
        close = share >= 0.65 and max(i2 - i1, j2 - j1) <= 6
        swapped = _swapped(claim, source, (i1, i2, j1, j2)) if close else None
        if swapped:
            return f"the source says {swapped[1]}, the answer {swapped[0]}"
    return None


def opposed(claim: Words, source: Words) -> str | None:
    """The word with which a claim, at least half of it in the source's words, takes the other side than the source."""
    own, theirs = claim.content(), source.content()
    for one, other in [line[::step] for line in _SIDES for step in (1, -1)]:
        a, b = (
            next((w for w in claim.words if w in one), None),
            next((w for w in source.words if w in other), None),
        )
        if a and b and not other & set(claim.words) and not one & set(source.words):
            rest = own - {word_stem(a)}
            if len(rest & theirs) >= 0.5 * len(rest):
                return f"the source says '{b}', the answer '{a}'"
    return None


def _swapped(
    claim: Words, source: Words, places: tuple[int, int, int, int]
) -> tuple[str, str] | None:
    """What the claim says in these places, and the opposite word or other fact that the source has there."""
    i1, i2, j1, j2 = places
    for a in claim.words[i1:i2]:
        for b in source.words[j1:j2]:
            if {a, b} in _PAIRS:
                return f"'{a}'", f"'{b}'"
    theirs = source.between(j1, j2)
    for fact in claim.between(i1, i2):
        rivals = [other for other in theirs if other.kind == fact.kind != "quote"]
        twins = [other for other in source.facts if other.kind == fact.kind and same(fact, other)]
        if rivals and not any(
            other in rivals or claim.next(fact) & source.next(other) for other in twins
        ):
            return fact.text, rivals[0].text
    return None
