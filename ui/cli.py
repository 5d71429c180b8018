"""The command `footnote`; whatever goes wrong is one line on stderr and exit code 2."""

import sys
from typing import Annotated

import typer

from ui import articles_cli, ask_cli, keys_cli, model_cli, saved_cli, serve_cli, upkeep_cli
from ui.options import PlainHelp

app = typer.Typer(
    help="Answers questions about news articles, "
    "each sentence with the source sentence it rests on.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(keys_cli.keys, name="keys")
app.add_typer(saved_cli.saved, name="saved")
app.command(cls=PlainHelp)(articles_cli.ingest)
app.command(cls=PlainHelp)(ask_cli.ask)
app.command(cls=PlainHelp)(articles_cli.watch)
app.command("list", cls=PlainHelp)(articles_cli.list_)
app.command(cls=PlainHelp)(articles_cli.remove)
app.command(cls=PlainHelp)(ask_cli.check)
app.command()(model_cli.model)
app.command()(serve_cli.serve)
app.command()(serve_cli.evaluate)
app.command()(upkeep_cli.doctor)
app.command()(upkeep_cli.feedback)
app.command()(upkeep_cli.backup)
app.command()(upkeep_cli.restore)


def version(wanted: bool) -> None:
    """Prints the version and ends, when it is asked for."""
    if wanted:
        from qa.version import installed

        print(f"footnote {installed()}")
        raise typer.Exit


@app.callback()
def root(
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=version, is_eager=True, help="Print the version and end."
        ),
    ] = False,
) -> None:
    """Answers questions about news articles, each sentence with the source sentence it rests on."""


def main() -> None:
    """Errors of use and of the product's own classes end in one line; anything else is a fault of
    ours and shows where."""
    try:
        code = app(standalone_mode=False)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        message = getattr(error, "format_message", error.__str__)()
        if type(error).__name__ in ("Abort", "NoArgsIsHelpError"):
            sys.exit(2 if message == "" else f"{message}")
        if not isinstance(error, (ValueError, RuntimeError, OSError)) and not hasattr(
            error, "format_message"
        ):
            raise
        print("footnote:", " ".join(str(message).split()), file=sys.stderr)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":  # python -m ui.cli
    main()
