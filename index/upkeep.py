"""Keeps an index whole: finishes what was killed, and indexes again beside the old."""

import sqlite3
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory

from llama_index.core.base.embeddings.base import BaseEmbedding

from index import stops
from index.doctor import align
from index.embedder import identity
from index.ingest import Ingest, Progress, sweep
from index.passages import OVERLAP, WORDS
from index.plan import IngestReport, Plan
from index.records import Article
from index.rows import article_of, vector_of
from index.schema import FIELDS
from index.store import Store, StoreError, get_meta, put_meta
from index.vectors import Vectors

FILE = "index.sqlite"
PAGE = 500  # articles read together
HALF = "rebuild.sqlite"  # an index being made beside the one in use


def attach(
    store: Store, vectors: Vectors, embedder: BaseEmbedding, progress: Progress | None = None
) -> list[str]:
    """Opens the collection, finishes what a killed run left, and indexes again what was made
    otherwise; costs a count and a question when nothing is wrong. Returns a line about what was."""
    name = _collection(store, vectors, embedder)
    vectors.use(name)
    try:
        mended = _mended(store, vectors)
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


def _collection(store: Store, vectors: Vectors, embedder: BaseEmbedding) -> str:
    """The collection's name; those that a swap or a killed run left are dropped."""
    with store.write(visible=False) as db:
        name = _settled(db, making(embedder))
        unused = {get_meta(db, "unused")}
    half = store.path.with_name(HALF)
    if half.exists():
        with closing(Store(half)) as left, left.read() as db:
            unused.add(get_meta(db, "collection"))
    for other in unused - {name, None}:
        vectors.drop(str(other))
    discard(half)
    return name


def _mended(store: Store, vectors: Vectors) -> list[str]:
    """Brings the collection in line where it has not as many vectors as there are passages, and
    asks it one question: lines about what was wrong."""
    sweep(store, vectors)
    sql = "SELECT vector, (SELECT count(*) FROM passages) FROM passages LIMIT 1"
    with store.read() as db:
        row = db.execute(sql).fetchone()
    count = row[1] if row else 0
    mended = align(store, vectors) if vectors.count() != count else []
    if row:
        vectors.ask(vector_of(row[0])[None], 1)
    return mended


def making(embedder: BaseEmbedding) -> str:
    """What an index says about how it was made; another one means other vectors, passages or
    sentences."""
    size = f"passages of {WORDS} words overlapping by {OVERLAP}"
    return f"{identity(embedder)}, {size}, sentences cut by {stops.name()}"


def reindex(
    store: Store, vectors: Vectors, embedder: BaseEmbedding, progress: Progress | None = None
) -> None:
    """Makes everything again from the articles beside what is there, which serves meanwhile, then
    swaps."""
    half = store.path.with_name(HALF)
    discard(half)
    with closing(Store(half)) as new:
        with new.write(visible=False) as db:
            name = _settled(db, making(embedder))
        run = Ingest(new, vectors.beside(name), embedder)
        report = run.run(_articles(store), progress=progress)
        if report.failed:
            reason = f"not indexed again: {report.failed[0]}; remove this article first"
            raise StoreError(f"{store.path}: {reason}")
        swap(store, new)
    vectors.use(name)
    discard(half)


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
    with TemporaryDirectory() as empty, ExitStack() as opened:
        there = path.exists()
        store = Store(path, writable=False) if there else Store(Path(empty, FILE))
        opened.enter_context(closing(store))
        plan = Plan(store)
        report = plan.report
        with store.read() as db:
            made = get_meta(db, "made")
        if made not in (None, making(embedder)):
            line = f"{folder}: made with {made}; the next ingest indexes it again"
            report.warnings.append(line)
        for _, batch in plan.batches(articles):
            report.passages += sum(len(prepared.passages) for prepared in batch)
        report.removed = len(report.settle(plan.missing(missing_from), most))
    return report


def swap(store: Store, new: Store) -> None:
    """In one transaction; the old collection goes when the index is next opened, until then a
    question may be asking it."""
    with store.read() as db:
        generation, unused = int(get_meta(db, "generation") or 0), get_meta(db, "collection")
    with new.write(visible=False) as db:
        put_meta(db, "generation", str(generation + 1))
        put_meta(db, "unused", unused or "")
    store.become(new)


def _settled(db: sqlite3.Connection, made: str) -> str:
    """The name of the collection; a new index is given one, which may be one of many on a Chroma
    server."""
    name = get_meta(db, "collection")
    if name is None:
        name = new_name()
        put_meta(db, "collection", name)
        put_meta(db, "made", made)
    return name


def new_name() -> str:
    return f"footnote-{uuid.uuid4().hex[:12]}"


def discard(half: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        half.with_name(half.name + ending).unlink(missing_ok=True)


def _articles(store: Store) -> Iterator[Article]:
    """All of them, PAGE at a time."""
    sql = f"SELECT number, {FIELDS} FROM articles WHERE number > ? ORDER BY number LIMIT {PAGE}"
    last = 0
    while True:
        with store.read() as db:
            rows = db.execute(sql, (last,)).fetchall()
        if not rows:
            return
        for number, *fields in rows:
            yield article_of(fields)
            last = number
