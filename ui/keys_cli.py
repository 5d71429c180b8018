"""`footnote keys`: who may use the server."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from qa.endpoint.keys import Keys

keys = typer.Typer(
    help="Keys: who may use the server.", no_args_is_help=True, rich_markup_mode=None
)


def _keys() -> "Keys":
    from qa.endpoint.keys import Keys
    from qa.settings import load

    return Keys(load().data)


@keys.command("add")
def add_key(
    name: str,
    write: Annotated[bool, typer.Option("--write", help="May add and remove articles.")] = False,
    collection: Annotated[
        list[str], typer.Option(help="Bind it to this collection; may be given several times.")
    ] = [],  # noqa: B006
) -> None:
    """Make a key and print it; it is shown only this once."""
    from index.articles import collection_names

    names = collection_names("--collection", collection) or ()
    print(_keys().add(name, write=write, collections=names))


@keys.command("list")
def list_keys() -> None:
    """List the keys' names."""
    for key in _keys().all():
        bound = f"  only {', '.join(key.collections)}" if key.collections else ""
        print(f"{key.name}  {'read, write' if key.write else 'read'}  {key.created}{bound}")


@keys.command("remove")
def remove_key(name: str) -> None:
    """Remove a key and end its sessions; a running server sees it at once."""
    if not _keys().remove(name):
        raise ValueError(f"key name {name!r}: there is none; see `footnote keys list`")


@keys.command("log-out")
def log_out(name: str) -> None:
    """End every session that was opened with a key; the key itself stays."""
    from qa.endpoint.sessions import Sessions
    from qa.settings import load

    known = _keys()
    key = next((one for one in known.all() if one.name == name), None)
    if key is None:
        raise ValueError(f"key name {name!r}: there is none; see `footnote keys list`")
    print(f"{name}: {Sessions(load().data, known).end_all(key)} sessions ended")
