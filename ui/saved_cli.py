"""`footnote saved`: questions that are asked again whenever articles come in."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from ui.options import (
    After,
    Author,
    Before,
    Collection,
    Json,
    Key,
    PlainHelp,
    Source,
    say,
    settings,
)

if TYPE_CHECKING:
    from qa.saved.asking import Asking
    from qa.saved.kept import KeptQuestions
    from qa.settings import Settings
    from ui.remote import Remote

saved = typer.Typer(
    help="Saved questions: asked again whenever articles come in."
    '\n\n\b\nExamples:\n  footnote saved add "Who leads the talks?"',
    no_args_is_help=True,
    rich_markup_mode=None,
)


@saved.command("add", cls=PlainHelp)
def add(  # one for each option  # noqa: PLR0913, PLR0917
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In quotes.")],
    webhook: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="URL", help="Address that what is new is POSTed to."),
    ] = None,
    source: Source = [],  # noqa: B006
    collection: Collection = [],  # noqa: B006
    author: Author = [],  # noqa: B006
    after: After = None,
    before: Before = None,
    as_json: Json = False,
    key: Key = None,
) -> None:
    """Save a question and print its id; the secret of a webhook is shown only this once.

    \b
    Examples:
      footnote saved add "Who leads the talks?"
      footnote saved add "Who leads the talks?" --webhook https://desk.example/hook
    """
    from ui import holdings

    if not question.strip():
        raise ValueError("question: it is empty; write one in quotes")
    limits = holdings.limits(source, collection, author, after, before)
    found = settings()
    if server := _server(found, key):
        body = {"question": question, "webhook": webhook, **limits}
        made = server.call("POST", "/v1/saved", body)
    else:
        made = _added(found, question, webhook, limits)
    if as_json:
        say(made)
        return
    print(made["id"])
    if made["secret"]:
        print(f"secret: {made['secret']}")


def _added(
    found: "Settings", question: str, webhook: str | None, limits: dict[str, Any]
) -> dict[str, Any]:
    from index.fetch import check_address, is_address
    from qa.saved.kept import MOST
    from qa.saved.question import drafted
    from ui import holdings

    if webhook is not None:
        if not is_address(webhook):
            raise ValueError(f"--webhook: {webhook!r} is no http address; write one")
        check_address(webhook, allow_private=found.allow_private)
    draft = drafted(question, holdings.filters(limits), webhook=webhook)
    with _asking(found) as asking:
        if asking.kept.full(None):
            raise ValueError(f"{MOST} questions are saved already; `footnote saved remove` one")
        return asdict(asking.save(draft))


@saved.command("list")
def list_(as_json: Json = False, key: Key = None) -> None:
    """List the saved questions, how much is new for each since the last look, and what went wrong.

    \b
    Examples:
      footnote saved list
    """
    found = settings()
    if server := _server(found, key):
        rows = server.call("GET", "/v1/saved")["saved"]
    else:
        rows = [_line(asdict(row)) for row in _kept(found).all()]
    for row in rows:
        if as_json:
            say(row)
            continue
        print(f"{row['id']}  {row['new']:,} new  {row['question']}")
        for name in ("failure", "webhook_failure"):
            if row[name]:
                print(f"    {name.replace('_failure', '')}: {row[name]}")


@saved.command("remove")
def remove(
    ids: Annotated[list[str], typer.Argument(metavar="IDS...", help="As `list` shows them.")],
    key: Key = None,
) -> None:
    """Save questions no more.

    \b
    Examples:
      footnote saved remove 0a1b2c3d4e5f60718293a4b5c6d7e8f9
    """
    found = settings()
    if server := _server(found, key):
        for id in ids:
            server.call("DELETE", f"/v1/saved/{id}")
        return
    kept = _kept(found)
    _known(kept, ids)
    for id in ids:
        kept.remove(id)


@saved.command("check", cls=PlainHelp)
def check(
    ids: Annotated[list[str], typer.Argument(metavar="[IDS]...", help="These only.")] = [],  # noqa: B006
    as_json: Json = False,
    key: Key = None,
) -> None:
    """Ask again where articles came in, and show what is new since the last look; this is one.

    \b
    Examples:
      footnote saved check
    """
    found = settings()
    if server := _server(found, key):
        rows = server.call("GET", "/v1/saved")["saved"]
        wanted = ids or [row["id"] for row in rows]
        for id in wanted:
            _show(server.call("POST", f"/v1/saved/{id}/look"), as_json=as_json)
        return
    kept = _kept(found)
    if not (wanted := _known(kept, ids)):
        return
    with _asking(found) as asking:
        for id in wanted:
            if looked := asking.look(id):
                row, sentences = looked
                shown = {"new": len(sentences), "sentences": [asdict(one) for one in sentences]}
                _show(_line(asdict(row)) | shown, as_json=as_json)
    _send(found)


def catch_up(found: "Settings", key: str | None) -> None:
    """After articles came in: asks again and tells webhooks, each once. A server that runs does so
    by itself; what goes wrong is told and undoes nothing."""
    try:
        if not _kept(found).all() or _server(found, key):
            return
        with _asking(found) as asking:
            for row in asking.behind():
                asking.again(row)
        _send(found)
    except (ValueError, RuntimeError, OSError) as error:
        print(f"footnote: saved questions: {error}", file=sys.stderr)


def _send(found: "Settings") -> None:
    """One try for each message that waits; what fails waits for the next command or server."""
    from qa.saved.webhook import Webhooks

    Webhooks(_kept(found), allow_private=found.allow_private).round()


def _server(found: "Settings", key: str | None) -> "Remote | None":
    from ui.remote import Remote

    return Remote.find(found.data, key)


def _kept(found: "Settings") -> "KeptQuestions":
    from qa.saved.kept import KeptQuestions

    return KeptQuestions(found.data)


def _known(kept: "KeptQuestions", ids: list[str]) -> list[str]:
    """These ids, or all when none is given. Raises ValueError for one that is not there."""
    known = [row.id for row in kept.all()]
    if wrong := next((id for id in ids if id not in known), None):
        raise ValueError(f"there is no saved question {wrong!r}; see `footnote saved list`")
    return ids or known


@contextmanager
def _asking(found: "Settings") -> Iterator["Asking"]:
    from qa.build import build
    from qa.endpoint.keys import Keys
    from qa.saved.asking import Asking

    with build(found.model_copy(update={"writer": "quote"})) as pipeline:
        yield Asking(pipeline, _kept(found), Keys(found.data))


def _line(row: dict[str, Any]) -> dict[str, Any]:
    """What the endpoint tells of a question: no secret, and how many sentences are new."""
    inner = ("key", "secret", "seen", "unsent", "filters")
    kept = {name: row[name] for name in row if name not in inner}
    return {**kept, **row["filters"], "new": len(row["new"])}


def _show(row: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say(row)
        return
    print(f"{row['question']}: {row['new']:,} new")
    for one in row["sentences"]:
        cited = one["citation"]
        print(f"  - {cited['text']}\n    {cited['title']}, {cited['published'] or 'no date'}")
    if row["failure"]:
        print(f"  not asked: {row['failure']}")
