"""`footnote doctor`, `backup` and `restore`: is everything in order, and getting the articles out
and back."""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from qa.settings import Settings
from ui import feedback
from ui.remote import Remote
from ui.unpack import unpack

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding


def doctor(settings: Settings, repair: bool = False) -> Iterator[tuple[str, bool, str]]:
    """What was looked at, whether it is in order, and one line about it."""
    from index.embedder import load_embedder
    from index.store import StoreError
    from qa.writing.models import probe

    yield (
        "settings",
        True,
        f"data in {settings.data.resolve()}, serving on {settings.host}:{settings.port}",
    )
    server = Remote.find(settings.data, None)
    yield "server", True, f"runs at {server.url}" if server else "none runs on this data folder"
    try:
        embedder = load_embedder()
        yield "embedder", True, str(embedder.weights)
        yield ("index", *_examined(settings, repair, embedder, server is not None))
    except (StoreError, OSError, ValueError) as error:
        yield "index", False, " ".join(str(error).split())
    model = probe(settings)
    yield "model", model.ok, model.message


def _examined(
    settings: Settings, repair: bool, embedder: "BaseEmbedding", served: bool
) -> tuple[bool, str]:
    from index.index import Index

    count = _count(settings.data)
    if served:
        return True, f"{count:,} articles; the server holds it, stop it to look closer"
    with Index.open(settings.data, embedder, **settings.chroma()) as index:
        wrong = ", ".join(index.doctor(repair))
        mended = ", ".join([*index.mended, *([wrong] if repair and wrong else [])])
    if wrong and not repair:
        return False, f"{count:,} articles; {wrong}; `footnote doctor --repair` mends it"
    empty = "; `footnote ingest PATH` adds some" if not count else ""
    return True, f"{count:,} articles{empty}" + (f"; mended: {mended}" if mended else "")


@contextmanager
def readable(settings: Settings) -> Iterator[Settings]:
    """The settings of an index that may be opened: its own, or while a server holds it those of a
    copy, which is made of the SQLite file alone, vectors and all, and thrown away."""
    if Remote.find(settings.data, None) is None:
        yield settings
        return
    from index import backups

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "saved.sqlite")
        backups.backup(settings.data, copy)
        backups.restore(copy, Path(folder, "index"))
        yield settings.model_copy(update={"data": Path(folder, "index"), "chroma_url": None})


def backup(data: Path, to: Path) -> int:
    """The size of the file; it is complete or not there. What a killed backup to the same file left
    is cleared away."""
    part = to.absolute().with_name(f".{to.name}.part")
    try:
        part.mkdir(exist_ok=True)
        with FileLock(part / "lock", timeout=0):
            try:
                _pack(data, part).replace(to)
            finally:
                shutil.rmtree(part, ignore_errors=True)
    except Timeout:
        raise ValueError(f"{to}: another backup is writing it; wait or name another file") from None
    except OSError as error:
        reason = error.strerror or error
        raise ValueError(
            f"{to}: cannot be written ({reason}); make room or name another place"
        ) from None
    return to.stat().st_size


def _pack(data: Path, part: Path) -> Path:
    """The packed file, safe on the disk, in a folder where a killed backup may have left its
    own."""
    from index import backups, upkeep

    copy, packed = part / upkeep.FILE, part / "packed"
    for left in part.glob("[!l]*"):  # all but the lock
        left.unlink()
    backups.backup(data, copy)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(copy, upkeep.FILE)
        if (data / feedback.FILE).exists():
            archive.write(data / feedback.FILE, feedback.FILE)
    with packed.open("rb+") as file:
        os.fsync(file.fileno())
    return packed


def restore(data: Path, file: Path) -> int:
    """How many articles there are now; their vectors come with them, nothing is embedded."""
    from index import backups, upkeep

    with tempfile.TemporaryDirectory() as folder:
        unpack(file, Path(folder), upkeep.FILE, [feedback.FILE])
        backups.restore(Path(folder, upkeep.FILE), data)
        if (saved := Path(folder, feedback.FILE)).exists():
            shutil.copy(saved, data / feedback.FILE)
    return _count(data)


def _count(data: Path) -> int:
    from index.store import Store
    from index.upkeep import FILE

    with closing(Store(data / FILE, writable=False)) as store, store.read() as db:
        return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
