"""Keeps an index whole: finishes what was killed, indexes again, looks for what is wrong, backs up and restores."""

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray

from index.embedder import embed, identity
from index.ingest import Ingest, Progress, sweep
from index.lock import locked
from index.records import Article
from index.store import FIELDS, Store, StoreError, get_meta, put_meta
from index.vectors import PAGE, Vectors

FILE = "index.sqlite"
HALF = "rebuild.sqlite"  # an index being made beside the one in use
SAMPLE = 8  # passages embedded again to see whether the vectors are this embedder's
CLOSE = 0.99  # least cosine to the stored ones; number formats differ by 0.0001


def attach(store: Store, vectors: Vectors, made: str) -> None:
    """Opens the collection and finishes what a killed run left; costs a count and a question when nothing is wrong.
    `made` is noted in a new index: the embedder and the passages' size."""
    with store.write(visible=False) as db:
        name = _settled(db, made)
        unused = {get_meta(db, "unused")}
    half = store.path.with_name(HALF)
    if half.exists():
        with closing(Store(half)) as left, left.read() as db:
            unused.add(get_meta(db, "collection"))
    for one in unused - {name, None}:
        vectors.drop(str(one))
    _discard(half)
    vectors.use(name)
    try:
        sweep(store, vectors)
        with store.read() as db:
            row = db.execute("SELECT vector, (SELECT count(*) FROM passages) FROM passages LIMIT 1").fetchone()
        if vectors.count() != (row[1] if row else 0):
            align(store, vectors)
        if row:
            vectors.ask(_vector(row[0])[None], 1)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001  # whatever Chroma cannot read of its own files is made again from SQLite
        if vectors.remote:
            raise StoreError(f"{vectors.where}: {error}; see the Chroma server's log") from None
        vectors.beside(name)
        vectors.use(name)
        align(store, vectors)


def align(store: Store, vectors: Vectors) -> None:
    """Adds the vectors that Chroma lacks and deletes those it should not have."""
    there = set(vectors.ids())
    sql = "SELECT source, day, vector FROM passages JOIN articles ON articles.number = article WHERE passages.id = ?"
    with store.read() as db:
        wanted = {id for (id,) in db.execute("SELECT id FROM passages")}
        missing = sorted(wanted - there)
        for at in range(0, len(missing), PAGE):
            page = missing[at : at + PAGE]
            rows = [db.execute(sql, (id,)).fetchone() for id in page]
            vectors.add(page, np.stack([_vector(row[2]) for row in rows]), [(row[0], row[1]) for row in rows])
    vectors.delete(sorted(there - wanted))


def doctor(
    store: Store, vectors: Vectors, embedder: BaseEmbedding, size: tuple[int, int], repair: bool = False
) -> list[str]:
    """What is wrong, a line each; with `repair` it is put right: what is wrong in SQLite by indexing again."""
    with store.read() as db:
        broken = [f"SQLite: {line}" for (line,) in db.execute("PRAGMA integrity_check") if line != "ok"]
        for what, sql in {
            "articles without passages": "SELECT 1 FROM articles WHERE number NOT IN (SELECT article FROM passages)",
            "passages outside their text": "SELECT 1 FROM passages JOIN articles ON articles.number = article"
            ' WHERE "end" > length(text)',
            "passages without words": "SELECT 1 FROM passages WHERE number NOT IN (SELECT rowid FROM words)",
            "words without a passage": "SELECT 1 FROM words WHERE rowid NOT IN (SELECT number FROM passages)",
        }.items():
            count = len(db.execute(sql).fetchall())
            broken += [f"{count} {what}"] if count else []
        sample = db.execute(
            'SELECT title, substr(text, start + 1, "end" - start), vector FROM passages'
            " JOIN articles ON articles.number = article ORDER BY passages.id LIMIT ?",
            (SAMPLE,),
        ).fetchall()
        stored = {id: _vector(vector) for id, vector in db.execute("SELECT id, vector FROM passages")}
    again = embed(embedder, [f"{title}\n{text}" for title, text, _ in sample] or [""])[: len(sample)]
    if any(
        len(new) * 2 != len(row[2]) or new @ _vector(row[2]) < CLOSE for new, row in zip(again, sample, strict=True)
    ):
        broken.append("the vectors are another embedder's")
    there = set(vectors.ids())
    held = sorted(stored.keys() & there)
    differ = [
        id
        for at in range(0, len(held), PAGE)
        for id, vector in vectors.get(held[at : at + PAGE]).items()
        if vector @ stored[id] < CLOSE
    ]
    counts = {"missing": len(stored.keys() - there), "orphaned": len(there - stored.keys()), "wrong": len(differ)}
    if repair and broken:
        reindex(store, vectors, embedder, size)
    elif repair:
        vectors.delete(differ)
        align(store, vectors)
    return broken + [f"{count} {what} vectors" for what, count in counts.items() if count]


