"""An embedder that starts in no time, for what is not about meaning; and the made-up articles of these tests."""

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import Field

from index.articles import make_article
from index.index import Index
from index.records import Article


class Hashing(BaseEmbedding):
    """Words hashed into 32 numbers, and how often it was asked for how many texts."""

    model_name: str = "hashing"
    texts: list[str] = Field(default_factory=list)

    def _get_text_embedding(self, text: str) -> list[float]:
        self.texts.append(text)
        vector = [0.1] * 32
        for word in text.lower().split():
            vector[zlib.crc32(word.encode()) % 32] += 1
        return vector

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


@pytest.fixture
def hashing() -> Hashing:
    return Hashing()


@pytest.fixture
def fresh(tmp_path: Path, hashing: Hashing) -> Callable[..., Index]:
    """Opens the index of this test, again and again."""
    return lambda **options: Index.open(
        tmp_path / "data", options.pop("embedder", hashing), **options
    )


def news(number: int, edition: int = 1, **fields: str) -> Article:
    text = " ".join(
        f"Sentence {i} of story {number} tells of matter {number * 31 + i * 7} at length."
        for i in range(20)
    )
    named = {"title": f"Story {number}", "id": f"s{number}", "collections": ""}
    fields = named | fields
    return make_article(text + f" This is edition {edition}.", **fields)  # type: ignore[arg-type]


@pytest.fixture
def story() -> Callable[..., Article]:
    return news


@pytest.fixture
def stories() -> list[Article]:
    return [news(number) for number in range(6)]
