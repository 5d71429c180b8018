"""`footnote doctor`, `backup` and `restore`: is everything in order, and getting the articles out and back."""

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qa.settings import Settings
from ui import feedback
from ui.remote import Remote

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
    """The settings of an index that may be opened: its own, or while a server holds it those of a copy, which is made of the
    SQLite file alone, vectors and all, and thrown away."""
    if Remote.find(settings.data, None) is None:
        yield settings
        return
    from index import upkeep

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "saved.sqlite")
        upkeep.backup(settings.data, copy)
        upkeep.restore(copy, Path(folder, "index"))
        yield settings.model_copy(update={"data": Path(folder, "index"), "chroma_url": None})


def backup(data: Path, to: Path) -> int:
    """The size of the file; it is complete or not there."""
    from index import upkeep

    with tempfile.TemporaryDirectory(dir=to.absolute().parent) as folder:
        copy, packed = Path(folder, upkeep.FILE), Path(folder, "packed")
        upkeep.backup(data, copy)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(copy, upkeep.FILE)
            if (data / feedback.FILE).exists():
                archive.write(data / feedback.FILE, feedback.FILE)
        packed.replace(to)
    return to.stat().st_size


def restore(data: Path, file: Path) -> int:
    """How many articles there are now; their vectors come with them, nothing is embedded."""
    from index import upkeep

    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(file) as archive:
                for name in {upkeep.FILE, feedback.FILE} & set(archive.namelist()):
                    archive.extract(name, folder)
        except (zipfile.BadZipFile, zlib.error, EOFError, FileNotFoundError) as error:
            raise ValueError(f"{file}: {error}; name a file that `footnote backup` wrote") from None
        upkeep.restore(Path(folder, upkeep.FILE), data)
        if (saved := Path(folder, feedback.FILE)).exists():
            shutil.copy(saved, data / feedback.FILE)
    return _count(data)


def _count(data: Path) -> int:
    from index.store import Store
    from index.upkeep import FILE

    with closing(Store(data / FILE, writable=False)) as store, store.read() as db:
        return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
