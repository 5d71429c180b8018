"""Files that are added over the page: each one's articles replace those that its uploader's key had
under its name."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.exceptions import HTTPException

from index.articles import ArticleError
from index.index import Index
from index.loading import load
from index.records import Article
from index.store import StoreError
from qa.endpoint.reach import writable
from ui.guard import bounds
from ui.texts import Texts

WORDS = {"added": "added", "unchanged": "unchanged", "replaced": "replaced", "removed": "dropped"}
COLUMNS = {  # fields that a table's columns are chosen for, and the text that asks for each
    "text": "text_column",
    "title": "title_column",
    "published": "date_column",
    "source": "source_column",
}
UPLOADED = "upload:"  # begins the origin of what was added over the page
ROWS = 20_000  # of one file: they are held until all are read, and then written
SHOWN = 3  # lines of what is wrong with a file
KEPT = 100  # faults, and warnings, of one file that are kept: it may have millions


@dataclass(frozen=True)
class Outcome:
    """What became of a file, in words; `columns` are those of a table in which no text was
    recognised."""

    text: str
    columns: tuple[str, ...] = ()


class Uploads:
    """Takes files into one index."""

    def __init__(
        self, index: Index, say: Texts, request: gr.Request, *, keep: bool = False
    ) -> None:
        """With `keep` nothing that is there already is replaced: a changed file makes articles
        beside the old ones."""
        self.index, self.say, self.keep = index, say, keep
        self.held = bounds(request)
        self.owner = str(getattr(request.request.state, "owner", ""))  # type: ignore[union-attr]

    def take(self, path: Path, columns: Mapping[str, str], name: str = "") -> Outcome:
        """One file; what cannot be taken is said, and nothing is raised for it. `name` is where it
        stood in the folder that was added, when it was one."""
        faults: list[ArticleError] = []
        warnings: list[ArticleError] = []
        place = f"{UPLOADED}{self.owner}/{name or path.name}"
        rows = count(1)

        def report(fault: ArticleError) -> None:
            is_warning = isinstance(fault, Warning)
            kept = warnings if is_warning else faults
            if len(kept) < KEPT:
                kept.append(fault)
            if not is_warning:
                _check(next(rows), path)

        try:
            root = None if self.keep else path.parent
            articles = []
            for article in load(path, root, columns=columns, report=report):
                _check(next(rows), path)
                articles.append(article if self.keep else _placed(article, place))
            # Of a file that could not be read whole, nothing that was there before is known to be
            # gone.
            origins = [] if self.keep or faults else [place]
            placed = [writable(self.index, self.held, article) for article in articles]
            told: list[Article | Exception] = [*placed, *faults, *warnings]
            done = self.index.ingest(told, missing_from=origins, held=self.held)
        except (ArticleError, StoreError) as error:
            return Outcome(self._here(str(error), path, place))
        except HTTPException as error:
            detail: Any = error.detail
            return Outcome(str(detail["message"]))
        if unknown := next((one.columns for one in faults if one.columns), ()):
            return Outcome(self.say.unknown_columns, unknown)
        counts = {name: getattr(done, name) for name in WORDS}
        lines = [getattr(self.say, WORDS[name]).format(n) for name, n in counts.items() if n]
        wrong = [*done.failed, *done.warnings]
        lines += [self._here(line, path, place) for line in wrong[:SHOWN]]
        return Outcome("; ".join(lines) or self.say.nothing)

    def _here(self, line: str, path: Path, place: str) -> str:
        """A line as the visitor may read it, who knows the file by its name."""
        return line.replace(f"{path.parent}/", "").replace(place, place.rpartition("/")[2])


def _check(row: int, path: Path) -> None:
    """Raises ArticleError for the first row of a file that is one too many."""
    if row > ROWS:
        remedy = "split it, or add it with footnote ingest"
        raise ArticleError(
            str(path), f"has more than {ROWS:,} rows, and nothing is taken; {remedy}"
        )


def _placed(article: Article, place: str) -> Article:
    """One that only its file's name names is called by its uploader's name for the file."""
    path = article.path or ""
    own = article.id == path or article.id.startswith(f"{path}#")
    id = place + article.id.removeprefix(path) if own else article.id
    return replace(article, id=id, origin=place)
