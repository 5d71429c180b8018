"""Verifies a claim by the sentences it cites: exact facts first, then the strong reader's judgement
as a probability."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.checking.addresses import foreign
from qa.checking.dates import resolve
from qa.checking.facts import facts, missing, plain
from qa.checking.sides import Sides, unknown
from qa.reading.premise import Source, premise
from qa.reading.scales import weighed
from qa.records import Support

SUPPORTED, PARTLY = 0.5, 0.3
Supports = Callable[[Sequence[tuple[str, str]]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`probability` is of being supported; `reason` says what is wrong in one line, None when
    supported; `contradicted`: the sources say otherwise, as far as the reader can tell."""

    support: Support
    probability: float
    reason: str | None
    contradicted: bool = False


class Verifier:
    """Judges claims with `support`, which gives (n, 2) logits for (claim, premise) pairs: borne
    out, contradicted.

    `scale` is slope and constant of the probability over the first logit; `sides` tells on which
    side of their article's day the sources' times lie.
    """

    def __init__(self, support: Supports, scale: Sequence[float], sides: Sides = unknown) -> None:
        self._support, self._scale, self.sides = support, scale, sides

    def verdicts(self, claim: str, choices: Sequence[Sequence[Source]]) -> list[Verdict]:
        """One verdict for each choice of cited sentences; a choice of none is unsupported."""
        premises = [_premises(sources) for sources in choices]
        flat = [(claim, text) for texts in premises for text in texts]
        logits = self._support(flat)
        verdicts, at = [], 0
        for sources, texts in zip(choices, premises, strict=True):
            own = logits[at : at + len(texts)]
            at += len(texts)
            verdicts.append(self._verdict(claim, sources, own))
        return verdicts

    def _verdict(
        self, claim: str, sources: Sequence[Source], logits: NDArray[np.float32]
    ) -> Verdict:
        if (unfit := _unfit(claim, sources)) is not None:
            return Verdict("unsupported", 0.0, unfit)
        probability = weighed(self._scale, (float(logits[:, 0].max()),))
        if any(same_words(claim, source.text) for source in sources):
            return Verdict("supported", max(probability, 0.98), None)
        if fault := exact_fault(claim, sources, self.sides):
            other = fault.startswith("the source says")
            return Verdict("unsupported", min(probability, PARTLY) * 0.5, fault, other)
        if probability >= SUPPORTED:
            return Verdict("supported", probability, None)
        against = float(logits[:, 1].max()) > 0
        reason = "the source says otherwise" if against else "the source does not say this"
        support: Support = "partly" if probability >= PARTLY else "unsupported"
        return Verdict(support, probability, reason, against)


def _unfit(claim: str, sources: Sequence[Source]) -> str | None:
    """Why a claim need not be read at all."""
    if not sources:
        return "no source is cited"
    if not any(character.isalnum() for character in claim):
        return "the answer says nothing"
    added = foreign(claim, [source.text for source in sources])
    if added is not None:
        return f"the source does not have the link, address or markup {added[:60]!r}"
    return None


def _premises(sources: Sequence[Source]) -> list[str]:
    """Each source by itself and, where there are several, all of them together."""
    single = [premise(source) for source in sources]
    return [*single, " ".join(single)] if len(single) > 1 else single


def same_words(claim: str, sentence: str) -> bool:
    """Whether the claim is the whole sentence, but for spacing and the end mark."""
    one, other = (" ".join(plain(text).split()).rstrip(" .") for text in (claim, sentence))
    return one == other


def exact_fault(claim: str, sources: Sequence[Source], sides: Sides = unknown) -> str | None:
    """The reason of the first number, date or quotation that none of the sources bears out."""
    stated = facts(plain(claim))
    if not stated:
        return None
    told = [(plain(source.text), source.published) for source in sources]
    around = [plain(f"{source.title}. {source.before}") for source in sources]
    lacks = [
        missing(stated, text, context, published, resolved)
        for (text, published), context, resolved in zip(
            told, around, resolve(told, sides), strict=True
        )
    ]
    for fact, reason in lacks[0].items():
        if all(fact in lack for lack in lacks):
            return reason
    return None
