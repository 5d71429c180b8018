"""`footnote doctor`, `backup` and `restore`: is everything in order, and getting the articles out and back."""

import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from qa.settings import Settings
from ui import feedback
from ui.remote import Remote

DATABASE = "index.sqlite"


def doctor(settings: Settings) -> Iterator[tuple[str, bool, str]]:
    """What was looked at, whether it is in order, and one line about it."""
    from index.embedder import load_embedder
    from index.index import Index
    from index.store import StoreError
    from qa.writing.models import probe

    yield "settings", True, f"data in {settings.data.resolve()}, serving on {settings.host}:{settings.port}"
    server = Remote.find(settings.data, None)
    yield "server", True, f"runs at {server.url}" if server else "none runs on this data folder"
    try:
        embedder = load_embedder()
        yield "embedder", True, str(embedder.weights)
        with Index.open(settings.data, embedder, writable=False) as index:
            count = index.count()
            empty = "; `footnote ingest PATH` adds some" if not count else ""
            yield "index", True, f"{count:,} articles{empty}"
    except (StoreError, OSError, ValueError) as error:
        yield "index", False, " ".join(str(error).split())
    model = probe(settings)
    yield "model", model.ok, model.message


def backup(data: Path, to: Path) -> int:
    """The size of the file; it is complete or not there. Vectors are left out, they are made again."""
    source = data / DATABASE
    if not source.exists():
        raise ValueError(f"{source}: there is no index; ingest something first")
    with tempfile.TemporaryDirectory(dir=to.absolute().parent) as folder:
        copy, packed = Path(folder, DATABASE), Path(folder, "packed")
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live,
            closing(sqlite3.connect(copy)) as still,
        ):
            live.backup(still)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(copy, DATABASE)
            if (data / feedback.FILE).exists():
                archive.write(data / feedback.FILE, feedback.FILE)
        packed.replace(to)
    return to.stat().st_size


def restore(data: Path, file: Path) -> dict[str, Any]:
    """The report of the ingest that makes the index what it was."""
    from index.embedder import load_embedder
    from index.index import Index

    embedder = load_embedder()
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(file) as archive:
                for name in (DATABASE, feedback.FILE):
                    if name in archive.namelist():
                        archive.extract(name, folder)
        except (zipfile.BadZipFile, FileNotFoundError) as error:
            raise ValueError(f"{file}: {error}; name a file that `footnote backup` wrote") from None
        with Index.open(Path(folder), embedder, writable=False) as old, Index.open(data, embedder) as index:
            report = index.ingest(old.articles(), delete_missing=True)
        if (saved := Path(folder, feedback.FILE)).exists():
            shutil.copy(saved, data / feedback.FILE)
    return asdict(report)
