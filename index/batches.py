"""Rows of tokens in batches, as models read them."""

from collections.abc import Iterator, Sequence
from typing import Any

BATCH = 4096  # tokens with padding in one forward pass
# Of the longest: what is shorter waits for the next pass, for sentences are of very unlike lengths.
ALIKE = 0.5


def alike(lengths: Sequence[int], share: float) -> Iterator[list[int]]:
    """The places of the lengths in batches, the longest first, each of lengths over `share` of its
    longest: padding costs as much as text."""
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    while order:
        longest = lengths[order[0]]
        size = sum(lengths[i] > share * longest for i in order[: max(1, BATCH // longest)])
        yield order[:size]
        order = order[size:]


def padded(rows: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Token ids as the model takes them."""
    import torch

    ids = torch.zeros((len(rows), max(map(len, rows))), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = 1
    return {"input_ids": ids, "attention_mask": mask}
