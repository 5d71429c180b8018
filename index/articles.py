"""Makes articles: checks their fields, and finds and loads the files they come in."""

import errno
import glob
import hashlib
import json
import os
import re
import reprlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.markup import ADDRESS
from index.records import Article
from index.sentences import split
from index.tables import Row
from index.zips import LeftOut

if TYPE_CHECKING:
    from index.fetch import Page

LONGEST_TEXT = 20_000_000  # characters
LONGEST_FIELD = 2_000
LONGEST_COLLECTION = 100
MOST_COLLECTIONS = 100  # of one article
LONGEST_TITLE = 200  # of a title taken from the text
STDIN = "-"

UNSTORABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]|([\ud800-\udfff])")

# What ends a line or is not to be seen: "\n" in "two\nlines", U+2028.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class ArticleError(ValueError):
    """Input that cannot become an article: `where: what is wrong; the remedy`, in one line. `columns` are those of a table
    in which no text was recognised."""

    columns: tuple[str, ...] = ()

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(where, problem)
        self.where, self.problem = where, problem

    def __str__(self) -> str:
        return " ".join(_clean(f"{self.where}: {self.problem}").split())


class ArticleWarning(ArticleError, Warning):
    """Something wrong with an article that is taken all the same."""


Report = Callable[[ArticleError], None]


def make_article(  # an article's fields  # noqa: PLR0913
    text: str,
    *,
    title: object = None,
    source: object = None,
    url: object = None,
    author: object = None,
    published: object = None,
    path: str | None = None,
    id: object = None,
    origin: object = None,
    collections: object = None,
) -> Article:
    """An article whose fields are checked; its id is the one given, else its URL, its path, or a digest of its text, in
    Unicode's composed form (NFC).

    NUL, other control characters and lone surrogates are replaced one for one, so offsets into the caller's text hold;
    nothing else of the text changes. The hash leaves out id and path: the same article under another name has the same.
    """
    given = [value for value in (id, url, path) if isinstance(value, str) and value]
    where = given[0][:LONGEST_FIELD] if given else "article"
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise ArticleError(
            where, f"its text is not text of at most {LONGEST_TEXT:,} characters; split it"
        )
    text = _clean(text)
    if not any(map(str.isalnum, text)):
        raise ArticleError(where, "has no text; give it some or leave it out")
    title = _field(where, "title", title) or _first_line(text)
    source, author = _field(where, "source", source) or "", _field(where, "author", author)
    url, day = _url(where, url), iso_day(where, published)
    name = _id(where, id) or _composed(where, url or path)
    path = _clean(path) if path else None
    place = _field(where, "origin", origin)
    article = Article(name or "", text, title, source, url, author, day, path, "", place)
    article = among(article, None)
    if name is None:
        article = replace(article, id=f"text-{article.hash[:16]}")
    return among(article, collection_names(where, collections))


def among(article: Article, collections: Iterable[str] | None) -> Article:
    """The same article in these collections, with the hash that it has there."""
    names = None if collections is None else tuple(sorted(set(collections)))
    told: list[object] = [article.text, article.title, article.source, article.url, article.author]
    told += [article.published, *([names] if names else [])]
    digest = hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
    return replace(article, collections=names, hash=digest)


def without(article: Article, collection: str) -> Article:
    """The same article, no longer in this collection."""
    return among(article, (name for name in article.collections or () if name != collection))


def collection_names(where: str, value: object) -> list[str] | None:
    """The names of a list, or of a text that separates them by commas; None for nothing."""
    if value is None:
        return None
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, (list, tuple)) or len(given) > MOST_COLLECTIONS:
        shown = reprlib.repr(value)[:80]
        most = f"not up to {MOST_COLLECTIONS} names"
        raise ArticleError(where, f"collections is {shown}, {most}; write them as [one, two]")
    named = [_field(where, "collections", name) for name in given]
    if long := next((name for name in named if name and len(name) > LONGEST_COLLECTION), None):
        most = f"{LONGEST_COLLECTION} characters are the most"
        raise ArticleError(where, f"collections has {long[:80]!r}; {most}")
    return [name for name in named if name]


def _clean(text: str) -> str:
    return UNSTORABLE.sub(lambda match: "\ufffd" if match[1] else " ", text)


