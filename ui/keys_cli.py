"""`footnote keys`: who may use the server."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from qa.endpoint.keys import Keys

keys = typer.Typer(
    help="Keys: who may use the server.\n\n\b\nExamples:\n  footnote keys add desk --write",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def _keys() -> "Keys":
    from qa.endpoint.keys import Keys
    from qa.settings import load

    return Keys(load().data)


@keys.command("add")
def add_key(
    name: str,
    write: Annotated[bool, typer.Option("--write", help="May add and remove articles.")] = False,
) -> None:
    """Make a key and print it; it is shown only this once.

    \b
    Examples:
      footnote keys add desk --write
    """
    print(_keys().add(name, write=write))


@keys.command("list")
def list_keys() -> None:
    """List the keys' names.

    \b
    Examples:
      footnote keys list
    """
    known = _keys().all()
    if not known:
        print("No keys: whoever uses this machine may ask; `footnote keys add NAME` makes one.")
    for key in known:
        print(f"{key.name}  {'read, write' if key.write else 'read'}  {key.created}")


@keys.command("remove")
def remove_key(name: str) -> None:
    """Remove a key; a running server sees it at once.

    \b
    Examples:
      footnote keys remove desk
    """
    if not _keys().remove(name):
        raise ValueError(f"key name {name!r}: there is none; see `footnote keys list`")
