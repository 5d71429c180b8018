"""Several machines embed and one writes: a real Ray cluster of two nodes gives the index that one machine gives."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import cluster, plan
from index.index import Index
from index.records import Article
from index.store import StoreError

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:ray")
Fresh = Callable[..., Index]
NODES = """
import sys
from ray.cluster_utils import Cluster

node = {"num_cpus": 1, "object_store_memory": 100_000_000}
cluster = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
cluster.add_node(**node)
print("address", cluster.address, flush=True)
sys.stdin.read()
cluster.shutdown()
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Of two nodes with a core each, started by a process of their own."""
    command = [sys.executable, "-c", NODES]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as nodes:
        assert nodes.stdout is not None
        yield next(line.split()[1] for line in nodes.stdout if line.startswith("address"))
        nodes.communicate()
    assert nodes.returncode == 0


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches and windows, so that there are several."""
    monkeypatch.setattr(plan, "BATCH", 2)
    monkeypatch.setattr(cluster, "WINDOW", 4)


def noting(hashing: Any, folder: Path) -> Any:
    """The embedder of these tests, which leaves a file named after the node that it worked on."""

    class Noting(type(hashing)):  # type: ignore[misc]
        folder: str

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            import ray

            Path(self.folder, ray.get_runtime_context().get_node_id()).touch()
            return [self._get_text_embedding(text) for text in texts]

    return Noting(folder=str(folder))


def kept(index: Index) -> tuple[list[Article], dict[str, Any]]:
    return index.articles(), index.vectors.get(sorted(index.vectors.ids()))


def test_two_nodes_embed_and_the_index_is_the_same(
    address: str, fresh: Fresh, stories: list[Article], hashing: Any, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    seen.mkdir()
    told: list[tuple[int, int]] = []
    with Index.open(tmp_path / "ray", noting(hashing, seen)) as spread, fresh() as index:
        index.ingest(stories)
        report = spread.ingest(stories, ray=address, progress=lambda *now: told.append(now))
        assert (report.added, report.failed) == (6, [])
        assert len(list(seen.iterdir())) == 2
        assert told[-1] == (6, report.passages)
        (articles, wanted), (there, vectors) = kept(index), kept(spread)
        assert there == articles
        assert vectors.keys() == wanted.keys()
        assert all(np.allclose(vectors[id], wanted[id], atol=1e-3) for id in wanted)
        assert spread.ingest(stories, ray=address).unchanged == 6


def test_a_cluster_that_is_away_is_named(fresh: Fresh, stories: list[Article]) -> None:
    with fresh() as index:
        with pytest.raises(
            StoreError,
            match=r"127.0.0.1:9: no Ray cluster answers .*; start one with `ray start --head`",
        ):
            index.ingest(stories, ray="127.0.0.1:9")
        assert index.ingest(stories).added == 6
