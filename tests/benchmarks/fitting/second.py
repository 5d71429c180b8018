"""What the strong reader makes of the best sentences of each question, and the fit of the second look."""

from collections.abc import Sequence

import numpy as np
from asked import Asked
from numpy.typing import NDArray

from qa.reading.again import HOPELESS, LOOKED, decide_again, look_again, source_of
from qa.reading.choose import Candidate
from qa.reading.decision import decide
from qa.reading.premise import premise
from qa.reading.readings import Judges
from qa.reading.scales import Again, Scales, log_odds

Pair = tuple[str, str]
Logits = dict[Pair, NDArray[np.float32]]


class Kept:
    """What was judged before."""

    def __init__(self, logits: Logits) -> None:
        self._logits = logits

    def support(self, pairs: Sequence[Pair]) -> NDArray[np.float32]:
        """As `Reader.support`, of pairs that are known."""
        return np.array([self._logits[pair] for pair in pairs], np.float32).reshape(-1, 2)


def judge(some: Sequence[tuple[Asked, list[Candidate]]], strong: Judges, logits: Logits) -> None:
    """Adds to `logits` what is not known of the best sentences, 16 pairs of like length at a time."""
    wanted = {
        (a.row["question"], premise(source_of(one, a.found)))
        for a, ranked in some
        for one in ranked[:LOOKED]
    }
    new = sorted(wanted - logits.keys(), key=lambda pair: len(pair[1]))
    for start in range(0, len(new), 16):
        part = new[start : start + 16]
        logits.update(zip(part, strong.support(part), strict=True))
        if start % 320 == 0:
            print(f"judged {start} of {len(new)}", flush=True)


def sentence_rows(
    some: Sequence[tuple[Asked, list[Candidate]]], kept: Kept
) -> tuple[list[Again], list[bool]]:
    """Features of the judged sentences of answerable questions, and whether each answers."""
    x, y = [], []
    for a, ranked in some:
        gold = {one.place_of for one, is_it in zip(a.ranked, a.gold, strict=True) if is_it}
        if not gold:
            continue
        best = ranked[:LOOKED]
        pairs = [(a.row["question"], premise(source_of(one, a.found))) for one in best]
        for one, logit in zip(best, kept.support(pairs)[:, 0], strict=True):
            x.append(Again(log_odds(one.probability), float(logit)))
            y.append(one.place_of in gold)
    return x, y


def decision_row(a: Asked, ranked: Sequence[Candidate], kept: Kept, scales: Scales) -> Again:
    """Features of the second decision."""
    first = decide(a.row["question"], a.found, ranked, scales)
    again = look_again(a.row["question"], a.found, ranked, kept, scales)
    best = max((one.again for one in again if one.again is not None), default=-10.0)
    return Again(log_odds(first), best)


def decided(a: Asked, ranked: Sequence[Candidate], kept: Kept, scales: Scales) -> float:
    """The probability that the product gives."""
    first = decide(a.row["question"], a.found, ranked, scales)
    if first < HOPELESS:
        return first
    again = look_again(a.row["question"], a.found, ranked, kept, scales)
    return decide_again(first, again, scales)
