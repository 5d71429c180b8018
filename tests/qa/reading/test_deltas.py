"""Weights that ship as differences come back as what was trained, within half a step."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.reading.deltas import STEPS, grow, shrink


@given(st.integers(0, 10_000), st.floats(1e-6, 3.0))
@settings(max_examples=40, deadline=None)
def test_what_grows_again_is_within_half_a_step(seed, size):
    chance = torch.Generator().manual_seed(seed)
    published = {"layer.weight": torch.randn(5, 7, generator=chance)}
    change = size * torch.randn(5, 7, generator=chance)
    trained = {
        "encoder.layer.weight": published["layer.weight"] + change,
        "span.weight": torch.ones(2, 7),
    }
    grown = grow(shrink(trained, published), published)
    step = change.abs().amax(dim=1, keepdim=True) / STEPS
    error = (grown["encoder.layer.weight"] - trained["encoder.layer.weight"]).abs()
    assert (error <= step * 0.51 + 1e-5).all()
    assert torch.equal(grown["span.weight"].float(), trained["span.weight"])


def test_half_precision_files_stay_as_they_are():
    kept = {"encoder.layer.weight": torch.ones(2, 2).half()}
    assert grow(kept, {}) == kept
