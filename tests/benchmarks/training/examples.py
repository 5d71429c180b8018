"""What a reader is trained on: questions with passages and claims with evidence, packed for one encoder."""

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from index.sentences import split
from qa.reading.encoders import Encoder
from qa.reading.packing import Packed, pack

Ranges = list[tuple[int, int]]


@dataclass
class Example:
    """A question (or claim) and a text, with offsets into the text.

    `spans` and `good` (numbers of the answering sentences) are None when the source does not say.
    `label` is 1 for answered or supported, 0 for not, -1 for contradicted. Examples of one `twin`
    name differ in little and have different labels.
    """

    task: Literal["question", "claim"]
    question: str
    title: str
    text: str
    sentences: Ranges
    spans: Ranges | None = None
    good: set[int] | None = None
    label: int = 1
    group: str = ""
    twin: str = ""
    packed: Packed | None = field(default=None, repr=False)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSON Lines file, packed with gzip or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def ranges(text: str) -> Ranges:
    return [(sentence.start, sentence.end) for sentence in split(text)]


def holding(sentences: Ranges, spans: Ranges) -> set[int]:
    """Numbers of the sentences that hold the middle of a span."""
    middles = [(start + end) // 2 for start, end in spans]
    return {n for n, (a, b) in enumerate(sentences) for at in middles if a <= at < b}


def from_spans(row: dict[str, Any], cache: dict[str, Ranges]) -> Example:
    """A question of a span-marked set, whole paragraph."""
    text = row["context"]
    if text not in cache:
        cache[text] = ranges(text)
    answers = [(a["start"], a["text"].rstrip()) for a in row["answers"] if a["text"].strip()]
    spans = sorted({(start, start + len(words)) for start, words in answers})
    title = row.get("title") or ""
    if title.startswith(("Amazon", "Filtered")):
        title = ""
    title = title.replace("_", " ").replace("%E2%80%93", "-")
    good = holding(cache[text], spans)
    group = row.get("title") or text
    return Example(
        "question", row["question"], title, text, cache[text], spans, good, int(bool(spans)), group
    )


def joined(items: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[Example]:
    """Sentences of one text joined in order: single-sentence sources give passages to choose in."""
    sentences = list(dict.fromkeys(sentence for sentence, _ in items))
    starts, text = dict[str, int](), ""
    for sentence in sentences:
        starts[sentence] = len(text)
        text += sentence.strip() + " "
    marks = [(starts[s], starts[s] + len(s.strip())) for s in sentences]
    for sentence, row in items:
        shift = starts[sentence] - (len(sentence) - len(sentence.lstrip()))
        spans = None
        if "answers" in row:
            found = {
                (a["start"] + shift, a["start"] + shift + len(a["text"])) for a in row["answers"]
            }
            spans = sorted(found) or None
        good = {sentences.index(sentence)}
        yield Example(
            "question", row["question"], "", text.strip(), marks, spans, good, 1, sentences[0]
        )


def trimmed(example: Example, rng: random.Random, words: int) -> Example:
    """A run of sentences of at most `words` words around the answer (or anywhere)."""
    marks = example.sentences
    sizes = [len(example.text[a:b].split()) for a, b in marks]
    if sum(sizes) <= words or not marks:
        return example
    low = high = rng.choice(sorted(example.good or {rng.randrange(len(marks))}))
    total = sizes[low]
    while True:
        sides = [
            n for n in (low - 1, high + 1) if 0 <= n < len(marks) and total + sizes[n] <= words
        ]
        if not sides:
            break
        n = rng.choice(sides)
        low, high, total = min(low, n), max(high, n), total + sizes[n]
    return cut(example, low, high)


def cut(example: Example, low: int, high: int) -> Example:
    """The example with only the sentences `low` to `high`, both included."""
    start, end = example.sentences[low][0], example.sentences[high][1]
    example.text = example.text[start:end]
    example.sentences = [(a - start, b - start) for a, b in example.sentences[low : high + 1]]
    if example.good is not None:
        example.good = {n - low for n in example.good if low <= n <= high}
    if example.spans is not None:
        inside = [(a, b) for a, b in example.spans if start <= a and b <= end]
        example.spans = [(a - start, b - start) for a, b in inside]
    return example


def prepare(examples: Sequence[Example], base: Encoder) -> list[Example]:
    """Packs every example; drops those whose answer was cut off."""
    kept = []
    for example in examples:
        packed = pack(base, example.question, example.title, example.text, example.sentences)
        example.packed = packed
        limit = packed.first + len(packed.offsets)
        whole = {n for n, (a, b) in enumerate(packed.sentence_tokens) if a < b <= limit}
        if not example.good or example.good & whole:
            kept.append(example)
    return kept


def token_spans(example: Example) -> Ranges:
    """Answer spans as inclusive token positions; (0, 0) for none."""
    packed = example.packed
    assert packed
    starts = [start for start, _ in packed.offsets]
    found = []
    for a, b in (example.spans or [])[:4]:
        low = int(np.searchsorted(starts, a, side="right")) - 1
        high = int(np.searchsorted(starts, b)) - 1
        if 0 <= low <= high < len(starts) and b <= packed.offsets[-1][1]:
            found.append((low + packed.first, high + packed.first))
    return found or [(0, 0)]
