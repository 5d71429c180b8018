"""The pure measures of the evaluation: texts and probabilities in, figures out; their names are the
field's standard ones."""

import re
import string
from collections import Counter
from collections.abc import Sequence

import numpy as np

ARTICLES = re.compile(r"\b(?:a|an|the)\b")
PUNCTUATION = str.maketrans("", "", string.punctuation)
WORD = re.compile(r"[\w.]+|[$%]")


def words(text: str) -> list[str]:
    """In lower case, without punctuation; amounts keep theirs, their signs apart."""
    return [
        word for part in WORD.findall(text.lower().replace(",", "")) if (word := part.strip("."))
    ]


def holds(text: str, part: str) -> bool:
    """Whether the words of `part` stand in `text`, whole and in a row: "157" does not hold "57"."""
    wanted = " ".join(words(part))
    return bool(wanted) and f" {wanted} " in f" {' '.join(words(text))} "


def same(one: str, other: str) -> bool:
    """Whether one sentence holds the other: two splitters may cut the same place differently."""
    return holds(one, other) or holds(other, one)


def normalise(text: str) -> str:
    """SQuAD's: lower case, no punctuation, no articles, single spaces."""
    return " ".join(ARTICLES.sub(" ", text.lower().translate(PUNCTUATION)).split())


def token_f1(text: str, golds: Sequence[str]) -> float:
    """SQuAD's F1 of the words shared with the best of the gold answers; two empty texts agree."""
    return max(
        (_f1(normalise(text).split(), normalise(gold).split()) for gold in golds), default=0.0
    )


def _f1(ours: Sequence[str], gold: Sequence[str]) -> float:
    if not ours or not gold:
        return float(not ours and not gold)
    return 2 * sum((Counter(ours) & Counter(gold)).values()) / (len(ours) + len(gold))


def citations(cited: Sequence[str], gold: Sequence[Sequence[str]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of cited sentences. `gold` has one list of sentences for each
    annotator.

    A cited sentence is right when any annotator chose it; recall and F1 are those of the annotator
    nearest to us.
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
    """How often a positive scores above a negative, ties half; None when there is only one kind
    (Mann and Whitney's U)."""
    positive = np.array([score for score, label in zip(scores, labels, strict=True) if label])
    negative = np.sort([score for score, label in zip(scores, labels, strict=True) if not label])
    if not len(positive) or not len(negative):
        return None
    below = np.searchsorted(negative, positive, "left") + np.searchsorted(
        negative, positive, "right"
    )
    return float(below.sum() / 2 / len(positive) / len(negative))


def brier(probabilities: Sequence[float], labels: Sequence[bool]) -> tuple[float, float | None]:
    """The mean squared error, and the skill: 1 - error / error of always saying the base rate; None
    when that has no error."""
    truth = np.array(labels, float)
    score = float(np.mean((np.array(probabilities) - truth) ** 2))
    base = float(truth.mean() * (1 - truth.mean()))
    return score, 1 - score / base if base else None
