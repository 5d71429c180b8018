"""The two sizes of encoder that a reader stands on: their published weights, read from packages and
checked by hash."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from safetensors.torch import load, load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertConfig, BertModel, MPNetConfig, MPNetModel
from transformers.initialization import no_init_weights

from index.embedder import load_embedder
from index.store import StoreError
from qa.reading.pieces import STRONG_PARTS, Pieces, piece

Size = Literal["small", "strong"]

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
        with no_init_weights():  # drawing numbers that the published ones replace takes seconds
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
    pieces = Pieces([piece(name) for name in STRONG_PARTS])
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
