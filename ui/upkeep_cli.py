"""The commands that look after the index and what readers said about answers."""

from pathlib import Path
from typing import Annotated

import typer

from ui.options import Json, say, settings


def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Put right what is wrong in the index.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check settings, index, embedder and model; exit 1 when something is wrong.

    \b
    Examples:
      footnote doctor
      footnote doctor --repair
    """
    from ui.upkeep import doctor as look

    lines = list(look(settings(), repair))
    if as_json:
        say([{"what": what, "ok": ok, "message": message} for what, ok, message in lines])
    else:
        for what, ok, message in lines:
            print(f"{'ok     ' if ok else 'PROBLEM'}  {what}: {message}")
    raise typer.Exit(0 if all(ok for _, ok, _ in lines) else 1)


def feedback(
    as_json: Json = False,
    questions: Annotated[
        bool, typer.Option("--questions", help="As draft lines of a question set, to review.")
    ] = False,
) -> None:
    """List what readers said about answers.

    \b
    Examples:
      footnote feedback
      footnote feedback --questions > drafts.jsonl
    """
    from ui.feedback import Feedback, question_line

    rows = Feedback(settings().data).rows()
    if not rows and not (as_json or questions):
        print("No feedback yet; readers give it on the page, under an answer.")
    for number, row in enumerate(rows, 1):
        if questions or as_json:
            say(question_line(row, number) if questions else row)
        else:
            print(
                f"{row['at'][:16]}  {row['kind']:<20}  {row['question']}"
                + (f"\n    {row['note']}" if row["note"] else "")
            )


def backup(to: Annotated[Path, typer.Argument(metavar="TO", help="The file to write.")]) -> None:
    """Write the articles and the feedback into one file; safe while a server runs.

    \b
    Examples:
      footnote backup saved.zip
    """
    from ui.upkeep import backup as save

    print(f"{to}: {save(settings().data, to):,} bytes")


def restore(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file that `footnote backup` wrote.")
    ],
) -> None:
    """Put a backup in the place of the index; no server may be running on it.

    \b
    Examples:
      footnote restore saved.zip
    """
    from ui.upkeep import restore as bring

    found = settings()
    print(f"{found.data}: {bring(found.data, file):,} articles")
