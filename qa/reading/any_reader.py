"""Another extractive-QA model of transformers in the place of our own reader."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from index.folding import fold, mapped
from index.records import Passage
from qa.reading.packing import Packed
from qa.reading.reader import reading_of
from qa.reading.readings import Reading
from qa.settings import SettingsError

MAX_QUESTION = 240  # characters: such a model cannot cut the question by itself


class AnyReader:
    """Another extractive-QA model of transformers, from a folder on disk; its span scores stand in
    for the other heads."""

    def __init__(self, folder: Path, dtype: torch.dtype = torch.float32) -> None:
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        try:
            self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            model = AutoModelForQuestionAnswering.from_pretrained(folder, local_files_only=True)
        except (OSError, ValueError):
            raise SettingsError(
                f"FOOTNOTE_READER: {folder} holds no extractive-QA model of transformers; "
                "give another folder"
            ) from None
        self._model = model.to(dtype).eval()

    def support(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """It cannot judge claims: no pair is borne out, so nothing is shown as supported by it."""
        return np.full((len(pairs), 2), -10.0, np.float32)

    def read(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[Reading]:
        """One reading for each (title, passage); the title is not given to the model, which never
        saw one in training."""
        readings = []
        for _, passage in passages:
            plain = mapped(passage.text)
            coded = self._tokenizer(
                fold(question)[:MAX_QUESTION],
                plain.text,
                truncation="only_second",
                max_length=384,
                return_offsets_mapping=True,
                return_tensors="pt",
            )
            places = coded.pop("offset_mapping")[0].tolist()
            inside = [n for n, kind in enumerate(coded.sequence_ids(0)) if kind == 1]
            with torch.inference_mode():
                out = self._model(**coded)
            span = torch.stack([out.start_logits[0], out.end_logits[0]], -1).float().numpy()
            offsets = [plain.original(int(places[n][0]), int(places[n][1])) for n in inside]
            starts = [a for a, _ in offsets]
            first = inside[0] if inside else 0
            marks = [
                tuple(
                    first + int(np.searchsorted(starts, at - passage.start))
                    for at in (s.start, s.end)
                )
                for s in passage.sentences
            ]
            packed = Packed([], [], [(a, b) for a, b in marks], offsets, first)
            nothing = np.zeros(len(span), np.float32)
            spans = reading_of(packed, passage, span, nothing, 0.0).spans
            scores = tuple(s.score if s else float("-inf") for s in spans)
            readings.append(Reading(max(scores, default=float("-inf")), scores, spans))
        return readings
