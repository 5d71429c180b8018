"""The commands that put articles into the index, list them and take them out."""

from typing import Annotated, Optional

import typer

from ui.options import (
    After,
    AllowPrivate,
    Author,
    Before,
    Collection,
    Json,
    Key,
    PutInto,
    Source,
    say,
    settings,
)


def ingest(  # one for each option  # noqa: PLR0913, PLR0917
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATHS...",
            help="Files, folders, patterns, https addresses of pages and feeds, "
            "or - for standard input.",
        ),
    ],
    column: Annotated[
        list[str],
        typer.Option(metavar="FIELD=COLUMN", help="Where a table holds a field; may be repeated."),
    ] = [],  # noqa: B006
    collection: PutInto = [],  # noqa: B006
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
    from ui import intake, saved_cli

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
    found = settings()
    report = intake.run(found, paths, options | {"json": as_json, "key": key})
    intake.show(report, as_json=as_json, dry_run=dry_run)
    if not dry_run:
        saved_cli.catch_up(found, key)
    raise typer.Exit(intake.code(report))


def watch(  # one for each option
    places: Annotated[
        list[str], typer.Argument(metavar="PLACES...", help="Folders, and addresses of feeds.")
    ],
    every: Annotated[str, typer.Option(help="Time between two looks at a feed: 90s, 10m.")] = "10m",
    collection: PutInto = [],  # noqa: B006
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


def list_(  # one for each option  # noqa: PLR0913, PLR0917
    source: Source = [],  # noqa: B006
    collection: Collection = [],  # noqa: B006
    author: Author = [],  # noqa: B006
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

    limits = holdings.limits(source, collection, author, after, before)
    for row in holdings.listed(settings(), key, limits):
        if as_json:
            say(row)
        else:
            among = ", ".join(row["collections"])
            cells = (row["id"], row["published"] or "no date", row["source"], among, row["title"])
            print("  ".join(filter(None, cells)))


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
