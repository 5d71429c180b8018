"""The figures over many asked questions, and which of them and of the questions got worse since a baseline."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from qa.evaluation.measures import auroc, brier, mean
from qa.evaluation.scoring import SMALL_TALK

if TYPE_CHECKING:
    from qa.evaluation.evaluate import Evaluation

MARGIN = 0.02
FLIPS = 3
ROUNDING = 1e-3  # a baseline keeps four decimals
FALLS = (  # the figures that get worse by falling
    *(
        "right",
        "expected",
        "recall@1",
        "recall@5",
        "recall@all",
        "gold_cited",
        "gold_first",
        "cited_right",
        "answer_hit",
    ),
    *(
        "citation_precision",
        "citation_recall",
        "quote_f1",
        "short_f1",
        "answered",
        "refusal_precision",
        "refusal_recall",
    ),
    *("auroc", "auroc_ontopic", "auroc_offtopic", "brier_skill"),
)
RISES = ("false_answer", "false_ontopic", "false_offtopic", "invalid")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what came of it; `scores` are from 0 to 1 and hold only what applies."""

    id: str
    kind: str
    question: str
    answerable: bool
    status: str
    probability: float
    scores: Mapping[str, float]
    answer: str = ""
    seconds: float = 0.0

    @property
    def right(self) -> bool:
        return self.scores["right"] == 1.0


class Figure(NamedTuple):
    """A figure and the number of questions it rests on: for those that tell two kinds apart, of the rarer kind."""

    value: float
    n: int


def figures(asked: Iterable[Asked]) -> dict[str, Figure]:
    """Means of the scores, and how well `probability` tells answerable questions from others; small talk counts in few."""
    asked = list(asked)
    values: dict[str, list[float]] = {}
    for one in asked:
        for name, value in one.scores.items():
            values.setdefault(name, []).append(value)
    found = {name: Figure(mean(some), len(some)) for name, some in values.items()}
    real = [one for one in asked if one.kind not in SMALL_TALK]
    for name in ("auroc", "auroc_ontopic", "auroc_offtopic"):
        some = [one for one in real if one.answerable or name.removeprefix("auroc_") in ("auroc", one.kind)]
        truth = [one.answerable for one in some]
        area = auroc([one.probability for one in some], truth)
        if area is not None:
            found[name] = Figure(area, min(truth.count(True), truth.count(False)))
    truth = [one.answerable for one in real]
    if len(set(truth)) == 2:
        error, skill = brier([one.probability for one in real], truth)
        fewer = min(truth.count(True), truth.count(False))
        found |= {"brier": Figure(error, len(real)), "brier_skill": Figure(skill or 0.0, fewer)}
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed since the baseline, over the questions both have. `drops` are figures (before, after) that got worse."""

    worsened: tuple[Asked, ...]
    improved: tuple[Asked, ...]
    drops: Mapping[str, tuple[Figure, Figure]]
    notes: tuple[str, ...]
    worse: bool


def compare(evaluation: "Evaluation", baseline: str, *, margin: float = MARGIN, flips: int = FLIPS) -> Comparison:
    """`baseline` is what `to_json` gave. Times are not compared. Raises ValueError when the two have no question in common.

    Worse is a figure that drops by more than `margin` and by more than one question alone can cause, or more than `flips`
    questions that turned wrong, or any more citations that point nowhere: another processor's last bits reach none of these.
    """
    told = json.loads(baseline)
    earlier = {(row["id"], row["question"]): Asked(**row) for row in told["questions"]}
    pairs = [(earlier[key], one) for one in evaluation.asked if (key := (one.id, one.question)) in earlier]
    if not pairs:
        raise ValueError("the baseline has none of these questions; write it again")
    before, after = figures(old for old, _ in pairs), figures(new for _, new in pairs)
    drops = {}
    for name in (*FALLS, *RISES):
        if name in before and name in after:
            drop = (before[name].value - after[name].value) * (-1 if name in RISES else 1)
            fewest = min(before[name].n, after[name].n)
            if drop > (0 if name == "invalid" else max(margin, 1 / fewest)) + ROUNDING:
                drops[name] = (before[name], after[name])
    worsened = tuple(new for old, new in pairs if old.right and not new.right)
    improved = tuple(new for old, new in pairs if new.right and not old.right)
    notes = [
        f"{key} differ from the baseline's"
        for key, value in told["fingerprint"].items()
        if evaluation.fingerprint[key] != value
    ]
    if len(pairs) < max(len(evaluation.asked), len(earlier)):
        notes.append(f"compared over the {len(pairs)} questions that both have")
    return Comparison(worsened, improved, drops, tuple(notes), bool(drops) or len(worsened) > flips)
