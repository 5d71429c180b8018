"""Puts the blocks of a PDF's page in reading order, by a recursive cut along the white space
between them."""

from collections.abc import Sequence

from index.pdf_layout import Block

GUTTER = 6.0  # points of white space between columns


def ordered(blocks: Sequence[Block]) -> list[Block]:
    """Columns from left to right where white space runs down between them, else from top to
    bottom."""
    if len(blocks) < 2:
        return list(blocks)
    for cut in (_columns, _strips):
        parts = cut(blocks)
        if len(parts) > 1:
            return [block for part in parts for block in ordered(part)]
    return sorted(blocks, key=lambda block: (-block.top, block.left))


def _columns(blocks: Sequence[Block]) -> list[list[Block]]:
    parts: list[list[Block]] = []
    right = float("-inf")
    for block in sorted(blocks, key=lambda block: block.left):
        if not parts or block.left - right > GUTTER:
            parts.append([])
        parts[-1].append(block)
        right = max(right, block.right)
    return parts


def _strips(blocks: Sequence[Block]) -> list[list[Block]]:
    """From top to bottom; strips that have the same columns stay together, so that each column is
    read to its end."""
    parts: list[list[Block]] = []
    bottom = float("inf")
    for block in sorted(blocks, key=lambda block: -block.top):
        if not parts or block.top <= bottom:
            parts.append([])
        parts[-1].append(block)
        bottom = min(bottom, block.bottom)
    strips: list[list[Block]] = []
    for part in parts:
        if strips and _share_columns(strips[-1], part):
            strips[-1] += part
        else:
            strips.append(part)
    return strips


def _share_columns(above: list[Block], below: list[Block]) -> bool:
    return len(_columns(below)) > 1 and len(_columns(above + below)) > 1
