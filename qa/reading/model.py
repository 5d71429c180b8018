"""The reader's model: an encoder with four heads, and the weights trained for it."""

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from index.store import StoreError
from qa.reading.deltas import grow
from qa.reading.encoders import Encoder


class ReaderModel(nn.Module):
    """An encoder with four heads: answer span, answering sentence, answerable passage, supported
    claim."""

    def __init__(self, base: Encoder) -> None:
        super().__init__()
        self.encoder = base.module()
        self.segments = base.segments
        width = base.config.hidden_size
        self.span = nn.Linear(width, 2)
        self.sentence = nn.Linear(width, 1)
        self.answers = nn.Linear(width, 1)
        self.support = nn.Linear(width, 2)

    def forward(
        self, ids: Tensor, types: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """(batch, tokens) inputs to span (b, t, 2), per-token sentence (b, t), answers (b,) and
        support (b, 2) logits.

        The mean of the per-token sentence logits over a sentence's tokens is that sentence's logit
        (the head is linear).
        """
        extra = {"token_type_ids": types} if self.segments else {}
        hidden = self.encoder(input_ids=ids, attention_mask=mask, **extra).last_hidden_state
        return self.heads(hidden)

    def heads(self, hidden: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The four heads' logits from the encoder's (batch, tokens, width) hidden states."""
        first = hidden[:, 0]
        sentence = self.sentence(hidden)[..., 0]
        return self.span(hidden), sentence, self.answers(first)[:, 0], self.support(first)


def load_weights(model: ReaderModel, base: Encoder, path: Path) -> None:
    """Puts the trained layers and heads from `path` into the model; raises StoreError for a file
    that is missing or damaged, or another model's."""
    try:
        trained = grow(load_file(path), base.weights)
        missing, unknown = model.load_state_dict(trained, strict=False)
        lacking = [name for name in missing if not base.frozen(name.removeprefix("encoder."))]
        fits = not (unknown or lacking)
    except (OSError, SafetensorError, KeyError, RuntimeError):
        fits = False
    if not fits:
        raise StoreError(f"{path}: not this version's reader; reinstall footnote-qa")
