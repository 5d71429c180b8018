"""What several tests share: the real embedder, an index of the seeds, and the pipeline that quotes from it."""

import os

os.environ["HF_HUB_OFFLINE"] = "1"

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.embedder import MiniLMEmbedding, load_embedder
from index.files import walk
from index.index import Index
from index.loading import load
from qa.pipeline import Pipeline
from qa.reading.encoders import small, strong
from qa.reading.reader import Reader
from qa.reading.scales import Scales

ROOT = Path(__file__).parent.parent
LONGEST = ("test_gate.py", "test_given_articles.py", "test_serve.py", "test_cli.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: of two processes neither waits in the end for the other's."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def embedder() -> MiniLMEmbedding:
    """In float32, so that another CPU gives the same vectors."""
    return load_embedder("float32")


@pytest.fixture(scope="session")
def readers() -> dict[str, Reader]:
    """Both sizes with the weights that ship, in float32."""
    return {"small": Reader(small()), "strong": Reader(strong())}


@pytest.fixture(scope="session")
def reader(readers: dict[str, Reader]) -> Reader:
    return readers["small"]


@pytest.fixture(scope="session")
def seed_index(
    tmp_path_factory: pytest.TempPathFactory, embedder: MiniLMEmbedding
) -> Iterator[Index]:
    with Index.open(tmp_path_factory.mktemp("seeds"), embedder) as index:
        index.ingest(
            article for path, root in walk([ROOT / "seeds"]) for article in load(path, root)
        )
        yield index


@pytest.fixture(scope="session")
def pipeline(seed_index: Index, readers: dict[str, Reader]) -> Pipeline:
    """The quote writer over the seeds. Do not close it."""
    return Pipeline(seed_index, readers["small"], Scales.load(), strong=readers["strong"])
