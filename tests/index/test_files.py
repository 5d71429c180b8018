"""Made files of every format come in as a reader sees them, by floors of what came in at first."""

import runpy
from pathlib import Path
from typing import Any

import pytest

FILES = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "files.py"))

# By format: of words and of sentence boundaries the lower of precision and recall, rounded down;
# then how many lines tell a miss of any kind.
FLOORS = {
    "docx": (1.0, 1.0, 0),
    "encodings": (1.0, 1.0, 0),
    "epub": (1.0, 1.0, 0),
    "feed": (1.0, 1.0, 0),
    "html": (0.998, 0.985, 10),  # "moved to Ft. Worth" is cut behind its stop
    "mail": (1.0, 1.0, 0),
    "md": (1.0, 1.0, 0),
    "pdf": (1.0, 1.0, 0),
    "tables": (0.985, 0.975, 5),  # markup in a cell stays
    "txt": (0.985, 0.98, 4),  # words that a text file divides at its line ends stay divided
    "zip": (1.0, 1.0, 0),
}


Scores = dict[str, Any]  # of the benchmark's own class


@pytest.fixture(scope="module")
def scores() -> Scores:
    measured: Scores = FILES["measure"]()
    return measured


def test_there_are_files_of_every_format() -> None:
    made = [one for one in FILES["FILES"].glob("*/*") if one.name != FILES["EXPECTED"]]
    assert len(made) >= 120
    assert {one.parent.name for one in made} == set(FLOORS)


@pytest.mark.parametrize("name", FLOORS)
def test_a_format_comes_in_as_a_reader_sees_it(scores: Scores, name: str) -> None:
    score = scores[name]
    words, ends, misses = FLOORS[name]
    told = "\n".join(score.misses)
    assert min(score.word_shares) >= words, told
    assert min(score.end_shares) >= ends, told
    assert score.dates == [score.articles, 0, 0], told
    assert len(score.misses) <= misses, told


def test_the_goals_are_reached(scores: Scores) -> None:
    whole = FILES["total"](scores)
    assert all(FILES["goals"](whole).values()), "\n".join(whole.misses)


def test_a_word_lost_and_a_cut_too_many_are_seen(tmp_path: Path) -> None:
    folder = tmp_path / "txt"
    folder.mkdir()
    (folder / "a.txt").write_text("Pier\n\nThe pier is open. Gulls came first.\n")
    row = '{"file": "a.txt", "title": "Pier", "author": null, "source": null, "published": null'
    right = f'{row}, "sentences": ["The pier is open.", "Gulls came first."]}}'
    wrong = f'{row}, "sentences": ["The old pier is open. Gulls came first."]}}'
    expected = folder / FILES["EXPECTED"]
    expected.write_text(right)
    assert FILES["measure"](tmp_path)["txt"].misses == []
    expected.write_text(wrong)
    score = FILES["measure"](tmp_path)["txt"]
    assert score.words == [7, 7, 8]
    assert score.ends == [1, 2, 1]
