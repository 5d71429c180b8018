"""The options that several commands have, how their help is shown, and the settings they run
with."""

import json
from typing import Annotated, Any, Optional

import typer
import typer.core

REFUSED = (
    3  # exit code of an answer that the articles do not give, or a text that they do not bear out
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Key = Annotated[Optional[str], typer.Option(help="Key for a running server that asks for one.")]  # noqa: UP045
Source = Annotated[list[str], typer.Option(help="Only articles of this source; repeatable.")]
Collection = Annotated[list[str], typer.Option(help="Only this collection; repeatable.")]
Author = Annotated[list[str], typer.Option(help="Only articles by this author; repeatable.")]
PutInto = Annotated[
    list[str],
    typer.Option("--collection", help="Put the articles into this collection; repeatable."),
]
AllowPrivate = Annotated[
    bool, typer.Option("--allow-private", help="Fetch from this machine's own net too.")
]
After = Annotated[Optional[str], typer.Option(help="First day, like 2025-10-17.")]  # noqa: UP045
Before = Annotated[Optional[str], typer.Option(help="Last day, like 2025-10-17.")]  # noqa: UP045


class PlainHelp(typer.core.TyperCommand):
    """A command whose help does not show Python's type of a list."""

    def get_help(self, ctx: Any) -> str:
        text, shown = super().get_help(ctx), "<list[str]>"
        return text.replace(shown, " " * len(shown))


def settings() -> Any:
    """The settings of the environment; raises SettingsError."""
    from qa.settings import load

    return load()


def say(record: object) -> None:
    """Prints one line of JSON."""
    print(json.dumps(record, ensure_ascii=False))
