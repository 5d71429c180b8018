"""Unpacks the file of a backup, after a look at what it holds: nothing is written for an archive
that is none of ours."""

import shutil
import stat
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path

RATIO = 50  # times that a file may grow; articles with their vectors grow two to five times
SMALL = 10_000_000  # bytes that a file may have whatever it was packed to
WRONG = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, FileNotFoundError)


def unpack(file: Path, folder: Path, needed: str, others: Collection[str] = ()) -> None:
    """Writes `needed` and those of the `others` that are in it. Raises ValueError for any other
    name, a link, or too much."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_names([member.filename for member in members], needed, others)
            for member in members:
                _check(member)
            _check_room(sum(member.file_size for member in members), folder)
            for member in members:
                with archive.open(member) as packed, (folder / member.filename).open("wb") as out:
                    shutil.copyfileobj(packed, out)  # zipfile reads no more than it has told
    except WRONG as error:
        raise ValueError(f"{file}: {error}; name a file that `footnote backup` wrote") from None


def _check_names(names: list[str], needed: str, others: Collection[str]) -> None:
    for name in names:
        if name != needed and name not in others:
            raise zipfile.BadZipFile(f"it holds {name[:80]!r}, which no backup does")
    if needed not in names or len(set(names)) != len(names):
        raise zipfile.BadZipFile(f"it does not hold each of its files once, {needed} among them")


def _check(member: zipfile.ZipInfo) -> None:
    if stat.S_ISLNK(member.external_attr >> 16):
        raise zipfile.BadZipFile(f"{member.filename} is a link in it")
    if member.file_size > SMALL and member.file_size > RATIO * member.compress_size:
        size = f"{member.compress_size:,} bytes would unpack to {member.file_size:,}"
        raise zipfile.BadZipFile(f"{member.filename}: {size}, more than any articles")


def _check_room(size: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if size > free:
        raise zipfile.BadZipFile(f"it unpacks to {size:,} bytes and {folder} has room for {free:,}")
