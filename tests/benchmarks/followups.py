"""Follow-up questions: how near the rule's stand-alone questions are to people's (FOLDER holds cast.jsonl).

    python tests/benchmarks/followups.py FOLDER [--split dev|report] [--show]

Token F1: both texts in lower case, cut into runs of letters and digits, compared as bags: 2 x shared / (tokens of both).
"""

import argparse
import re
import sys
import time
from collections import Counter
from pathlib import Path

import sets

from qa.questions.followups import standalone
from qa.records import Turn


def token_f1(one: str, other: str) -> float:
    first, second = (Counter(re.findall(r"\w+", text.lower())) for text in (one, other))
    return 2 * sum((first & second).values()) / max(1, sum(first.values()) + sum(second.values()))


GOALS = {"token F1 all": ">0.74", "stand-alone rows left untouched": ">0.95"}


def mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--split", choices=["dev", "report"], default="dev")
    parser.add_argument(
        "--show",
        action="store_true",
        help="print every row that a rewrite left worse or short of people's",
    )
    options = parser.parse_args()
    rows = sets.rows(options.folder / "cast.jsonl", options.split)
    started = time.perf_counter()
    for row in rows:
        row["ours"] = standalone(
            row["utterance"], [Turn(turn["role"], turn["content"]) for turn in row["history"]]
        )
    spent = (time.perf_counter() - started) / len(rows)
    changed = [row for row in rows if row["rewrite"].strip() != row["utterance"].strip()]
    alone = [row for row in rows if row["rewrite"].strip() == row["utterance"].strip()]
    later = [row for row in alone if row["history"]]
    print(
        f"split {options.split}: {len(rows)} rows, {len(changed)} changed by people, {spent * 1000:.2f} ms a row"
    )
    figures = {}
    for year in (2019, 2020, None):
        some = [row for row in changed if year in (row["year"], None)]
        ours, untouched = (
            [token_f1(row[key], row["rewrite"]) for row in some] for key in ("ours", "utterance")
        )
        figures[f"token F1 {year or 'all'}"] = mean(ours)
        print(
            f"  token F1 {year or 'all'}: {mean(ours):.3f}, untouched {mean(untouched):.3f} ({len(some)} rows)"
        )
    automatic = [row for row in changed if row["auto_rewrite"]]
    print(
        f"  token F1 of the set's auto_rewrite: {mean([token_f1(r['auto_rewrite'], r['rewrite']) for r in automatic]):.3f}"
    )
    for name, some in (
        ("stand-alone rows left untouched", alone),
        ("  of them with a history", later),
    ):
        figures[name] = mean([row["ours"] == row["utterance"] for row in some])
        print(f"  {name}: {figures[name]:.3f} ({len(some)} rows)")
    if options.show:
        for row in rows:
            ours, untouched = (
                token_f1(row["ours"], row["rewrite"]),
                token_f1(row["utterance"], row["rewrite"]),
            )
            if ours < 0.999:
                print(
                    f"{ours - untouched:+.2f} {row['id']} {row['utterance']}\n    people {row['rewrite']}\n    ours   {row['ours']}"
                )
    sys.exit(bool(sets.missed(figures, GOALS)))


if __name__ == "__main__":
    main()
