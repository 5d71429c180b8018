"""Serves a GGUF file in this process, by llama.cpp."""

import importlib
import os
from pathlib import Path
from typing import Any

from qa.settings import SettingsError

CONTEXT = 4096  # tokens


def serve(gguf: Path, key: str, threads: int = 0) -> Any:
    """llama.cpp's server over the file, in this process, on a free port of 127.0.0.1; it runs until
    it is dropped."""
    if not gguf.is_file():
        raise SettingsError(
            f"FOOTNOTE_LLM_GGUF: {gguf}: no such file; give the path of a GGUF file"
        )
    with gguf.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise SettingsError(f"FOOTNOTE_LLM_GGUF: {gguf} is not a GGUF file; give another")
    try:
        xllamacpp = importlib.import_module("xllamacpp")
    except ImportError:
        raise SettingsError(
            "FOOTNOTE_LLM_GGUF: xllamacpp is missing; pip install 'footnote-qa[gguf]'"
        ) from None
    params = xllamacpp.CommonParams()
    params.model.path, params.model_alias = str(gguf), {gguf.stem}
    params.port, params.api_keys, params.n_ctx, params.n_parallel = 0, [key], CONTEXT, 1
    params.cpuparams.n_threads = threads or os.cpu_count() or 1
    params.verbosity, params.ui, params.endpoint_slots = 0, False, False
    try:
        return xllamacpp.Server(params)
    except RuntimeError:
        raise SettingsError(
            f"FOOTNOTE_LLM_GGUF: {gguf} cannot be loaded; is the file whole?"
        ) from None
