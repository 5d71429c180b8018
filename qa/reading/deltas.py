"""Weights as they ship: trained layers as differences to the published ones, in eight bits a
number."""

import torch
from torch import Tensor

STEPS = 127


def shrink(trained: dict[str, Tensor], published: dict[str, Tensor]) -> dict[str, Tensor]:
    """Each tensor that has a published one as int8 steps from it (`NAME`) with a float32 step for
    each row (`NAME.step`); the others in half precision."""
    made = {}
    for name, tensor in trained.items():
        base = published.get(name.removeprefix("encoder."))
        if base is None or tensor.dim() < 2:
            made[name] = tensor.half().contiguous()
            continue
        difference = tensor.float() - base.float()
        step = difference.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / STEPS
        made[name] = (difference / step).round().to(torch.int8)
        made[f"{name}.step"] = step
    return made


def grow(shipped: dict[str, Tensor], published: dict[str, Tensor]) -> dict[str, Tensor]:
    """The trained tensors again, in float32; half-precision files without steps come back as they
    are."""
    grown = {}
    for name, tensor in shipped.items():
        if name.endswith(".step"):
            continue
        step = shipped.get(f"{name}.step")
        if step is None:
            grown[name] = tensor
        else:
            base = published[name.removeprefix("encoder.")]
            grown[name] = base.float() + tensor.float() * step
    return grown
