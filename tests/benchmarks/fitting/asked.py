"""Questions of the dev parts with what is found for them and what the reader makes of it."""

import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.articles import make_article
from index.embedder import load_embedder
from index.files import walk
from index.index import Index
from index.loading import load
from index.records import Article, Found
from qa.questions.followups import standalone
from qa.questions.spelling import corrected
from qa.reading.choose import Candidate
from qa.reading.ranking import rank
from qa.reading.readings import Reads
from qa.reading.scales import Scales
from qa.records import Turn

ROOT = Path(__file__).parents[3]
TALK = ("greeting", "thanks", "about", "language", "summary", "news", "list")


@dataclass
class Asked:
    """One question with what was found for it; `gold` tells which of its ranked sentences answer."""

    row: dict[str, Any]
    found: list[Found]
    ranked: list[Candidate]
    gold: list[bool]


def is_gold(row: dict[str, Any], one: Candidate) -> bool:
    """Whether the sentence is one of those that answer, by offsets or by its words."""
    if not row["answerable"]:
        return False
    start, end = one.sentence.start, one.sentence.end
    if row.get("sentences"):
        middles = [
            (low + high) // 2 for name, low, high in row["sentences"] if name == one.article.id
        ]
        return any(start <= at < end for at in middles)
    if one.article.id not in row.get("article_ids", [row.get("article_id")]):
        return False
    if row.get("answer_starts"):
        return any(start <= at < end for at in row["answer_starts"])
    text = " ".join(one.sentence.text.split())
    quotes = [" ".join(quote.split()) for some in row.get("quotes") or [] for quote in some]
    return any(text in quote or quote in text for quote in quotes)


def corpus(path: Path) -> Iterator[Article]:
    """The articles of a set's JSON Lines file, or of a folder of files."""
    if path.is_dir():
        for file, root in walk([path]):
            yield from load(file, root)
        return
    for line in path.open(encoding="utf-8"):
        row = json.loads(line)
        source, published = row.get("source") or "set", row.get("published")
        yield make_article(
            row["text"], title=row["title"], id=row["id"], source=source, published=published
        )


def rows(path: Path, part: str, limit: int | None = None) -> list[dict[str, Any]]:
    """The questions of a part that are looked up, or a sample of them."""
    every = [json.loads(line) for line in path.open(encoding="utf-8")]
    some = [row for row in every if row["split"] == part and row.get("kind") not in TALK]
    return random.Random(0).sample(some, limit) if limit and limit < len(some) else some


def ask(
    articles: Iterable[Article], some: Sequence[dict[str, Any]], reader: Reads, scales: Scales
) -> Iterator[Asked]:
    """Each question looked up as the product does."""
    embedder = load_embedder()
    with tempfile.TemporaryDirectory() as place, Index.open(Path(place), embedder) as index:
        index.ingest(articles)
        for row in some:
            turns = [Turn(**turn) for turn in row.get("history") or []]
            row["question"] = corrected(standalone(row["question"], turns), index.passages_with)
            found = index.find(row["question"], 8)
            ranked = rank(row["question"], found, reader, embedder, scales)
            yield Asked(row, found, ranked, [is_gold(row, one) for one in ranked])


def places(sets: Path, newsroom: Path | None) -> dict[str, tuple[Path, Path]]:
    """By name: where the articles are, and the questions."""
    known = {
        "clapnq": (sets / "clapnq/corpus.jsonl", sets / "clapnq/questions.jsonl"),
        "xquad": (sets / "xquad/corpus.jsonl", sets / "xquad/questions.jsonl"),
        "fixed": (ROOT / "seeds", ROOT / "tests/questions.jsonl"),
    }
    if newsroom:
        known["newsroom"] = (newsroom / "articles.jsonl", newsroom / "questions.jsonl")
    return known
