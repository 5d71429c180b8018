"""Whether the days that notes, check and timeline count from an article's date are the right ones.

`python tests/benchmarks/days.py dev` (or another part) prints figures; exits 1 below the goal.
"""

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from index.embedder import load_embedder
from qa.checking.dates import resolve
from qa.checking.sides import LearnedSides, Sides

SETS = Path(__file__).with_name("days")
GOAL = 0.95  # of the days shown
YEAR = re.compile(r"\b[12]\d{3}\b")  # a time that has its own year needs no note


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=("dev", "dev2", "report"))
    parser.add_argument("--rows", action="store_true", help="print what is wrong and not shown")
    given = parser.parse_args()
    return measure(given.part, rows=given.rows)


def measure(part: str, *, rows: bool) -> int:
    counts: Counter[tuple[str, str]] = Counter()
    sides = LearnedSides(load_embedder("float32"))
    for row in map(json.loads, (SETS / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()):
        outcome = judged(row, sides)
        for grain in ("all", row["grain"]):
            counts[grain, outcome] += 1
        if rows and outcome in ("wrong", "null shown", "not shown"):
            print(outcome, json.dumps(row))
    print("grain   rows  shown  right of shown  days shown  null shown / null  own year")
    for grain in ("all", "day", "month", "year"):
        one = {name: counts[grain, name] for name in OUTCOMES}
        shown = one["right"] + one["wrong"] + one["null shown"]
        days = one["right"] + one["wrong"] + one["not shown"]
        nulls = one["null shown"] + one["null"]
        print(
            f"{grain:6} {sum(one.values()):5} {shown:6} {share(one['right'], shown):>15}"
            f" {share(one['right'] + one['wrong'], days):>11}"
            f" {one['null shown']:>11} / {nulls:<4} {one['own year']:9}"
        )
    right, shown = counts["all", "right"], sum(counts["all", name] for name in SHOWN)
    return int(right < GOAL * shown)


SHOWN = ("right", "wrong", "null shown")
OUTCOMES = (*SHOWN, "not shown", "null", "own year")


def judged(row: dict[str, str | None], sides: Sides) -> str:
    sentence, expression = str(row["sentence"]), str(row["expression"])
    if YEAR.search(expression):
        return "own year"
    start = sentence.index(expression)
    (resolved,) = resolve([(sentence, row["published"])], sides)
    found = [one for one in resolved if one.start < start + len(expression) and start < one.end]
    if not found:
        return "not shown" if row["day"] else "null"
    if not row["day"]:
        return "null shown"
    return "right" if found[0].first.isoformat() == row["day"] else "wrong"


def share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "-"


if __name__ == "__main__":
    sys.exit(main())
