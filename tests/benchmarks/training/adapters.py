"""Half the work for the strong reader: its fixed lower layers are computed once for each input, and its upper
layers learn low-rank changes (LoRA, Hu et al. 2021) that are merged into them at the end."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from qa.reading.encoders import Encoder
from qa.reading.model import ReaderModel

RANK = 32
SCALE = 2.0


class LowRank(nn.Module):
    """A fixed linear layer and a change of rank RANK beside it, nothing at first."""

    def __init__(self, fixed: nn.Linear) -> None:
        super().__init__()
        self.fixed = fixed
        self.fixed.weight.requires_grad_(False)
        self.down = nn.Linear(fixed.in_features, RANK, bias=False)
        self.up = nn.Linear(RANK, fixed.out_features, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, x: Tensor) -> Tensor:
        change: Tensor = self.up(self.down(x))
        whole: Tensor = self.fixed(x) + SCALE * change
        return whole

    def merged(self) -> nn.Linear:
        """The linear layer with the change in its weights."""
        with torch.no_grad():
            self.fixed.weight += SCALE * self.up.weight @ self.down.weight
        return self.fixed


def adapt(model: ReaderModel, base: Encoder) -> None:
    """Puts a low-rank change beside every linear layer that training changes."""
    for number in base.trained:
        for parent, name, layer in _linear(model.encoder.encoder.layer[number]):
            setattr(parent, name, LowRank(layer))


def merge(model: ReaderModel, base: Encoder) -> None:
    """Takes the changes into the layers, which are plain ones again."""
    for number in base.trained:
        for parent, name, layer in _adapted(model.encoder.encoder.layer[number]):
            setattr(parent, name, layer.merged())


def _linear(layer: nn.Module) -> list[tuple[nn.Module, str, nn.Linear]]:
    pairs = [(parent, name, m) for parent in layer.modules() for name, m in parent.named_children()]
    return [(parent, name, m) for parent, name, m in pairs if isinstance(m, nn.Linear)]


def _adapted(layer: nn.Module) -> list[tuple[nn.Module, str, LowRank]]:
    pairs = [(parent, name, m) for parent in layer.modules() for name, m in parent.named_children()]
    return [(parent, name, m) for parent, name, m in pairs if isinstance(m, LowRank)]


class Halves:
    """Runs an encoder in two halves; what the fixed one made of an input is kept in half precision."""

    def __init__(self, model: ReaderModel, base: Encoder) -> None:
        self._encoder: Any = model.encoder
        self._layers = list(model.encoder.encoder.layer)
        self._first = base.trained.start
        self._kept: dict[tuple[int, ...], Tensor] = {}

    def __call__(self, ids: Tensor, mask: Tensor) -> Tensor:
        """(batch, tokens, width) hidden states."""
        names = [tuple(row[:size].tolist()) for row, size in zip(ids, mask.sum(1), strict=True)]
        if any(name not in self._kept for name in names):
            self._keep(names, ids, mask)
        hidden = torch.zeros(*ids.shape, self._encoder.config.hidden_size, device=ids.device)
        for row, name in enumerate(names):
            hidden[row, : len(name)] = self._kept[name].to(ids.device)
        return self._through(self._layers[self._first :], hidden, mask)

    @torch.no_grad()
    def _keep(self, names: Sequence[tuple[int, ...]], ids: Tensor, mask: Tensor) -> None:
        hidden = self._encoder.embeddings(input_ids=ids)
        hidden = self._through(self._layers[: self._first], hidden, mask)
        for row, name in enumerate(names):
            self._kept[name] = hidden[row, : len(name)].half().cpu()

    def _through(self, layers: Sequence[nn.Module], hidden: Tensor, mask: Tensor) -> Tensor:
        places = self._encoder.encoder.compute_position_bias(hidden)
        blocked = (1.0 - mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
        for layer in layers:
            hidden = layer(hidden, blocked, places)[0]
        return hidden
