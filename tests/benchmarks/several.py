"""Written answers of several sentences over the newsroom set: what readers' labels say of every claim shown.

    FOOTNOTE_LLM_URL=http://127.0.0.1:8080 python tests/benchmarks/several.py [--details FILE]

`newsroom/several.jsonl` has the questions with the sentences that a full answer rests on, `newsroom/judged.jsonl` the claims that
readers judged, each with the sentences shown for it. Prints which share of the claims is supported, claims cut out word for word
apart, and how much of a full answer is cited. A claim that nobody has judged yet, as another model writes it, is counted and
written to --details to be judged: {"claim", "sources", "supported": null}.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import Any

import sets

from index.articles import make_article
from qa.build import build
from qa.checking.verify import same_words
from qa.pipeline import Pipeline
from qa.records import Answer
from qa.settings import Settings

NEWSROOM = Path(__file__).with_name("newsroom")
GOAL = 0.95  # of the claims
KEPT = ("title", "source", "published", "author")


@dataclass(frozen=True)
class Asked:
    """A question's row, its answer, and the seconds it took."""

    row: dict[str, Any]
    answer: Answer
    seconds: float

    def claims(self) -> list[tuple[str, tuple[str, ...]]]:
        """Each claim with the sentences shown for it."""
        texts = {one.number: one.text for one in self.answer.citations}
        return [
            (claim.text, tuple(texts[number] for number in claim.citations))
            for claim in self.answer.claims
        ]

    def cited(self) -> float:
        """The share of the sentences of a full answer that are cited."""
        shown = {one.text for one in self.answer.citations}
        return mean(text in shown for text in self.row["sentences"])


def ask(pipeline: Pipeline, rows: Sequence[dict[str, Any]]) -> list[Asked]:
    pipeline.index.ingest(
        make_article(row["text"], id=row["id"], **{name: row.get(name) for name in KEPT})
        for row in sets.rows(NEWSROOM / "articles.jsonl", "report")
    )
    pipeline.warm()
    asked = []
    for row in rows:
        begun = time.perf_counter()
        answer = pipeline.answer(row["question"])
        asked.append(Asked(row, answer, time.perf_counter() - begun))
    return asked


def verbatim(claim: str, sources: Sequence[str]) -> bool:
    return any(same_words(claim, source) for source in sources)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--details", type=Path, help="write the claims to be judged here")
    options = parser.parse_args()
    judged = {
        (row["claim"], tuple(row["sources"])): row["supported"]
        for row in sets.rows(NEWSROOM / "judged.jsonl")
        if row["supported"] is not None
    }
    with TemporaryDirectory() as scratch, build(Settings(data=Path(scratch))) as pipeline:
        asked = ask(pipeline, sets.rows(NEWSROOM / "several.jsonl"))
    given = [one for one in asked if one.answer.status != "no_answer"]
    claims = [claim for one in given for claim in one.claims()]
    own = [claim for claim in claims if not verbatim(*claim)]
    known = [judged[claim] for claim in own if claim in judged]
    fresh = [claim for claim in own if claim not in judged]
    print(f"answered                        {len(given)} of {len(asked)}")
    print(f"written by the model            {sum(one.answer.writer == 'llm' for one in given)}")
    print(f"claims an answer                {len(claims) / len(given):.2f}")
    print(f"claims in other words           {len(own)} of {len(claims)}")
    print(f"of a full answer's sentences    {mean(one.cited() for one in asked):.3f} cited")
    print(f"median seconds                  {median(one.seconds for one in asked):.1f}")
    print(f"not judged yet                  {len(fresh)}")
    if options.details:
        lines = [{"claim": claim, "sources": texts, "supported": None} for claim, texts in fresh]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        options.details.write_text(text, encoding="utf-8")
    if not known:
        return 0
    share = (sum(known) + len(claims) - len(own)) / (len(known) + len(claims) - len(own))
    print(f"in other words, supported       {mean(known):.3f} of {len(known)}")
    print(f"all claims, supported           {share:.3f} (goal {GOAL})")
    return int(share < GOAL)


if __name__ == "__main__":
    raise SystemExit(main())
