"""Labelled questions as an embedder sees them."""

from pathlib import Path

import numpy as np

from index.embedder import MiniLMEmbedding, load_embedder
from qa.questions.labelled import Labelled


def test_the_questions_are_embedded_once_for_an_embedder(
    tmp_path: Path, embedder: MiniLMEmbedding
) -> None:
    (tmp_path / "some.tsv").write_text("other\tWho won {the cup}?\nlist\tList {the winners}.\n")
    labelled = Labelled(tmp_path / "some.tsv")
    first = labelled.vectors(embedder)
    assert labelled.vectors(embedder) is first
    again = labelled.vectors(load_embedder("float32"))
    assert again is not first
    assert np.array_equal(again, first)
