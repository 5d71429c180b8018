"""The commands that answer questions and check a text."""

import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from ui.options import REFUSED, After, Author, Before, Collection, Json, Key, Source, say, settings

CLOSEST = 3  # sentences shown with a refusal


def ask(  # noqa: PLR0913, PLR0917
    question: Annotated[
        str, typer.Argument(metavar="[QUESTION]", help="The question, in quotes.")
    ] = "",
    file: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Many questions: a CSV file with a column named question."),
    ] = None,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="CSV file for their answers; again goes on where it ended."),
    ] = None,
    source: Source = [],  # noqa: B006
    collection: Collection = [],  # noqa: B006
    author: Author = [],  # noqa: B006
    after: After = None,
    before: Before = None,
    as_json: Json = False,
    key: Key = None,
) -> None:
    """Answer one question, with its sources, or a file of them.

    Exit codes: 0 answered, 3 the articles do not answer it, 2 it could not be asked.

    \b
    Examples:
      footnote ask "How far can a Tomahawk fly?"
      footnote ask "Who leads the talks?" --json
      footnote ask --file in.csv --output out.csv
    """
    from ui import holdings

    limits = holdings.limits(source, collection, author, after, before)
    if (file is None) != (output is None):
        raise ValueError("--file, --output: they go together; name both")
    if file is not None and output is not None:
        if question.strip() or as_json:
            raise ValueError(
                "--file: its questions go to --output as CSV; leave QUESTION and --json out"
            )
        from ui import many

        with asking(key, limits) as answer:
            number = many.run(file, output, answer)
        print(f"{output}: {number:,} questions asked")
        return
    if not question.strip():
        raise ValueError("question: it is empty; write one in quotes")
    with asking(key, limits) as answer:
        record = answer(question)
    if as_json:
        say(record)
    else:
        show(record)
    raise typer.Exit(REFUSED if record["status"] == "no_answer" else 0)


@contextmanager
def asking(key: str | None, limits: dict[str, Any]) -> Iterator[Callable[[str], dict[str, Any]]]:
    """What answers a question with its record: the server that holds the index, or the pipeline
    here."""
    from ui import holdings
    from ui.remote import Remote

    found = settings()
    if (server := Remote.find(found.data, key)) is not None:
        yield lambda question: server.answer(question, limits)
        return
    from qa.build import build

    with build(found) as pipeline:
        filters = holdings.filters(limits)
        yield lambda question: pipeline.answer(question, filters=filters).to_dict()


def show(record: dict[str, Any]) -> None:
    """An answer with its sources, or a refusal with what nearly was one and the sentences that it
    speaks of."""
    from qa.records import NEAREST, PERHAPS

    print(record["answer"])
    for cited in record["citations"]:
        print(f"\n[{cited['number']}] {cited['title']}, {cited['published'] or 'no date'}")
        print(f"    {cited['text']}")
    if record["status"] == "no_answer":
        evidence = record["evidence"]
        for seen in [one for one in evidence if one["why"] == PERHAPS]:
            print(f"\nPerhaps this:\n{seen['title']}, {seen['published'] or 'no date'}")
            print(f"    {seen['text']}")
        for seen in [one for one in evidence if one["why"] == NEAREST][:CLOSEST]:
            text = textwrap.shorten(seen["text"], 300, placeholder=" …")
            print(f"\n- {seen['title']}, {seen['published'] or 'no date'}\n    {text}")
    for note in record["notes"]:
        if note["message"] != record["answer"]:  # a refusal is its own note
            print(f"\nNote: {note['message']}")


def check(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="The text: any kind of file that ingest takes, or -."),
    ],
    as_json: Json = False,
    key: Key = None,
) -> None:
    """Check each sentence of a text of your own against the articles.

    Exit codes: 0 every sentence is supported, 3 some are not, 2 it could not be checked.

    \b
    Examples:
      footnote check draft.md
    """
    from ui import drafts

    found = drafts.check(settings(), file, key)
    for one in found:
        say(one) if as_json else drafts.show(one)
    raise typer.Exit(0 if all(one["finding"] == "supported" for one in found) else REFUSED)
