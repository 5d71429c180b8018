"""Lets no event of the page name a file that the visitor did not upload: not on this machine, not
at an address."""

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.exceptions import InvalidPathError
from gradio.utils import get_upload_folder

from index.records import Filters
from qa.endpoint.reach import reach

UNWANTED = "The page takes only files that were uploaded to it."


class GuardedBlocks(gr.Blocks):
    """Gradio's Blocks with every input of every event looked at before Gradio reads, copies or
    fetches what it names.

    Gradio itself checks nothing when its page is mounted on another application: it waits for
    `launch`."""

    async def preprocess_data(
        self, block_fn: Any, inputs: list[Any], *rest: Any, **more: Any
    ) -> Any:
        """Raises InvalidPathError for a file that is not an upload."""
        check_files(inputs)
        return await super().preprocess_data(block_fn, inputs, *rest, **more)


def bounds(request: gr.Request) -> Filters:
    """What the key of whoever looks at the page reaches."""
    return reach(request.request.state)  # type: ignore[union-attr]


def check_files(value: Any) -> None:
    """Raises InvalidPathError when `value`, or anything inside it, names a file outside of the
    upload folder."""
    if isinstance(value, dict):
        if value.get("path") is not None:
            upload(str(value["path"]))
        elif value.get("url") is not None:  # an upload has a path too
            raise InvalidPathError(UNWANTED)
        for inner in value.values():
            check_files(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            check_files(inner)


def upload(path: str) -> Path:
    """The resolved place of an uploaded file. Raises InvalidPathError for any other path, a link
    out of the folder too."""
    folder = Path(get_upload_folder()).resolve()
    place = Path(path).resolve()
    if not Path(path).is_absolute() or not place.is_relative_to(folder) or not place.is_file():
        raise InvalidPathError(UNWANTED)
    return place
