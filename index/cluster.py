"""Embeds on the machines of a Ray cluster (the extra `ray`); whoever calls stays the one writer."""

import logging
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray

from index.embedder import embed
from index.store import StoreError

WINDOW = 64  # batches given to the cluster together
SECONDS = 10  # to wait for its head node


@contextmanager
def connected(address: str) -> Iterator[None]:
    """`address` is `HOST:PORT` of the head node, `auto` for the cluster this machine belongs to,
    `local` for one made here."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anyone
    try:
        import ray
    except ImportError:
        raise StoreError(
            "Ray is not installed; pip install 'footnote-qa[ray]' here and on every machine"
        ) from None
    try:
        if ":" in address:  # Ray itself waits for minutes
            host, port = address.rsplit(":", 1)
            socket.create_connection((host, int(port)), SECONDS).close()
        ray.init(address=address, log_to_driver=False, logging_level=logging.WARNING)
    except (ConnectionError, ValueError, RuntimeError, OSError) as error:
        raise StoreError(
            f"{address}: no Ray cluster answers ({error}); start one with `ray start --head`"
        ) from None
    ray.data.DataContext.get_current().enable_progress_bars = False
    try:
        yield
    finally:
        ray.shutdown()


def embed_all(
    embedder: BaseEmbedding, blocks: Sequence[Sequence[str]]
) -> Iterator[NDArray[np.float32]]:
    """The vectors of each block of texts, in order: `index.embedder.embed` mapped over the
    blocks."""
    if not any(blocks):
        return iter([np.zeros((0, 1), np.float32)] * len(blocks))
    import ray

    made = ray.cloudpickle.dumps(embedder)  # type: ignore[no-untyped-call]

    def work(row: dict[str, Any]) -> dict[str, Any]:
        vectors = embed(_woken(made), list(row["texts"]))
        return {"number": row["number"], "vectors": vectors.tobytes()}

    rows = [{"number": number, "texts": list(texts)} for number, texts in enumerate(blocks)]
    given = ray.data.from_items(rows, override_num_blocks=len(rows))
    embedded = {row["number"]: row["vectors"] for row in given.map(work).iter_rows()}
    matrices = []
    for number, texts in enumerate(blocks):
        flat = np.frombuffer(embedded[number], np.float32)
        matrices.append(flat.reshape(len(texts), -1 if texts else 1))
    return iter(matrices)


@lru_cache(1)
def _woken(made: bytes) -> BaseEmbedding:
    """Loads the model once in a worker process, which serves block after block."""
    from ray import cloudpickle

    embedder: BaseEmbedding = cloudpickle.loads(made)
    return embedder
