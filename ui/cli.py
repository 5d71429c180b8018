"""The command `footnote`; whatever goes wrong is one line on stderr and exit code 2."""

import json
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Optional

import typer
import typer.core

from ui import keys_cli

app = typer.Typer(
    help="Answers questions about news articles, each sentence with the source sentence it rests on.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(keys_cli.keys, name="keys")


class PlainHelp(typer.core.TyperCommand):
    """A command whose help does not show Python's type of a list."""

    def get_help(self, ctx: Any) -> str:
        text, shown = super().get_help(ctx), "<list[str]>"
        return text.replace(shown, " " * len(shown))


REFUSED = 3  # exit code of an answer that the articles do not give
CLOSEST = 3  # passages shown with a refusal

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Key = Annotated[Optional[str], typer.Option(help="Key for a running server that asks for one.")]  # noqa: UP045
Source = Annotated[list[str], typer.Option(help="Only articles of this source; repeatable.")]
Collection = Annotated[list[str], typer.Option(help="Only this collection; repeatable.")]
AllowPrivate = Annotated[
    bool, typer.Option("--allow-private", help="Fetch from this machine's own net too.")
]
After = Annotated[Optional[str], typer.Option(help="First day, like 2025-10-17.")]  # noqa: UP045
Before = Annotated[Optional[str], typer.Option(help="Last day, like 2025-10-17.")]  # noqa: UP045


def version(wanted: bool) -> None:
    """Prints the version and ends, when it is asked for."""
    if wanted:
        from qa.endpoint.app import installed

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


def settings() -> Any:
    from qa.settings import load

    return load()


def say(record: object) -> None:
    print(json.dumps(record, ensure_ascii=False))


@app.command(cls=PlainHelp)
def ingest(  # one for each option  # noqa: PLR0913, PLR0917
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATHS...",
            help="Files, folders, patterns, https addresses of pages and feeds, or - for standard input.",
        ),
    ],
    column: Annotated[
        list[str],
        typer.Option(metavar="FIELD=COLUMN", help="Where a table holds a field; may be repeated."),
    ] = [],  # noqa: B006
    collection: Annotated[
        list[str], typer.Option(help="Put the articles into this collection; repeatable.")
    ] = [],  # noqa: B006
    delete_missing: Annotated[
        bool,
        typer.Option(
            "--delete-missing", help="Remove what came from these paths and is not there now."
        ),
    ] = False,
    allow_private: AllowPrivate = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Let --delete-missing remove more than five articles.")
    ] = False,
    follow_links: Annotated[
        bool, typer.Option("--follow-links", help="Follow links that lead out of a folder, too.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen, change nothing.")
    ] = False,
    ray: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="ADDRESS",
            help="Embed on a Ray cluster: HOST:PORT of its head, or auto. Extra: ray.",
        ),
    ] = None,
    as_json: Json = False,
    key: Key = None,
) -> None:
    """Put articles into the index; again is safe, unchanged ones are left alone.

    Exit codes: 0 all taken, 1 some failed, 2 none taken. While a server runs on the same data
    folder it is sent the articles.

    \b
    Examples:
      footnote ingest my-articles/
      footnote ingest table.csv --column text=story
      footnote ingest https://paper.example/feed.xml --collection election
    """
    from ui import intake

    if wrong := next((pair for pair in column if "=" not in pair), None):
        raise ValueError(f"--column: {wrong!r} is not FIELD=COLUMN; write for example text=body")
    columns = dict(pair.split("=", 1) for pair in column)
    options = {
        "columns": columns,
        "collections": collection,
        "allow_private": allow_private,
        "delete_missing": delete_missing,
        "dry_run": dry_run,
        "follow_links": follow_links,
        "ray": ray,
        "yes": yes,
    }
    report = intake.run(settings(), paths, options | {"json": as_json, "key": key})
    intake.show(report, as_json=as_json, dry_run=dry_run)
    raise typer.Exit(intake.code(report))


@app.command(cls=PlainHelp)
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

    limits = holdings.limits(source, collection, after, before)
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
    """An answer with its sources, or a refusal with what nearly was one and the passages that it speaks of."""
    from qa.records import PERHAPS

    print(record["answer"])
    for cited in record["citations"]:
        print(
            f"\n[{cited['number']}] {cited['title']}, {cited['published'] or 'no date'}\n    {cited['text']}"
        )
    if record["status"] == "no_answer":
        evidence = record["evidence"]
        for seen in [one for one in evidence if one["why"] == PERHAPS]:
            print(f"\nPerhaps this:\n{seen['title']}, {seen['published'] or 'no date'}")
            print(f"    {seen['text']}")
        for seen in [one for one in evidence if one["why"] != PERHAPS][:CLOSEST]:
            text = textwrap.shorten(seen["text"], 300, placeholder=" …")
            print(f"\n- {seen['title']}, {seen['published'] or 'no date'}\n    {text}")
    for note in record["notes"]:
        if note["message"] != record["answer"]:  # a refusal is its own note
            print(f"\nNote: {note['message']}")


