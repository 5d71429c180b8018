"""Reads rows of article fields out of files: Markdown, text, HTML, PDF, Word, EPUB, e-mail, JSON,
CSV, feeds, archives.

Nothing here knows articles: a file gives rows of fields, or ValueErrors that say why not.
"""

import io
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, cast

from index import child
from index.allowance import Allowance, Spent
from index.byline import with_byline
from index.encoding import SAMPLE, decode, guessed
from index.front_matter import front_matter
from index.mail import messages
from index.tables import COLUMNS, LIMIT, Fields, Row, fields, parse, table
from index.zips import LeftOut, member, names, opened

SUFFIXES = {
    ".md": "text",
    ".markdown": "text",
    ".txt": "text",
    ".text": "text",
    ".pdf": "pdf",
    ".json": "json",
} | {
    **{
        ".html": "html",
        ".htm": "html",
        ".xhtml": "html",
        ".rss": "feed",
        ".atom": "feed",
        ".xml": "feed",
    },
    **{".docx": "docx", ".epub": "epub", ".eml": "mail", ".mbox": "mbox", ".zip": "zip"},
    **{".jsonl": "lines", ".ndjson": "lines", ".csv": "csv", ".tsv": "tsv"},
}
BEGINNINGS = (  # how standard input shows what it is; anything else is Markdown
    ("pdf", re.compile(rb"%PDF-")),
    (
        "feed",
        # Atomic: of one comment it would try to make many, and of many one.
        re.compile(rb"(?:<\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*<(?:rss|feed|rdf:RDF)\b", re.DOTALL),
    ),
    ("html", re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)),
    ("lines", re.compile(rb'\{\s*"[^\n]*(?:\}\s*\n|\Z)')),  # its first line is whole
    ("json", re.compile(rb'\{\s*"|\[\s*\{')),
)


def read(path: Path, columns: Mapping[str, str]) -> Iterator[Row]:
    """The rows of a file; `-` is standard input. `columns` names the column of a field where the
    usual names do not."""
    try:
        if unknown := sorted(set(columns) - set(COLUMNS)):
            raise ValueError(
                f"column map has {unknown[0]!r}; known fields are {', '.join(COLUMNS)}"
            )
        if str(path) == "-":
            yield from _rows(cast(io.BufferedReader, sys.stdin.buffer), "", columns)
        elif not path.is_file():
            raise ValueError("is not a regular file; name a file or a folder")
        elif path.suffix.lower() not in SUFFIXES:
            raise ValueError(f"files of its kind are not read; known are {' '.join(SUFFIXES)}")
        else:
            with path.open("rb", buffering=SAMPLE) as file:
                yield from _rows(cast(io.BufferedReader, file), path.suffix.lower(), columns)
    except OSError as error:
        yield 0, ValueError(f"cannot be read: {error.strerror or error}")
    except UnicodeDecodeError as error:
        yield 0, ValueError(f"is not {error.encoding} all through; save it as UTF-8")
    except ValueError as error:
        yield 0, error


def rows_of(content: bytes, suffix: str) -> Iterator[Row]:
    """The rows of what was fetched; a suffix that is not known leaves its kind to be told by how it
    begins."""
    file = cast(io.BufferedReader, io.BufferedReader(io.BytesIO(content), SAMPLE))
    try:
        yield from _rows(file, suffix, {})
    except UnicodeDecodeError as error:
        yield 0, ValueError(f"is not {error.encoding} all through; it cannot be read")
    except ValueError as error:
        yield 0, error


def _rows(
    file: io.BufferedReader,
    suffix: str,
    columns: Mapping[str, str],
    archive: Allowance | None = None,
) -> Iterator[Row]:
    """`archive` is the time of the archive that the file is in."""
    kind = SUFFIXES.get(suffix) or _kind(file)
    if kind in ("lines", "csv", "tsv"):
        yield from table(file, kind, columns)
        return
    if kind == "mbox":
        yield from _messages(file, archive)
        return
    content = file.read(LIMIT + 1)
    if len(content) > LIMIT:
        raise ValueError(f"is larger than {LIMIT // 1_000_000} MB; split it")
    if not content.strip():
        raise ValueError("is empty; give it some text or remove it")
    if kind == "zip":
        yield from _members(content, columns)
    elif kind == "text":
        yield 0, with_byline(front_matter(decode(content))) | _doubt(content)
    elif kind == "json":
        yield from _objects(parse(decode(content).encode()), columns)
    else:
        extract = archive.extract if archive else child.extract
        yield from _extracted(kind, content, extract)


def _messages(file: io.BufferedReader, archive: Allowance | None) -> Iterator[Row]:
    """The rows of a mailbox, up to the first message for which no time is left."""
    read = partial(archive.extract, "mail") if archive else Allowance().message
    for number, row in messages(file, read):
        if isinstance(row, Spent):
            yield number, ValueError(f"with all that comes after it {row}")
            return
        yield number, row


def _extracted(
    kind: str, content: bytes, extract: Callable[[str, bytes], list[Fields]]
) -> Iterator[Row]:
    """What is taken out of a page, a PDF, a feed, a document or a mail in a child process; of these
    a feed alone has numbered rows."""
    if kind == "html":
        for row in extract(kind, decode(content).encode()):
            yield 0, with_byline(row) | _doubt(content)
    elif kind == "pdf":
        for row in extract(kind, content):
            yield 0, row | with_byline({"text": row["text"]})
    else:
        for number, row in enumerate(extract(kind, content), 1):
            yield number if kind == "feed" else 0, row


def _kind(file: io.BufferedReader) -> str:
    """What a file is by how it begins; text when nothing else."""
    start = file.peek(1)[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    for kind, form in BEGINNINGS:
        if form.match(start):
            return kind
    return "text"


def _objects(parsed: Any, columns: Mapping[str, str]) -> Iterator[Row]:
    """The rows of a list in JSON, numbered from 1; anything else is the one row 0."""
    if not isinstance(parsed, list):
        yield 0, fields(parsed, columns)
        return
    if not parsed:
        raise ValueError("has no rows; give it some or remove it")
    for number, row in enumerate(parsed, 1):
        yield number, fields(row, columns)


def _members(content: bytes, columns: Mapping[str, str]) -> Iterator[Row]:
    """The rows of each file in an archive, under the file's name; one that cannot be read keeps no
    other out."""
    archive, time = opened(content), Allowance(len(content))
    inside = list(names(archive))
    if not inside:
        raise ValueError("has no files; pack some into it or remove it")
    for name in inside:
        suffix = PurePosixPath(name).suffix.lower()
        try:
            if suffix == ".zip":
                raise ValueError("is an archive in an archive; unpack it")
            if suffix not in SUFFIXES:
                raise LeftOut("files of its kind are not read")
            unpacked = io.BufferedReader(io.BytesIO(member(archive, name)), SAMPLE)
            file = cast(io.BufferedReader, unpacked)
            for row, fields in _rows(file, suffix, columns, time):
                yield (f"{name}#{row}" if row else name), fields
        except UnicodeDecodeError as error:
            yield name, ValueError(f"is not {error.encoding} all through; save it as UTF-8")
        except ValueError as error:
            yield name, error


def _doubt(content: bytes) -> Fields:
    """What is to be said of the text's encoding, as the field `doubt`."""
    name = guessed(content)
    return {"doubt": f"its encoding was guessed as {name}; save it as UTF-8"} if name else {}