def making(embedder: BaseEmbedding, size: tuple[int, int]) -> str:
    """What an index says about how it was made; another one means other vectors or other passages."""
    return f"{identity(embedder)}, passages of {size[0]} words overlapping by {size[1]}"


def reindex(
    store: Store, vectors: Vectors, embedder: BaseEmbedding, size: tuple[int, int], progress: Progress | None = None
) -> None:
    """Makes everything again from the articles beside what is there, which serves meanwhile, then swaps."""
    half = store.path.with_name(HALF)
    _discard(half)
    with closing(Store(half)) as new:
        with new.write(visible=False) as db:
            name = _settled(db, making(embedder, size))
        report = Ingest(new, vectors.beside(name), embedder, size).run(_articles(store), progress=progress)
        if report.failed:
            raise StoreError(f"{store.path}: not indexed again: {report.failed[0]}; remove this article first")
        _swap(store, new)
    vectors.use(name)
    _discard(half)


def backup(folder: Path, target: Path) -> None:
    """Writes one SQLite file that holds everything, the vectors too; the index may be in use meanwhile."""
    with closing(Store(folder / FILE, writable=False)) as store, closing(sqlite3.connect(target)) as copy:
        store.copy(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def restore(source: Path, folder: Path) -> None:
    """Puts a backup in the place of whatever index the folder has; Chroma is filled at the next `Index.open`."""
    half = folder / HALF
    if not source.exists():
        raise StoreError(f"{source}: no such file; name a backup")
    with locked(folder), closing(Store(folder / FILE)) as store:
        _discard(half)
        try:
            with closing(sqlite3.connect(source)) as db, closing(sqlite3.connect(half)) as copy:
                db.backup(copy)
            Store(half, writable=False).close()
        except (sqlite3.DatabaseError, StoreError) as error:
            _discard(half)
            raise StoreError(f"{source}: not a backup of an index ({error}); name another file") from None
        with closing(Store(half)) as new:
            with new.write(visible=False) as db:
                put_meta(db, "collection", _new_name())
            _swap(store, new)
        _discard(half)


def _swap(store: Store, new: Store) -> None:
    """In one transaction; the old collection goes when the index is next opened, until then a question may be asking it."""
    with store.read() as db:
        generation, unused = int(get_meta(db, "generation") or 0), get_meta(db, "collection")
    with new.write(visible=False) as db:
        put_meta(db, "generation", str(generation + 1))
        put_meta(db, "unused", unused or "")
    store.become(new)


def _settled(db: sqlite3.Connection, made: str) -> str:
    """The name of the collection; a new index is given one, which may be one of many on a Chroma server."""
    name = get_meta(db, "collection")
    if name is None:
        name = _new_name()
        put_meta(db, "collection", name)
        put_meta(db, "made", made)
    return name


def _new_name() -> str:
    return f"footnote-{uuid.uuid4().hex[:12]}"


def _discard(half: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        half.with_name(half.name + ending).unlink(missing_ok=True)


def _articles(store: Store) -> Iterator[Article]:
    last = 0
    while True:
        with store.read() as db:
            rows = db.execute(
                f"SELECT number, {FIELDS} FROM articles WHERE number > ? ORDER BY number LIMIT 500", (last,)
            ).fetchall()
        if not rows:
            return
        yield from (Article(*row[1:]) for row in rows)
        last = rows[-1][0]


def _vector(stored: bytes) -> NDArray[np.float32]:
    return np.frombuffer(stored, np.float16).astype(np.float32)
