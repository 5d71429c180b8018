"""A reader's layers in numbers of eight bits: twice as fast on processors without bfloat16, and a
quarter of the memory.

The activations of these encoders have a few dimensions, and a few tokens, that are far larger than
all others: one step for all of them would leave nothing of the rest. So the dimensions that reach
furthest in a sample stay as they are (Dettmers et al. 2022, arXiv:2208.07339), each of the others
is divided by what it reaches there (SmoothQuant, Xiao et al. 2023, arXiv:2211.10438, equation 4),
and each token by its own largest number.
"""

import torch
from torch import Tensor, nn

from index.embedder import fast_dtype

BALANCE = 0.4  # of an activation's reach moved into the weights; 0.3 to 0.5 give the same
WHOLE = 48  # one of so many dimensions stays as it is
LEAST = 1e-5
WEIGHT_STEPS = 127
# A bit less for activations: AVX2 adds two products in sixteen bits.
STEPS = 63
MIDDLE = 64


class EightBitLinear(nn.Module):
    """A linear layer that multiplies whole numbers; `reach` are the (inputs,) largest activations
    seen in a sample."""

    def __init__(self, layer: nn.Linear, reach: Tensor) -> None:
        super().__init__()
        self._far = reach.topk(len(reach) // WHOLE).indices
        self._far_weight = layer.weight[:, self._far].T.contiguous()
        heaviest = layer.weight.abs().amax(0).clamp_min(LEAST)
        columns = reach.clamp_min(LEAST) ** BALANCE / heaviest ** (1 - BALANCE)
        weight = layer.weight * columns
        weight[:, self._far] = 0
        step = weight.abs().amax(1).clamp_min(LEAST) / WEIGHT_STEPS
        whole = (weight / step[:, None]).round().to(torch.int8)
        self._weight = torch.ops.onednn.qlinear_prepack(whole, None)
        self._steps = step
        self._zeros = torch.zeros(len(step), dtype=torch.long)
        self._shrink = 1 / columns
        self._shrink[self._far] = 0
        self._bias = layer.bias
        self._middle = torch.tensor(MIDDLE + 0.5)  # the half makes cutting off rounding

    def forward(self, hidden: Tensor) -> Tensor:
        """(..., inputs) to (..., outputs), both float32."""
        even = hidden * self._shrink
        largest = even.abs().amax(-1, keepdim=True).clamp_min(LEAST)
        whole = torch.addcmul(self._middle, even, STEPS / largest).to(torch.uint8)
        product = torch.ops.onednn.qlinear_pointwise(
            *(whole, 1 / STEPS, MIDDLE),
            *(self._weight, self._steps, self._zeros, None),
            *(1.0, 0, torch.float32, "none", [], ""),
        )
        near = torch.addcmul(self._bias, product, largest)
        return near + hidden[..., self._far] @ self._far_weight


def quantise(encoder: nn.Module, model: nn.Module, sample: tuple[Tensor, Tensor, Tensor]) -> None:
    """Puts eight-bit layers in the place of all linear ones of `encoder`, a part of `model` that
    reads the `sample`."""
    reach: dict[nn.Linear, Tensor] = {}

    def watch(layer: nn.Linear, given: tuple[Tensor]) -> None:
        reach[layer] = given[0].abs().flatten(0, -2).amax(0)

    linear = [one for one in encoder.modules() if isinstance(one, nn.Linear)]
    watched = [one.register_forward_pre_hook(watch) for one in linear]
    with torch.inference_mode():
        model(*sample)
    for one in watched:
        one.remove()
    with torch.no_grad():
        for parent in list(encoder.modules()):
            for name, layer in list(parent.named_children()):
                if isinstance(layer, nn.Linear):
                    setattr(parent, name, EightBitLinear(layer, reach[layer]))


def strong_dtype() -> torch.dtype:
    """What the strong reader computes fastest in on this processor: bfloat16, else eight bits where
    PyTorch has them for it, else float32. The small one gains too little from eight bits."""
    if fast_dtype() == "bfloat16":
        return torch.bfloat16
    able = torch.backends.cpu.get_cpu_capability() in {"AVX2", "AVX512"}
    return torch.int8 if able and hasattr(torch.ops.onednn, "qlinear_pointwise") else torch.float32
