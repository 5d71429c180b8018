"""`footnote model`: which language model writes, which are there to choose, and fetching one."""

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ui.options import Key, settings

if TYPE_CHECKING:
    from qa.settings import Settings

QUOTE = "none"  # in the place of a model's name: quote again


def model(
    name: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="[NAME]", help="A model as this command lists it, or none."),
    ] = None,
    fetch: Annotated[
        bool,
        typer.Option(
            "--fetch", help="Fetch an open one, 1.1 GB, to run in Footnote's own process."
        ),
    ] = False,
    key: Key = None,
) -> None:
    """Say which language model writes and which are found here; with a NAME choose one for this
    data folder.

    Nothing is fetched or used unasked. A running server takes it from its next answer on.

    \b
    Examples:
      footnote model
      footnote model qwen2.5:3b
      footnote model --fetch
      footnote model none
    """
    found = settings()
    if fetch and name:
        raise ValueError("NAME, --fetch: leave one of them out")
    if fetch:
        name = _fetched(found)
    if name:
        _choose(found, None if name == QUOTE else name, key)
    print(in_use(found))
    if not name:
        for line in _listed(found):
            print(line)


def in_use(found: "Settings") -> str:
    """One line: what writes with these settings, and who says so. Raises SettingsError for a choice
    that is gone."""
    from qa.writing.choice import FILE, with_choice

    used = with_choice(found)
    if found.writer == "quote":
        return "in use: none, FOOTNOTE_WRITER is quote"
    if not (used.llm_url or used.llm_gguf):
        return "in use: none, answers are quotations"
    by = "the environment" if used is found else str(found.data / FILE)
    where = used.llm_gguf or f"{used.llm_model or 'its first model'} at {used.llm_url}"
    return f"in use: {where} (says {by})"


def _choose(found: "Settings", name: str | None, key: str | None) -> None:
    """By the server where one runs, which writes with it at once."""
    from qa.writing.choice import Choices
    from qa.writing.offered import found as offered
    from ui.remote import Remote

    if server := Remote.find(found.data, key):
        server.call("PUT", "/v1/model", {"model": name})
        return
    choices = {one.model: one.choice for one in reversed(offered(found.data))}
    if name is not None and name not in choices:
        raise ValueError(f"model {name!r}: not found on this machine; `footnote model` lists them")
    Choices(found.data).put(choices[name] if name else None)


def _fetched(found: "Settings") -> str:
    """The name of the model, once it is there."""
    from qa.writing.fetched import NAME, FetchedModel, by_pip
    from qa.writing.offered import models_folder

    FetchedModel(models_folder(found.data)).fetch(by_pip, lambda line: print(line, flush=True))
    return NAME


def _listed(found: "Settings") -> list[str]:
    """A line for each model that can be chosen."""
    from qa.writing.offered import found as offered

    lines = [f"found: {one.model} ({one.kind}, {one.url})" for one in offered(found.data)]
    return lines or ["found: none; `footnote model --fetch` brings one, 1.1 GB"]
