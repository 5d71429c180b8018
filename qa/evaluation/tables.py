"""Shows an evaluation, and what changed since its baseline, as tables a person reads in a
minute."""

from collections.abc import Iterable
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qa.evaluation.figures import Comparison, Figure

if TYPE_CHECKING:
    from qa.evaluation.evaluate import Evaluation

WIDTH = 100
MOST_NAMED = 40  # wrong questions
SHOWN = {
    "right": "right",
    "expected": "answered or refused as expected",
    "recall@1": "gold sentence in passage 1",
    "recall@3": "  in the first 3",
    "recall@5": "  in the first 5",
    "recall@all": "  in any",
    "gold_cited": "right sentence cited",
    "gold_first": "right sentence cited first",
    "answer_hit": "answer holds what it must",
    "citation_precision": "citation precision",
    "citation_recall": "citation recall",
    "quote_f1": "citation F1",
    "short_marked": "short answer marked",
    "short_f1": "short answer F1, unmarked = 0",
    "short_f1_marked": "short answer F1 where marked",
    "answered": "answerable: answered",
    "false_answer": "unanswerable: answered",
    "false_ontopic": "  on the very topic",
    "false_offtopic": "  on another topic",
    "refusal_precision": "refusal precision",
    "refusal_recall": "refusal recall",
    "auroc": "AUROC answerable or not",
    "auroc_ontopic": "  against the very topic",
    "auroc_offtopic": "  against other topics",
    "brier": "Brier score",
    "brier_skill": "Brier skill score",
    "invalid": "invalid citations",
}
COLUMNS = ("right", "recall@5", "gold_cited", "gold_first", "answer_hit", "quote_f1", "short_f1")


def render(evaluation: "Evaluation", comparison: Comparison | None = None) -> str:
    console = Console(file=StringIO(), width=WIDTH, color_system=None)
    found, times = evaluation.figures(), evaluation.latency_ms()
    rows = [
        (label, _told(found[name]), str(found[name].n))
        for name, label in SHOWN.items()
        if name in found
    ]
    rows.append(
        (
            "milliseconds, median / 95 %",
            f"{times['median']:.0f} / {times['p95']:.0f}",
            str(len(evaluation.asked)),
        )
    )
    console.print(_table(("measure", "figure", "questions"), rows))
    kinds = evaluation.kinds()
    if len(kinds) > 1:
        told = [
            (kind, str(f["right"].n), *(_told(f.get(name)) for name in COLUMNS))
            for kind, f in kinds.items()
        ]
        console.print(_table(("kind", "n", *(name.replace("_", " ") for name in COLUMNS)), told))
    if comparison:
        _changes(console, comparison)
    elif wrong := [one for one in evaluation.asked if not one.right]:
        names = escape(", ".join(one.id for one in wrong[:MOST_NAMED]))
        more = " ..." if len(wrong) > MOST_NAMED else ""
        console.print(f"wrong: {names}{more}")
    file = console.file
    assert isinstance(file, StringIO)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def _changes(console: Console, comparison: Comparison) -> None:
    for note in comparison.notes:
        console.print(f"note: {escape(note)}")
    for title, changed in (
        ("turned wrong", comparison.worsened),
        ("turned right", comparison.improved),
    ):
        if changed:
            names = [
                (escape(one.id), one.kind, one.status, escape(one.question)) for one in changed
            ]
            console.print(_table((title, "kind", "status", "question"), names, numbers=False))
    if comparison.drops:
        rows = [
            (SHOWN.get(name, name).strip(), _told(old), _told(new))
            for name, (old, new) in comparison.drops.items()
        ]
        console.print(_table(("worse", "baseline", "now"), rows))
    turned = f"{len(comparison.worsened)} turned wrong, {len(comparison.improved)} turned right"
    console.print(f"{'WORSE' if comparison.worse else 'not worse'} than the baseline: {turned}")


def _table(
    columns: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, numbers: bool = True
) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place and numbers else "left")
    for row in rows:
        table.add_row(*row)
    return table


def _told(figure: Figure | None) -> str:
    return f"{figure.value:.3f}" if figure else "-"