def _field(where: str, name: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ArticleError(
            where, f"{name} is {reprlib.repr(value)[:80]}, not text; put it in quotes"
        )
    if len(value) > LONGEST_FIELD:
        raise ArticleError(
            where, f"{name} has {len(value):,} characters; {LONGEST_FIELD:,} are the most"
        )
    return " ".join(_clean(value).split()) or None


def _id(where: str, value: object) -> str | None:
    return _field(where, "id", _composed(where, value) if isinstance(value, str) else value)


def _composed(where: str, name: str | None) -> str | None:
    """The two ways to write an é make one id; one with a line break or a control character would be no name."""
    if not name or not (name := name.strip()):
        return None
    if odd := CONTROL.search(name):
        told = f"its id has the control character {odd[0]!r}; take it out of the id"
        raise ArticleError(where, told)
    return unicodedata.normalize("NFC", name)


def _url(where: str, value: object) -> str | None:
    url = _field(where, "url", value)
    if url is not None and not ADDRESS.fullmatch(url):
        raise ArticleError(where, f"url is {url[:80]!r}; give an http(s) address or leave it out")
    return url


def iso_day(where: str, value: object) -> str | None:
    """The ISO date of a text that writes one without ambiguity, in the zone it is written in, or of seconds from 1970."""
    if value is None or value == "":
        return None
    written = " ".join(str(value).split())
    if isinstance(value, (str, int, float)) and len(written) < 60:
        for read in (_iso, _seconds, _spelt):
            try:
                return read(written).isoformat()
            except (ValueError, OverflowError):
                continue
    raise ArticleError(
        where, f"published is {reprlib.repr(value)[:80]}, not a date; write it like 2025-10-17"
    )


def _iso(written: str) -> date:
    """`2025-10-17`, `2025/10/17` or `20251017`, whatever time follows the first two."""
    if re.fullmatch(r"\d{8}", written):
        return date.fromisoformat(written)
    day = written[:10].replace("/", "-")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", day) or written[10:11].isdigit():
        raise ValueError
    return date.fromisoformat(day)


def _seconds(written: str) -> date:
    """Those of a day since 2001, or thousandths: a shorter number may be a year."""
    if not re.fullmatch(r"[0-9]{10}(?:[0-9]{3}|\.[0-9]+)?", written):
        raise ValueError
    return datetime.fromtimestamp(int(written[:10]), UTC).date()


def _spelt(written: str) -> date:
    """Any other form that has a day, a month and a year and can be read in one way only: `04/03/2025` can be read in two."""
    from dateutil import parser  # type: ignore[import-untyped]

    if not re.search(r"\d", written) or written.isdigit():
        raise ValueError
    readings: set[date] = {
        parser.parse(written, default=default, dayfirst=dayfirst, ignoretz=True).date()
        for default in (
            datetime(2001, 1, 1),
            datetime(2002, 2, 2),
        )  # what differs between them is not in the text
        for dayfirst in (False, True)
    }
    if len(readings) != 1:
        raise ValueError
    return readings.pop()


def _first_line(text: str) -> str:
    """A title from the text: its first top heading, else its first sentence; a long one is cut at a space."""
    opening = text.lstrip()[:4000]
    heading = re.search(r"^# +(.*[^\W_].*)$", opening, re.MULTILINE)
    first = heading[1] if heading else _worded(opening) or _worded(text)
    title = " ".join(first.strip("*_# \t").split())
    return (
        title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
    )


def _worded(text: str) -> str:
    return next((one.text for one in split(text) if any(map(str.isalnum, one.text))), "")


def load(
    path: Path,
    root: Path | None,
    *,
    columns: Mapping[str, str] | None = None,
    report: Report | None = None,
    collections: Sequence[str] = (),
) -> Iterator[Article]:
    """The articles of one file (`-` is standard input); ids come from the path relative to `root`, without one from the text.

    `columns` says which column of a table holds a field (`{"text": "story"}`). The articles go into these `collections`
    beside those that they name themselves. Without `report` the first thing wrong is
    raised as ArticleError; with it each is handed over and the rest goes on. A field that cannot be read stays unknown, which
    one ArticleWarning says of them all.
    """
    from index.formats import read

    given = path.relative_to(root) if root and path.is_relative_to(root) else Path(path.name)
    name = (
        None
        if not root or str(path) == STDIN
        else os.fsencode(given.as_posix()).decode("utf-8", "replace")
    )
    told = {"report": report, "collections": collections}
    yield from from_rows(read(path, columns or {}), str(path), name, **told)  # type: ignore[arg-type]


def from_page(
    page: "Page", *, report: Report | None = None, collections: Sequence[str] = ()
) -> Iterator[Article]:
    """The articles of what was fetched. A page is known by where it was found, whatever it says that its address is, unless
    that is of the same host."""
    from index.formats import rows_of

    host = urlsplit(page.url).netloc
    rows = []
    for row, fields in rows_of(page.content, page.suffix):
        if not isinstance(fields, ValueError):
            url = str(fields.get("url") or "")
            if not row and urlsplit(url).netloc != host:
                fields["url"] = page.url
            elif row and not (fields.get("id") or url):
                fields["id"] = f"{page.url}#{row}"
        rows.append((row, fields))
    yield from from_rows(rows, page.url, None, report=report, collections=collections)


def from_rows(
    rows: Iterable[Row],
    place: str,
    name: str | None,
    *,
    report: Report | None = None,
    collections: Sequence[str] = (),
) -> Iterator[Article]:
    """The articles of the rows of one file or page; `name` is the id where nothing else gives one. See `load`."""
    from index.byline import byline

    for row, fields in rows:
        where = f"{place}:{row}" if row else place
        try:
            if isinstance(fields, LeftOut):
                if report:
                    report(ArticleWarning(where, f"left out: {fields}"))
                continue
            if isinstance(fields, ValueError):
                raise fields
            if line := byline(str(fields.get("author") or "")):
                fields["author"] = line.author
            doubt = fields.pop("doubt", None)
            odd = _drop_odd(where, fields) + ([doubt] if doubt else [])
            if odd and report:
                report(ArticleWarning(where, "; ".join(odd)))
            if collections:
                own = collection_names(where, fields.get("collections")) or []
                fields["collections"] = [*own, *collections]
            if row and name and not (fields.get("id") or fields.get("url")):
                fields["id"] = f"{name}#{row}"
            article = make_article(**fields, path=name)
        except ValueError as error:
            told = ArticleError(where, getattr(error, "problem", str(error)))
            told.columns = getattr(error, "columns", ())
            _tell(told, report)
        else:
            yield article


def _drop_odd(where: str, fields: dict[str, Any]) -> list[str]:
    """Makes every field unknown that no article can have, but for its text; returns what is wrong with each."""
    odd = []
    for name, value in fields.items():
        try:
            if name == "published":
                iso_day(where, value)
            elif name == "url":
                _url(where, value)
            elif name == "collections":
                collection_names(where, value)
            elif name == "id":
                _id(where, value)
            elif name != "text":
                _field(where, name, value)
        except ArticleError as error:
            fields[name] = None
            odd.append(error.problem)
    return odd


def walk(
    paths: Iterable[str | Path],
    *,
    report: Report | None = None,
    others: list[Path] | None = None,
    links: bool = False,
) -> Iterator[tuple[Path, Path]]:
    """Every file to load and the folder its id is relative to, each once, in a stable order; hidden files are left out.

    A path is a file, a folder (with all below it), a pattern (its ids are relative to the part without wildcards) or `-`.
    Of a folder's files those of a kind that is not read go to `others`. A link inside a folder that leads out of it is
    followed only with `links`; else an ArticleWarning names it.
    """
    taken: set[Path] = set()
    others = [] if others is None else others
    for given in map(str, paths):
        files = list(_expand(given, report, others, links))
        for path, root in files:
            if path.resolve() not in taken:
                taken.add(path.resolve())
                yield path, root
        if not files:
            _tell(ArticleError(given, "no file is there; check the path"), report)


def _expand(
    given: str, report: Report | None, others: list[Path], links: bool
) -> Iterator[tuple[Path, Path]]:
    from index.formats import SUFFIXES

    def unread(error: OSError) -> None:
        _tell(
            ArticleError(
                str(error.filename), f"cannot be read: {error.strerror}; see who may read it"
            ),
            report,
        )

    def leads_out(file: Path) -> bool:
        """Whether a link leads out of the folder and is left out for it, which is told."""
        if links or not file.is_symlink() or file.resolve().is_relative_to(path.resolve()):
            return False
        if report:
            told = (
                f"leads to {file.resolve()}, outside of {path}; it is followed with --follow-links"
            )
            report(ArticleWarning(str(file), told))
        return True

    def new(folder: Path) -> bool:
        """A folder, or a link to one elsewhere that was not followed yet: links may lead round in a circle."""
        real = folder.resolve()
        known = real in linked or real.is_relative_to(path.resolve())
        if leads_out(folder):
            return False
        linked.add(real)
        return not (folder.is_symlink() and known)

    path, linked = Path(given), set[Path]()
    if path.is_dir():
        for folder, folders, names in os.walk(path, onerror=unread, followlinks=True):
            folders[:] = [
                name for name in sorted(folders) if name[0] != "." and new(Path(folder, name))
            ]
            for name in sorted(names):
                file = Path(folder, name)
                if name[0] == ".":
                    continue
                if file.suffix.lower() not in SUFFIXES:
                    others.append(file)
                elif not leads_out(file):
                    yield file, path
    elif given == STDIN or path.exists():
        yield path, path.parent
    else:
        for above in {
            folder for parent in path.parents for folder in glob.glob(str(parent), recursive=True)
        }:
            if os.path.isdir(above) and not os.access(
                above, os.R_OK | os.X_OK
            ):  # glob leaves it out in silence
                unread(PermissionError(errno.EACCES, os.strerror(errno.EACCES), above))
        fixed = Path(os.path.dirname(re.split(r"[*?[]", given, maxsplit=1)[0]))
        matches = sorted(glob.glob(given, recursive=True))
        yield from (
            (file, fixed) for match in matches for file, _ in _expand(match, report, others, links)
        )


def _tell(error: ArticleError, report: Report | None) -> None:
    if report is None:
        raise error from None
    report(error)
