"""A backup's file is looked at before anything of it is unpacked."""

import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from ui.unpack import unpack

NAME, OTHER = "index.sqlite", "feedback.jsonl"


def packed(folder: Path, members: dict[str, bytes], mode: int = 0o644) -> Path:
    file = folder / "saved.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(info, content)
    return file


def refused(file: Path, folder: Path) -> str:
    """Why; nothing is left in the folder."""
    folder.mkdir()
    with pytest.raises(ValueError, match="name a file that `footnote backup` wrote") as caught:
        unpack(file, folder, NAME, [OTHER])
    assert list(folder.iterdir()) == []
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_backup_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    unpack(packed(tmp_path, {NAME: b"a", OTHER: b"b"}), tmp_path / "out", NAME, [OTHER])
    assert {one.name: one.read_bytes() for one in (tmp_path / "out").iterdir()} == {
        NAME: b"a",
        OTHER: b"b",
    }


@pytest.mark.parametrize("name", ["../out.txt", "/tmp/out.txt", "sub/", "..\\out", "other.txt"])
def test_any_other_name_is_refused(tmp_path: Path, name: str) -> None:
    file = packed(tmp_path, {NAME: b"a", name: b"b"})
    assert "which no backup does" in refused(file, tmp_path / "out")


def test_a_link_is_refused(tmp_path: Path) -> None:
    file = packed(tmp_path, {NAME: b"/etc/hostname"}, stat.S_IFLNK | 0o777)
    assert "is a link" in refused(file, tmp_path / "out")


def test_a_file_that_unpacks_to_many_times_its_size_is_refused(tmp_path: Path) -> None:
    file = packed(tmp_path, {NAME: b"\0" * 20_000_000})
    assert "would unpack to 20,000,000" in refused(file, tmp_path / "out")


def test_a_disk_without_room_is_told_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = packed(tmp_path, {NAME: b"a" * 1_000})
    usage = shutil.disk_usage(tmp_path)._replace(free=999)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert "has room for 999" in refused(file, tmp_path / "out")


@pytest.mark.parametrize("cut", [0, 10, 60])
def test_a_broken_file_is_refused(tmp_path: Path, cut: int) -> None:
    file = packed(tmp_path, {NAME: b"a" * 100})
    file.write_bytes(file.read_bytes()[:cut])
    refused(file, tmp_path / "out")
