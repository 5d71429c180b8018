"""The fixed question set and the seed articles fit together: quotes, answers, kinds, lengths."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from index.sentences import split

ROOT = Path(__file__).parent.parent
PARTS = {
    path.name: path.read_text("utf-8").split("---\n", 2)
    for path in sorted((ROOT / "seeds").glob("*.md"))
}
SEEDS = {name: yaml.safe_load(matter) for name, (_, matter, _) in PARTS.items()}
TEXTS = {name: text.strip() for name, (_, _, text) in PARTS.items()}
ROWS = [
    json.loads(line)
    for line in (ROOT / "tests" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
FIELDS = {
    "id",
    "question",
    "kind",
    "answerable",
    "answers",
    "article_id",
    "quotes",
    "history",
    "split",
}
SMALL_TALK = {"greeting", "thanks"}
# The least number of questions of each kind: below it a figure over the kind says nothing.
LEAST = {
    "fact": 60, "followup": 12, "typo": 8, "spelling": 6, "summary": 3, "news": 3, "said": 6, "list": 6, "yesno": 8,
    "greeting": 2, "thanks": 2, "language": 2, "offtopic": 10, "ontopic": 14,
}  # fmt: skip
SENTENCES = {name: {sentence.text for sentence in split(text)} for name, text in TEXTS.items()}
SOURCED = [row for row in ROWS if row["answerable"] and row["kind"] not in SMALL_TALK]


def articles_of(row: dict) -> list[str]:
    return row.get("article_ids") or [row["article_id"]]


@pytest.mark.parametrize("name", SEEDS)
def test_seed_has_front_matter_and_length(name: str) -> None:
    seed = SEEDS[name]
    assert set(seed) >= {"title", "published", "source"}
    assert set(seed) <= {"title", "published", "source", "url", "author"}
    assert all(str(value).strip() for value in seed.values())
    assert date(2025, 10, 16) <= date.fromisoformat(str(seed["published"])) <= date(2025, 10, 18)
    assert 120 <= len(TEXTS[name].split()) <= 250


def test_seeds_are_ten_to_twelve_from_several_sources() -> None:
    assert 10 <= len(SEEDS) <= 12
    assert len({seed["source"] for seed in SEEDS.values()}) >= 3
    assert len({seed["title"] for seed in SEEDS.values()}) == len(SEEDS)


def test_rows_have_the_shape() -> None:
    for row in ROWS:
        assert set(row) >= FIELDS, row["id"]
        assert set(row) <= FIELDS | {"article_ids", "must", "status"}, row["id"]
        assert row["question"].strip() == row["question"] != ""
        assert row["split"] in {"dev", "report"}
        assert row.get("status", "answered") in {"answered", "partial", "no_answer"}
        roles = [turn["role"] for turn in row["history"]]
        assert roles == ["user", "assistant"] * (len(roles) // 2), row["id"]
        assert bool(row["history"]) == (row["kind"] == "followup"), row["id"]


def test_ids_and_questions_are_unique() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert len({(row["question"].lower(), str(row["history"])) for row in ROWS}) == len(ROWS)


def test_answerable_rows_are_supported_by_whole_verbatim_sentences() -> None:
    for row in SOURCED:
        articles = articles_of(row)
        assert row["quotes"], row["id"]
        assert row["answers"] or row.get("must"), row["id"]
        assert set(articles) <= set(SEEDS), row["id"]
        for quote in (quote for one in row["quotes"] for quote in one):
            assert any(quote in SENTENCES[name] for name in articles), (row["id"], quote)
            assert any(quote in TEXTS[name] for name in articles), (row["id"], quote)


def test_every_set_of_quotes_holds_the_answer_and_every_answer_is_in_a_quote() -> None:
    for row in SOURCED:
        sets = [" ".join(one).lower() for one in row["quotes"]]
        answers = [answer.lower() for answer in row["answers"]]
        assert all(any(answer in text for text in sets) for answer in answers), row["id"]
        assert all(any(answer in text for answer in answers) for text in sets if answers), row["id"]
        assert all(part.lower() in text for part in row.get("must", []) for text in sets), row["id"]


def test_rows_without_an_answer_name_no_article() -> None:
    for row in ROWS:
        if row not in SOURCED:
            assert (row["answers"], row["quotes"], row["article_id"]) == ([], [], None), row["id"]


def test_every_kind_has_enough_questions() -> None:
    kinds = Counter(row["kind"] for row in ROWS)
    assert set(kinds) == set(LEAST)
    assert not {kind: kinds[kind] for kind in LEAST if kinds[kind] < LEAST[kind]}
    assert len(ROWS) >= 110
    unanswerable = [row for row in ROWS if not row["answerable"] and row["kind"] != "language"]
    assert len(unanswerable) >= 28
    assert sum(row["kind"] == "ontopic" for row in unanswerable) >= 14
    assert all(
        not row["answerable"] for row in ROWS if row["kind"] in {"ontopic", "offtopic", "language"}
    )
    assert sum(row.get("status") == "partial" for row in ROWS) >= 1


def test_every_seed_is_asked_about() -> None:
    assert {name for row in SOURCED for name in articles_of(row)} == set(SEEDS)


def test_the_split_halves_every_kind() -> None:
    for kind in LEAST:
        splits = Counter(row["split"] for row in ROWS if row["kind"] == kind)
        assert abs(splits["dev"] - splits["report"]) <= 2, kind
