"""Keeps an index whole: finishes what was killed, indexes again beside the old, backs up and restores."""

import sqlite3
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from llama_index.core.base.embeddings.base import BaseEmbedding

from index.doctor import align
from index.embedder import identity
from index.ingest import Ingest, Progress, sweep
from index.lock import locked
from index.passages import OVERLAP, WORDS
from index.plan import IngestReport, Plan
from index.records import Article
from index.rows import article_of, vector_of
from index.schema import FIELDS, UPGRADES
from index.store import Store, StoreError, get_meta, put_meta
from index.vectors import Vectors

FILE = "index.sqlite"
UNWRITTEN = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)  # what a full disk says
HALF = "rebuild.sqlite"  # an index being made beside the one in use


def attach(
    store: Store, vectors: Vectors, embedder: BaseEmbedding, progress: Progress | None = None
) -> list[str]:
    """Opens the collection, finishes what a killed run left, and indexes again what was made otherwise; costs a count and a
    question when nothing is wrong. Returns a line about what was."""
    mended: list[str] = []
    with store.write(visible=False) as db:
        name = _settled(db, making(embedder))
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
            row = db.execute(
                "SELECT vector, (SELECT count(*) FROM passages) FROM passages LIMIT 1"
            ).fetchone()
        if vectors.count() != (row[1] if row else 0):
            mended = align(store, vectors)
        if row:
            vectors.ask(vector_of(row[0])[None], 1)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001  # what Chroma cannot read is made again
        if vectors.remote:
            raise StoreError(f"{vectors.where}: {error}; see the Chroma server's log") from None
        vectors.beside(name)
        vectors.use(name)
        mended = [f"Chroma could not be read ({error})", *align(store, vectors)]
    with store.read() as db:
        made = get_meta(db, "made")
    if made != making(embedder):
        reindex(store, vectors, embedder, progress)
    return mended


def making(embedder: BaseEmbedding) -> str:
    """What an index says about how it was made; another one means other vectors or other passages."""
    return f"{identity(embedder)}, passages of {WORDS} words overlapping by {OVERLAP}"


def reindex(
    store: Store, vectors: Vectors, embedder: BaseEmbedding, progress: Progress | None = None
) -> None:
    """Makes everything again from the articles beside what is there, which serves meanwhile, then swaps."""
    half = store.path.with_name(HALF)
    _discard(half)
    with closing(Store(half)) as new:
        with new.write(visible=False) as db:
            name = _settled(db, making(embedder))
        report = Ingest(new, vectors.beside(name), embedder).run(
            _articles(store), progress=progress
        )
        if report.failed:
            raise StoreError(
                f"{store.path}: not indexed again: {report.failed[0]}; remove this article first"
            )
        _swap(store, new)
    vectors.use(name)
    _discard(half)


def preview(
    folder: Path,
    embedder: BaseEmbedding,
    articles: Iterable[Article | Exception],
    *,
    missing_from: Collection[str] = (),
    most: int | None = None,
) -> IngestReport:
    """What an ingest would do; nothing is written, and a server may be running."""
    path = folder / FILE
    with (
        TemporaryDirectory() as empty,
        closing(
            Store(path, writable=False) if path.exists() else Store(Path(empty, FILE))
        ) as store,
    ):
        plan = Plan(store)
        with store.read() as db:
            made = get_meta(db, "made")
        if made not in (None, making(embedder)):
            plan.report.warnings.append(
                f"{folder}: made with {made}; the next ingest indexes it again"
            )
        plan.report.passages = sum(
            len(one.passages) for _, batch in plan.batches(articles) for one in batch
        )
        plan.report.removed = len(plan.report.settle(plan.missing(missing_from), most))
    return plan.report


def backup(folder: Path, target: Path) -> None:
    """Writes one SQLite file that holds everything, the vectors too; the index may be in use meanwhile."""
    try:
        with (
            closing(Store(folder / FILE, writable=False)) as store,
            closing(sqlite3.connect(target)) as copy,
        ):
            store.copy(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
    except (StoreError, sqlite3.DatabaseError) as error:
        told = error.__cause__ if isinstance(error, StoreError) else error
        if getattr(told, "sqlite_errorcode", 0) & 0xFF not in UNWRITTEN:
            raise
        raise StoreError(f"{target}: {told}; make room there or name another place") from None


def restore(source: Path, folder: Path) -> None:
    """Puts a backup in the place of whatever index the folder has; Chroma is filled at the next `Index.open`."""
    half = folder / HALF
    if not source.exists():
        raise StoreError(f"{source}: no such file; name a backup")
    with locked(folder):
        _discard(half)
        try:
            with closing(sqlite3.connect(source)) as db, closing(sqlite3.connect(half)) as copy:
                db.backup(copy)
                version = copy.execute("PRAGMA user_version").fetchone()[0]
            Store(half, writable=version in UPGRADES).close()
        except (sqlite3.DatabaseError, StoreError) as error:
            _discard(half)
            raise StoreError(
                f"{source}: not a backup of an index ({error}); name another file"
            ) from None
        with closing(_opened(folder / FILE)) as store, closing(Store(half)) as new:
            with new.write(visible=False) as db:
                put_meta(db, "collection", _new_name())
            _swap(store, new)
        _discard(half)


def _opened(path: Path) -> Store:
    """The index to be replaced; nobody can be reading one that is damaged, so a new one takes its place."""
    try:
        with closing(Store(path)) as store, store.read() as db:
            get_meta(db, "collection")
    except StoreError:
        _discard(path)
    return Store(path)


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
                f"SELECT number, {FIELDS} FROM articles WHERE number > ? ORDER BY number LIMIT 500",
                (last,),
            ).fetchall()
        if not rows:
            return
        yield from (article_of(row[1:]) for row in rows)
        last = rows[-1][0]
