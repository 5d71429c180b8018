"""In eight bits the strong reader judges as it does in float32."""

import numpy as np
import pytest
import torch
from torch import nn

from qa.reading.eight_bits import EightBitLinear
from qa.reading.encoders import strong
from qa.reading.reader import Reader

SOURCE = (
    "Harbour to close for a month. Published Monday 3 March 2025. (The last repair was in 2009.) "
    "The council voted on Friday to close the old harbour for a month, and Mayor Anna Holm said "
    "the repair would cost 4.2 million euros."
)
CLAIMS = (
    "The repair will cost 4.2 million euros.",
    "The council decided to shut the harbour for a month.",
    "Anna Holm is the mayor.",
    "The harbour was last repaired in 2009.",
    "The council voted against closing the harbour.",
    "Anna Holm voted to close the harbour.",
    "The harbour will be closed for a year.",
    "The repair has cost less than was planned.",
    "How much will the repair cost?",
    "Who is the mayor?",
    "Who builds the new harbour?",
    "When does the harbour open again?",
)


@pytest.fixture(scope="module")
def layer() -> nn.Linear:
    torch.manual_seed(7)
    return nn.Linear(64, 48)


@pytest.fixture(scope="module")
def hidden() -> torch.Tensor:
    """As encoders have them: a dimension, and a token, far larger than all others."""
    torch.manual_seed(8)
    states = torch.randn(5, 9, 64)
    states[..., 3] *= 60
    states[0, 0] *= 200
    return states


def test_large_dimensions_and_tokens_leave_the_others_their_steps(layer, hidden):
    eight = EightBitLinear(layer, hidden.abs().flatten(0, -2).amax(0))
    with torch.inference_mode():
        right, found = layer(hidden), eight(hidden)
    wrong = (found - right).norm(dim=-1) / right.norm(dim=-1)
    assert found.shape == right.shape
    assert wrong.max() < 0.05


def test_a_text_is_judged_alike_whatever_it_is_read_with(layer, hidden):
    eight = EightBitLinear(layer, hidden.abs().flatten(0, -2).amax(0))
    with torch.inference_mode():
        together = eight(hidden)
        for place in range(len(hidden)):
            alone = eight(hidden[place : place + 1])[0]
            assert torch.allclose(alone, together[place], atol=1e-4)


def test_the_strong_reader_judges_as_in_float32(readers):
    pairs = [(claim, SOURCE) for claim in CLAIMS]
    right = readers["strong"].support(pairs)
    found = Reader(strong(), dtype=torch.int8).support(pairs)
    for head in (0, 1):
        assert np.corrcoef(right[:, head], found[:, head])[0, 1] > 0.996
    assert np.abs(found - right).mean() < 0.1