@app.command(cls=PlainHelp)
def watch(  # one for each option
    places: Annotated[
        list[str], typer.Argument(metavar="PLACES...", help="Folders, and addresses of feeds.")
    ],
    every: Annotated[str, typer.Option(help="Time between two looks at a feed: 90s, 10m.")] = "10m",
    collection: Annotated[
        list[str], typer.Option(help="Put the articles into this collection; repeatable.")
    ] = [],  # noqa: B006
    allow_private: AllowPrivate = False,
    key: Key = None,
) -> None:
    """Take what is new in folders and feeds as it comes, until stopped; what is gone from them
    stays.

    \b
    Examples:
      footnote watch news/ https://paper.example/feed.xml --every 10m
    """
    from ui import watch_cli
    from ui.watch import seconds

    options = {"every": seconds(every), "collections": collection}
    options |= {"allow_private": allow_private, "key": key}
    watch_cli.follow(settings(), places, options)


@app.command("list", cls=PlainHelp)
def list_(  # one for each option  # noqa: PLR0913, PLR0917
    source: Source = [],  # noqa: B006
    collection: Collection = [],  # noqa: B006
    after: After = None,
    before: Before = None,
    as_json: Json = False,
    key: Key = None,
) -> None:
    """List the articles: id, date, source, collections and title.

    \b
    Examples:
      footnote list --collection election --after 2025-10-01
    """
    from ui import holdings

    for row in holdings.listed(settings(), key, holdings.limits(source, collection, after, before)):
        if as_json:
            say(row)
        else:
            among = ", ".join(row["collections"])
            cells = (row["id"], row["published"] or "no date", row["source"], among, row["title"])
            print("  ".join(filter(None, cells)))


@app.command(cls=PlainHelp)
def remove(
    ids: Annotated[
        list[str], typer.Argument(metavar="IDS...", help="Articles, by their ids.")
    ] = [],  # noqa: B006
    collection: Annotated[
        list[str], typer.Option(help="Every article of this collection; repeatable.")
    ] = [],  # noqa: B006
    as_json: Json = False,
    key: Key = None,
) -> None:
    """Take articles out of the index; those of a collection that are in another one too only leave
    it.

    \b
    Examples:
      footnote remove --collection seeds
    """
    from ui import holdings

    if not ids and not collection:
        raise ValueError("remove: nothing is named; give ids or --collection NAME")
    removed, kept = holdings.remove(settings(), key, ids, collection)
    if as_json:
        say({"removed": removed, "kept": kept})
        return
    for verb, names in (("removed", removed), ("kept", kept)):
        for name in names:
            print(f"{verb}: {name}")
    print(f"{len(removed):,} removed" + (f", {len(kept):,} kept" if kept else ""))


@app.command(cls=PlainHelp)
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


@app.command()
def serve(
    seed: Annotated[
        Optional[Path], typer.Option(help="Folder to ingest first if the index is empty.")  # noqa: UP045
    ] = None,
    port: Annotated[
        Optional[int], typer.Option(min=0, max=65535, help="Port, in the place of FOOTNOTE_PORT.")  # noqa: UP045
    ] = None,
) -> None:
    """Serve the page and the endpoint (FOOTNOTE_HOST, FOOTNOTE_PORT) until stopped.

    \b
    Examples:
      footnote serve --seed seeds
      footnote serve --port 8080
    """
    from qa.build import build
    from ui import intake, serve, watch_cli

    found = settings()
    if port is not None:
        found = found.model_copy(update={"port": port})
    with serve.listen(found) as socket:
        serve.tell("opening the index and the reader …")
        with build(found) as pipeline:
            if seed and not pipeline.index.has_articles():
                serve.tell(f"taking the articles of {seed} …")
                intake.seed(seed, pipeline.index)
            with watch_cli.watching(found, pipeline.index) as watched:
                serve.serve(pipeline, found, socket, watched)


@app.command()
def evaluate(
    questions: Annotated[
        Path, typer.Argument(metavar="QUESTIONS", help="A question set, JSON Lines.")
    ],
    baseline: Annotated[
        Optional[Path], typer.Option(help="Figures to compare with; a drop exits 1.")  # noqa: UP045
    ] = None,
    output: Annotated[Optional[Path], typer.Option(help="File to write the figures to.")] = None,  # noqa: UP045
    write_baseline: Annotated[
        Optional[Path], typer.Option(help="File to write a new baseline to.")  # noqa: UP045
    ] = None,
) -> None:
    """Answer a question set and report the figures, over the index as it is, in float32: comparable
    between machines.

    \b
    Examples:
      footnote evaluate tests/questions.jsonl --baseline tests/baseline.json
    """
    from qa.build import build
    from qa.evaluation import evaluate
    from ui.upkeep import readable

    with readable(settings()) as found, build(found, dtype="float32") as pipeline:
        raise typer.Exit(
            evaluate.main(
                pipeline, questions, baseline=baseline, output=output, write_baseline=write_baseline
            )
        )


@app.command()
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


@app.command()
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


@app.command()
def backup(to: Annotated[Path, typer.Argument(metavar="TO", help="The file to write.")]) -> None:
    """Write the articles and the feedback into one file; safe while a server runs.

    \b
    Examples:
      footnote backup saved.zip
    """
    from ui.upkeep import backup as save

    print(f"{to}: {save(settings().data, to):,} bytes")


@app.command()
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
