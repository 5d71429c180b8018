"""Whether sentences are cut where people who had not seen the code marked their ends: `sentences/`.

`python tests/benchmarks/boundaries.py report` (or `train`) prints figures; --rows prints the lines that are cut wrongly.
"""

import argparse
import sys
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from index.sentences import split

SETS = Path(__file__).with_name("sentences")


def marked(part: str) -> list[tuple[str, set[int]]]:
    """Each line without its marks, and where its sentences end, but for the last."""
    rows = []
    for line in (SETS / f"{part}.txt").read_text(encoding="utf-8").splitlines():
        pieces = line.split("|")
        text = "".join(pieces)
        ends = accumulate(map(len, pieces[:-1]))
        rows.append((text, {len(text[:end].rstrip()) for end in ends}))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=("train", "more", "report"))
    parser.add_argument("--rows", action="store_true", help="print what is wrong")
    given = parser.parse_args()
    right = hits = cuts = ends = 0
    rows = marked(given.part)
    for text, gold in rows:
        found = {one.end for one in split(text)[:-1]}
        right, hits = right + (found == gold), hits + len(found & gold)
        cuts, ends = cuts + len(found), ends + len(gold)
        if given.rows and found != gold:
            shown = "".join(
                char + ("|" * (at in gold) + "#" * (at in found)) for at, char in enumerate(text, 1)
            )
            print(shown)
    print(f"{right} of {len(rows)} lines right ({right / len(rows):.3f});", end=" ")
    print(f"precision {hits / cuts:.3f}, recall {hits / ends:.3f} of {ends} ends")


if __name__ == "__main__":
    main()
