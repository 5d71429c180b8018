"""Counts the newsroom set by split and kind, and checks its offsets: python tests/benchmarks/newsroom/count.py"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").open(encoding="utf-8")]


def main() -> None:
    articles = {row["id"]: row for row in rows("articles")}
    places = {(name, *span) for name, row in articles.items() for span in row["sentences"]}
    questions, claims = rows("questions"), rows("claims")
    for row in questions:
        assert all(tuple(place) in places for place in row["sentences"]), row["id"]
        for answer in row["answers"]:
            text = articles[answer["article_id"]]["text"]
            assert text[answer["start"] :].startswith(answer["text"]), row["id"]
    for row in claims:
        assert all((row["article_id"], *span) in places for span in row["sentences"]), row["id"]
    for name, some, kind in (
        ("articles", articles.values(), "desk"),
        ("questions", questions, "kind"),
    ):
        print(
            name,
            dict(Counter(row["split"] for row in some)),
            dict(Counter(row[kind] for row in some).most_common(12)),
        )
    print("claims", dict(Counter((row["split"], row["label"]) for row in claims)))


if __name__ == "__main__":
    main()
