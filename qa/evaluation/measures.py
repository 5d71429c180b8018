"""The pure measures of the evaluation: texts and probabilities in, figures out; their names are the field's standard ones."""

import re
import string
from collections import Counter
from collections.abc import Sequence

import numpy as np

BINS = 10
THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
ARTICLES = re.compile(r"\b(?:a|an|the)\b")
PUNCTUATION = str.maketrans("", "", string.punctuation)
PLAIN = re.compile(r"[\w$%. ]+")


def plain(text: str) -> str:
    """Lower case without punctuation (amounts keep theirs), for asking whether one text holds another."""
    return " ".join("".join(PLAIN.findall(text.lower())).split()).strip(" .")


def holds(text: str, part: str) -> bool:
    wanted = plain(part)
    return bool(wanted) and wanted in plain(text)


def same(one: str, other: str) -> bool:
    """Whether one sentence holds the other: two splitters may cut the same place differently."""
    return holds(one, other) or holds(other, one)


def normalise(text: str) -> str:
    """SQuAD's: lower case, no punctuation, no articles, single spaces."""
    return " ".join(ARTICLES.sub(" ", text.lower().translate(PUNCTUATION)).split())


def exact_match(text: str, golds: Sequence[str]) -> float:
    return float(normalise(text) in {normalise(gold) for gold in golds})


def token_f1(text: str, golds: Sequence[str]) -> float:
    """SQuAD's F1 of the words shared with the best of the gold answers; two empty texts agree."""
    return max((_f1(normalise(text).split(), normalise(gold).split()) for gold in golds), default=0.0)


def _f1(ours: Sequence[str], gold: Sequence[str]) -> float:
    if not ours or not gold:
        return float(not ours and not gold)
    return 2 * sum((Counter(ours) & Counter(gold)).values()) / (len(ours) + len(gold))


def citations(cited: Sequence[str], gold: Sequence[Sequence[str]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of cited sentences. `gold` has one list of sentences for each annotator.

    A cited sentence is right when any annotator chose it; recall and F1 are those of the annotator nearest to us.
    """
    right = sum(any(same(text, one) for chosen in gold for one in chosen) for text in cited)
    recall = best = 0.0
    for chosen in gold:
        agreed = sum(any(same(text, one) for one in chosen) for text in cited) / max(1, len(cited))
        found = sum(any(same(text, one) for text in cited) for one in chosen) / max(1, len(chosen))
        recall = max(recall, found)
        best = max(best, 2 * agreed * found / (agreed + found) if agreed else 0.0)
    return right / max(1, len(cited)), recall, best


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float | None:
    """How often a positive scores above a negative, ties half; None when there is only one kind (Mann and Whitney's U)."""
    positive = np.array([score for score, label in zip(scores, labels, strict=True) if label])
    negative = np.sort([score for score, label in zip(scores, labels, strict=True) if not label])
    if not len(positive) or not len(negative):
        return None
    below = np.searchsorted(negative, positive, "left") + np.searchsorted(negative, positive, "right")
    return float(below.sum() / 2 / len(positive) / len(negative))


def brier(probabilities: Sequence[float], labels: Sequence[bool]) -> tuple[float, float | None]:
    """The mean squared error, and the skill: 1 - error / error of always saying the base rate; None when that has no error."""
    truth = np.array(labels, float)
    score = float(np.mean((np.array(probabilities) - truth) ** 2))
    base = float(truth.mean() * (1 - truth.mean()))
    return score, 1 - score / base if base else None


def reliability(probabilities: Sequence[float], labels: Sequence[bool]) -> list[dict[str, float]]:
    """For each tenth of the range that occurs: its bounds, the questions in it, what was said on average, how often it was so."""
    said, truth = np.array(probabilities, float), np.array(labels, float)
    bins = np.clip((said * BINS).astype(int), 0, BINS - 1)
    return [
        {"from": b / BINS, "to": (b + 1) / BINS, "n": int(inside.sum()), "said": float(said[inside].mean()),
         "was": float(truth[inside].mean())}
        for b in range(BINS) if (inside := bins == b).any()
    ]  # fmt: skip


def operating(probabilities: Sequence[float], labels: Sequence[bool]) -> list[dict[str, float | None]]:
    """At several thresholds: the share of answerable questions at or above it (coverage), and of the others (false answers)."""
    said, truth = np.array(probabilities, float), np.array(labels, bool)

    def share(some: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> float | None:
        return float(some.mean()) if some.size else None

    return [
        {"threshold": t, "coverage": share(said[truth] >= t), "false_answers": share(said[~truth] >= t)}
        for t in THRESHOLDS
    ]


def percentile(values: Sequence[float], percent: float) -> float:
    return float(np.percentile(values, percent)) if values else 0.0


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
