"""Doubtful full stops are judged alike whatever else is judged, and an index tells by what."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index import stops, upkeep
from index.index import Index
from index.records import Article
from index.sentences import split
from index.stops import Stop

TEXT = (
    "They met Dep. Secretary Anna Holm. It seats approx. 300 people. He flew to Oslo. Reed met him."
    " The talks end at 8 p.m. Mrs. Lopez leads them. She works for Acme Corp. in St. Louis."
)
TRAIN = Path(__file__).parents[1] / "benchmarks" / "sentences" / "train.txt"


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is remembered from an earlier test."""
    monkeypatch.setattr(stops, "_KNOWN", {})


def some(count: int) -> list[Stop]:
    text = TRAIN.read_text(encoding="utf-8").replace("|", "").replace("\n", " ")
    return list(stops.stops(text[: count * 300]))[:count]


@pytest.mark.parametrize("side", [1e-7, -1e-7])
def test_a_near_tie_is_judged_alike_in_every_company(
    side: float, forgetful: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = some(40)
    weights, constant = stops._weights()
    for one in company[:8]:
        monkeypatch.setattr(stops, "_weights", lambda: (weights, constant))
        tie = constant - float(stops.scores([one])[0]) + side
        monkeypatch.setattr(stops, "_weights", lambda tie=tie: (weights, tie))
        found = set()
        for size in (1, 2, 5, 17, 40):
            stops._KNOWN.clear()
            others = [other for other in company[:size] if other != one]
            found.add(stops.judge([*others, one])[-1])
        assert len(found) == 1


def test_what_is_judged_again_is_remembered(
    forgetful: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = split(TEXT)
    monkeypatch.setattr(stops, "scores", lambda stops: pytest.fail("judged again"))
    assert split(TEXT) == first


def test_a_text_of_many_doubtful_stops_has_the_first_ones_judged(
    forgetful: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def scores(some: list[Stop]) -> stops.Vectors:
        asked.append(len(some))
        return np.ones(len(some), np.float32)

    monkeypatch.setattr(stops, "scores", scores)
    text = " ".join(f"Word{n} met Ald. Name{n} at home." for n in range(stops.MOST + 500))
    assert "".join(text.split()) == "".join("".join(one.text.split()) for one in split(text))
    assert sum(asked) == stops.MOST
    assert max(asked) == stops.TOGETHER


def test_stops_are_judged_in_float32_by_a_model_that_all_share() -> None:
    first = stops._embedder()
    split(TEXT)
    assert first.dtype == "float32"
    assert first._model()[1] is stops.load_embedder("float32")._model()[1]


def test_the_weights_are_small() -> None:
    assert stops.WEIGHTS.stat().st_size < 100_000


def test_an_index_whose_sentences_others_cut_is_made_again(
    fresh: Callable[..., Index], stories: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(index: Index) -> str:
        with index.store.read() as db:
            return str(upkeep.get_meta(db, "made"))

    with fresh() as index:
        index.ingest(stories)
        generation = index.generation
        assert made(index).endswith(f"sentences cut by {stops.name()}")
    monkeypatch.setattr(stops, "name", lambda: "another judge")
    told: list[int] = []
    with fresh(progress=lambda done, passages: told.append(done)) as index:
        assert told
        assert index.generation > generation
        assert made(index).endswith("sentences cut by another judge")
        assert index.ingest(stories).unchanged == len(stories)
