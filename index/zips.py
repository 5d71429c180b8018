"""Opens zip archives, and documents that are one, within bounds that hold before anything is
unpacked."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

MEMBERS = 5_000
UNPACKED = 200_000_000  # bytes of all members together
# To one: what packs better is made to fill the memory; a page of blanks packs 100 to one.
RATIO = 200
SMALL = 1_000_000  # bytes; a small member may pack as well as it likes
IGNORED = ("__MACOSX/",)  # what a Mac writes beside everybody's files
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError)


class LeftOut(ValueError):
    """Something that is not read, and is no fault: a picture in an archive."""


def opened(content: bytes) -> zipfile.ZipFile:
    """The archive; raises ValueError, with the reason, for what is none or is too large
    unpacked."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (*BROKEN, ValueError) as error:
        raise ValueError(f"is not a whole archive ({error}); pack it again") from None
    members = archive.infolist()
    if len(members) > MEMBERS:
        raise ValueError(f"has {len(members):,} files; {MEMBERS:,} are the most: split it")
    total = sum(one.file_size for one in members)
    if total > UNPACKED:
        most = f"{UNPACKED // 1_000_000} MB are the most"
        raise ValueError(f"has {total // 1_000_000:,} MB unpacked; {most}: split it")
    for one in members:
        if one.file_size > SMALL and one.file_size > RATIO * one.compress_size:
            reason = f"{one.filename[:100]} unpacks to more than {RATIO} times its size"
            raise ValueError(f"{reason}; it is not taken")
    return archive


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One file's bytes, never more than the archive says it has; raises ValueError with the
    reason."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise ValueError(f"has no {name[:100]}; is it complete?") from None
    if info.flag_bits & 1:
        raise ValueError("is encrypted; pack it without a password")
    try:
        return archive.read(info)
    except (*BROKEN, ValueError) as error:
        raise ValueError(f"cannot be unpacked ({error}); pack it again") from None


def names(archive: zipfile.ZipFile) -> Iterator[str]:
    """The files that a person put in, in the archive's order; hidden ones are left out."""
    for info in archive.infolist():
        hidden = any(part.startswith(".") for part in PurePosixPath(info.filename).parts)
        if not info.is_dir() and not hidden and not info.filename.startswith(IGNORED):
            yield info.filename
