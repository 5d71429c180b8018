"""The figures over many asked questions, and which of them and of the questions got worse since a
baseline."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from qa.evaluation.measures import auroc, brier
from qa.evaluation.scoring import SMALL_TALK

if TYPE_CHECKING:
    from qa.evaluation.evaluate import Evaluation

MARGIN = 0.02
FLIPS = 3
ROUNDING = 1e-3  # a baseline keeps four decimals
FALLS = (  # the figures that get worse by falling
    "right expected recall@1 recall@5 recall@all gold_cited gold_first answer_hit"
    " citation_precision citation_recall quote_f1 short_f1 answered refusal_precision"
    " refusal_recall auroc auroc_ontopic auroc_offtopic brier_skill"
).split()
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
    """A figure and the number of questions it rests on: for those that tell two kinds apart, of the
    rarer kind."""

    value: float
    n: int


def figures(asked: Iterable[Asked]) -> dict[str, Figure]:
    """Means of the scores, and how well `probability` tells answerable questions from others; small
    talk counts in few."""
    asked = list(asked)
    values: dict[str, list[float]] = {}
    for one in asked:
        for name, value in one.scores.items():
            values.setdefault(name, []).append(value)
    found = {name: Figure(fmean(some), len(some)) for name, some in values.items()}
    real = [one for one in asked if one.kind not in SMALL_TALK]
    for name in ("auroc", "auroc_ontopic", "auroc_offtopic"):
        some = [
            one
            for one in real
            if one.answerable or name.removeprefix("auroc_") in ("auroc", one.kind)
        ]
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
    """What changed since the baseline, over the questions both have. `drops` are figures (before,
    after) that got worse."""

    worsened: tuple[Asked, ...]
    improved: tuple[Asked, ...]
    drops: Mapping[str, tuple[Figure, Figure]]
    notes: tuple[str, ...]
    worse: bool


@dataclass(frozen=True, slots=True)
class Baseline:
    """What `Evaluation.to_json` wrote at an earlier time, as far as it is compared."""

    fingerprint: Mapping[str, Any]
    questions: tuple[Asked, ...]

    @classmethod
    def read(cls, path: Path) -> "Baseline":
        """Raises ValueError with one line for a file that is none."""
        try:
            found = TypeAdapter(cls).validate_json(path.read_text(encoding="utf-8"))
            if wrong := [one.id for one in found.questions if "right" not in one.scores]:
                raise ValueError(f"question {wrong[0]} has no score 'right'")
        except ValueError as error:
            raise ValueError(
                f"{path}: not a baseline ({complaint(error)}); write it with --write-baseline"
            ) from None
        return found


def complaint(error: ValueError) -> str:
    """One line; of pydantic's the first complaint, with its place."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    return ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))


def compare(
    evaluation: "Evaluation", baseline: Baseline, *, margin: float = MARGIN, flips: int = FLIPS
) -> Comparison:
    """Times are not compared. Raises ValueError when the two have no question in common.

    Worse is a figure that drops by more than `margin` and by more than one question alone can
    cause, or more than `flips` questions that turned wrong, or any more citations that point
    nowhere: another processor's last bits reach none of these.
    """
    earlier = {(one.id, one.question): one for one in baseline.questions}
    pairs = [
        (earlier[key], one)
        for one in evaluation.asked
        if (key := (one.id, one.question)) in earlier
    ]
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
        for key, value in baseline.fingerprint.items()
        if evaluation.fingerprint.get(key) != value
    ]
    if len(pairs) < max(len(evaluation.asked), len(earlier)):
        notes.append(f"compared over the {len(pairs)} questions that both have")
    return Comparison(worsened, improved, drops, tuple(notes), bool(drops) or len(worsened) > flips)
