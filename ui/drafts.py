"""`footnote check`: a file's sentences against the articles, here or by the server that holds
them."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from qa.settings import Settings
from ui.remote import Remote


def check(settings: Settings, file: Path, key: str | None) -> list[dict[str, Any]]:
    """The checked sentences as `POST /v1/check` returns them. Raises ValueError for a file that
    cannot be read."""
    from index.loading import load

    texts = [article.text for article in load(file, None)]
    if (server := Remote.find(settings.data, key)) is not None:
        return [one for text in texts for one in server.check(text)]
    from qa.build import build
    from qa.drafts import Checker

    with build(settings) as pipeline:
        checker = Checker(pipeline.index, pipeline.verifier)
        return [asdict(one) for text in texts for one in checker.check(text)]


def show(sentence: dict[str, Any]) -> None:
    """One sentence, what was found of it, and its sources."""
    finding = sentence["finding"].replace("_", " ")
    reason = f": {sentence['reason']}" if sentence["reason"] else ""
    print(f"{sentence['text']}\n  {finding}{reason}")
    for source in sentence["sources"]:
        print(f"  - {source['text']}\n    {source['title']}, {source['published'] or 'no date'}")
