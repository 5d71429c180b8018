"""Makes files of every kind that were made to break their reader, and reads them: each ends as an article or a named fault.

usage: python tests/benchmarks/any_files.py [KIND ...] [--examples 200] [--largest 20000000]

Half of them nest and repeat what their format nests and repeats, up to `--largest` bytes; half are whole files with some bytes
changed. Prints one JSON object with, for each kind, how many were tried and the most that one took: processor seconds of this
process and of its child, bytes of memory of this process. Exits 1 with the file when one raised, named no fault, took more
than what a child may take of time (a table a fifth of a millisecond more for each line), or of memory.
tests/index/test_any_files.py runs a few of each.
"""

import argparse
import io
import json
import resource
import signal
import sys
import tempfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from index.sentences import split

Strategy = st.SearchStrategy[bytes]
OUTSIDE = 20  # processor seconds in this process for one file, as many as its child may take
A_LINE = 0.0002  # processor seconds more for each line of a table, each of which may be an article
LINED = (".csv", ".tsv", ".jsonl")
CONTAINERS = (".mbox", ".zip")  # whose time is that of several files
MEMORY = 1_500_000_000  # bytes of Python's objects in this process for one file
LONGEST_FAULT = 5_000  # characters
WORDS = b"The harbour of Dover opened on Monday after a storm, the mayor said. "


def packed(members: Mapping[str, bytes]) -> bytes:
    """A zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return file.getvalue()


def docx(page: bytes, **more: bytes) -> bytes:
    """A Word document whose main part, and others of word/, are these bytes."""
    kind = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    types += b'<Default Extension="xml" ContentType="%s"/></Types>' % kind
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    )
    main = f'<Relationship Id="r" Type="{office}/officeDocument" Target="word/document.xml"/>'
    others = "".join(f'<Relationship Id="{n}" Type="{office}/{n}" Target="{n}.xml"/>' for n in more)
    end = "</Relationships>"
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": f"{relations}{main}{end}".encode(),
        "word/_rels/document.xml.rels": f"{relations}{others}{end}".encode(),
        "word/document.xml": page,
    }
    return packed(parts | {f"word/{name}.xml": content for name, content in more.items()})


def epub(package: bytes, chapter: bytes) -> bytes:
    """A book of one chapter."""
    container = b'<container><rootfiles><rootfile full-path="c.opf"/></rootfiles></container>'
    return packed({"META-INF/container.xml": container, "c.opf": package, "a.xhtml": chapter})


def pdf(content: bytes) -> bytes:
    """A page whose content is these bytes, without a table of its objects."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 700]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page]
    objects += [b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)]
    objects += [b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Size 6/Root 1 0 R>>\n%%EOF"


def row(text: bytes) -> bytes:
    return b'{"title": "A", "text": "%s"}' % text


W = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
P, R = b"<w:p><w:r><w:t>", b"</w:t></w:r></w:p>"
ENDED = b"</w:body></w:document>"
PACKAGE = b'<package><manifest><item id="a" href="a.xhtml"/></manifest><spine>'
SPINED = b'<itemref idref="a"/></spine></package>'
PAGE = b"<html><body><p>" + WORDS * 3 + b"</p></body></html>"
MAIL = b"From: Ann <a@b.example>\nSubject: A\nDate: Mon, 04 Mar 2019 22:30:00 -0800\n\n" + WORDS
PARTED = b"Subject: A\nContent-Type: multipart/mixed; boundary=b\n\n"
HTML_MAIL = b"Subject: A\nContent-Type: text/html\n\n"
FEED = b"<rss><channel><item><title>A</title><description>%s</description></item></channel></rss>"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a0 "ha">%s]>' % b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
)
OPS = b"BT /F 12 Tf 72 700 Td (" + WORDS + b") Tj ET "

WHOLE: dict[str, bytes] = {  # a right file of each kind
    ".md": b"---\ntitle: A\ntags: [a, b]\npublished: 2025-10-17\n---\n\n# A\n\nBy Ann Lee\n\n"
    + WORDS,
    ".txt": b"A\n\n" + WORDS,
    ".csv": b'title,text\nA,"' + WORDS + b'"\n',
    ".tsv": b"title\ttext\nA\t" + WORDS + b"\n",
    ".json": b"[" + row(WORDS) + b"]",
    ".jsonl": row(WORDS) + b"\n" + row(WORDS) + b"\n",
    ".html": PAGE,
    ".rss": FEED % WORDS,
    ".atom": b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><summary>'
    + WORDS
    + b"</summary><updated>2025-10-17T08:00:00Z</updated></entry></feed>",
    ".pdf": pdf(OPS),
    ".docx": docx(W + P + WORDS + R + ENDED),
    ".eml": MAIL,
    ".mbox": b"From a\n" + MAIL + b"\n\nFrom b\n" + MAIL,
    ".epub": epub(PACKAGE + SPINED, PAGE),
    ".zip": packed(
        {"a.md": WORDS, "b.html": PAGE, "c.eml": MAIL, "d.tsv": b"text\ttitle\n" + WORDS + b"\tA"}
    ),
}

Parts = tuple[list[bytes], list[bytes], list[bytes]]


def parts(openings: bytes, pieces: bytes, closings: bytes) -> Parts:
    """What a format begins with, repeats and ends with, each a list that `~` separates."""
    return openings.split(b"~"), pieces.split(b"~"), closings.split(b"~")


DASHED = b"~---\n~---\ntitle: ~---\na: &a ~+++\n~+++\na = ~By ~\xff\xfe"
TABLES = b'text,title\n~text;x\n~~text\n~text,title\n"~\xff\xfe~text,a,a,a\n'
VALUES = b'[~{~{"a":~1~[],~{},~"a",~{"name":~\\u0000~"~1,~{"text":"a"},~-1e9,~ ~"a":1,~\\ud800'
TAGS = b"<div>~<p>x~</p>~<a href='#'>~&amp;~ a='b'~<q>~<sup>1</sup>~<td>~<svg>~<b><p>~<li>~&a11;~x "
FEEDS = b"<rss><channel>~<rss><channel><item><author>~<feed><entry><title>~<?xml?>~<rdf:RDF><item>~"
ITEMS = b"a.~<item>~<b>~&lt;p&gt;~ a='b'~<![CDATA[~]]>~<author>~&a11;~<item><title>A</title></item>"
OBJECTS = b"<<~[~(~1 0 R ~/A ~endobj\n~stream\n~0000000000 65535 f \n~1 0 obj\n~<</Kids[2 0 R]>>"
MAILS = b"Subject: A\n\n~%s~%s~Date: ~Subject: =?utf-8?q?~From: ~\n\n~Content-Type: text/plain; "
SECTIONS = (
    b"--b\n~--b\nContent-Type: message/rfc822\n\nSubject: A\n~a@b, ~=?utf-8?q?a?= ~(~a: b\n~\n ~<"
)
SECTIONS += b"~--b\nContent-Type: multipart/mixed; boundary=b\n\n~<p>~;a*0=b~Words. \n~\\~a."
SECTIONS += b"~--b\nContent-Disposition: attachment; filename=a.txt\n\nx\n"
FLOWED = (
    b"~Content-Type: text/plain; format=flowed\n\n~Content-Type: text/html; charset=idna\n\nxn--"
)
RUNS = (
    b"<w:p>~<w:tbl><w:tr><w:tc>~<w:r>~&a11;~<w:t>x~<w:ins>~x~<w:hyperlink>~ a='b'~<a xmlns:w='b'>"
)

OPENED: dict[str, Parts] = {
    ".md": parts(
        DASHED,
        b'[~{~- ~? ~a: ~&a ~*a, ~ ~a.~[a.a]\n~[[a]]\n~"""~a~> ~| a ~#~*~\n~\r~1,000~\'~Mr. ',
        b"\n---\nWords of it.~\n+++\nWords of it.~=1\n+++\nWords of it.~ Words of it.",
    ),
    ".txt": parts(
        b"~\xff\xfe~\xfe\xff~<meta charset=punycode>\xff~<meta charset=utf-7>\xff",
        b"x~. ~\n~\xff~\0a~\r~By A B, ~\xcc\x81~A. ~\xe2\x80\x9c~Mr. ~1,000~+A~\xd8\0~(~ ~\xe3\x80\x82",
        b"~ Words of it.",
    ),
    ".csv": parts(TABLES, b',~"~a,~a\n~a,b\n~\n~"",~"a",~\t~\r~a~ \n', b'~\nA,B\n~"'),
    ".json": parts(
        b'~{"text": ~[~[%s,~{"text": "A.", "published": ' % row(b"A"), VALUES, b'~]~}~"}'
    ),
    ".html": parts(
        b"<html><body>~<article><p>~<table>~<!--~<p title='~<?xml?>~" + LAUGHS,
        TAGS + b"~<br>~<pre>~<h1>",
        b"~" + WORDS + b"</p></body></html>",
    ),
    ".rss": parts(
        FEEDS + LAUGHS + b"<rss><channel><title>",
        ITEMS + b"~xmlns:a='b' ~<link>~<entry>",
        b"~</channel></rss>~</title></channel></rss>",
    ),
    ".pdf": parts(
        b"%PDF-1.4\n~%PDF-1.4\n1 0 obj\n~%PDF-1.7\nxref\n~" + WHOLE[".pdf"][:-40],
        OBJECTS + b"~trailer<</Prev 9>>~startxref\n9\n",
        b"~%%EOF",
    ),
    "document": parts(
        b"~".join([W, W + P, W + b"<w:tbl>", LAUGHS + W + P, b"", W + P + WORDS + R]),
        RUNS + b"~<w:footnoteReference/>~<w:br/>~" + P + b"x" + R,
        ENDED + b"~" + R + ENDED + b"~",
    ),
    "package": parts(
        PACKAGE + b"~" + LAUGHS + PACKAGE + b"~<package><manifest>~<package><metadata>~",
        b'<itemref idref="a"/>~<item id="a" href="a.xhtml"/>~<item>~&a11;~<title>x',
        SPINED + b"~",
    ),
    ".eml": parts(MAILS % (PARTED, HTML_MAIL) + FLOWED, SECTIONS, b"~\n\n" + WORDS + b"~--b--\n"),
}
OPENED |= {".tsv": OPENED[".csv"], ".jsonl": OPENED[".json"], ".atom": OPENED[".rss"]}
OPENED[".mbox"] = (
    [b"From a\n" + opening for opening in OPENED[".eml"][0]],
    [b"\nFrom a\n\n", b"\nFrom a\n" + MAIL + b"\n", b">From ", b"\n", *OPENED[".eml"][1]],
    OPENED[".eml"][2],
)
NAMES = [
    "a.md",
    "../../a.md",
    "/etc/a.html",
    "a\nb.md",
    "x" * 300 + ".md",
    ".a.md",
    "A.HTM",
    "é.md",
]
NAMES += ["a.zip", "a.docx", "a.epub", "a.eml", "a.mbox", "a.pdf", "a.csv", "a.png", "a.jsonl", "a"]


@dataclass(frozen=True)
class Sizes:
    """How often pieces are repeated, in an archive its files, and the bytes that come of it at most."""

    times: tuple[int, ...] = (1, 300, 5_000)
    members: tuple[int, ...] = (1, 20)
    largest: int = 200_000


SMALL = Sizes()
LARGE = Sizes((1, 300, 20_000, 1_000_000, 20_000_000), (1, 300, 6_000), 20_000_000)


def nested(kind: str, sizes: Sizes) -> Strategy:
    """What a format nests and repeats, up to three pieces one behind the other."""
    openings, pieces, closings = OPENED[kind]
    runs = st.tuples(st.sampled_from(pieces), st.sampled_from(sizes.times))

    def joined(opening: bytes, runs: list[tuple[bytes, int]], closing: bytes) -> bytes:
        room = sizes.largest // len(runs)
        inner = (piece * min(times, room // len(piece)) for piece, times in runs)
        return opening + b"".join(inner) + closing

    lists = st.lists(runs, min_size=1, max_size=3)
    return st.builds(joined, st.sampled_from(openings), lists, st.sampled_from(closings))


def changed(whole: bytes) -> Strategy:
    """A right file with some bytes turned, cut out, or put in again."""
    place = st.integers(0, len(whole))
    cuts = st.lists(st.tuples(place, place, st.binary(max_size=4), st.booleans()), max_size=4)

    def made(cuts: list[tuple[int, int, bytes, bool]]) -> bytes:
        content = whole
        for start, end, new, again in cuts:
            kept = content[start:end] if again else b""
            content = (
                content[:start] + new + kept + (content[end:] if not again else content[start:])
            )
        return content

    return st.builds(made, cuts)


def archives(sizes: Sizes) -> Strategy:
    """Archives of any of these, of archives, and of the same file very often."""
    inner = {suffix: any_file(suffix, sizes) for suffix in WHOLE if suffix != ".zip"}

    def members(names: list[str]) -> st.SearchStrategy[dict[str, bytes]]:
        made = {
            name: inner.get(Path(name).suffix.lower(), st.just(WHOLE[".zip"])) for name in names
        }
        return st.fixed_dictionaries(made)

    def often(times: int, name: str, content: bytes) -> bytes:
        most = max(1, 10 * sizes.largest // max(1, len(content)))
        return packed({f"{n}{name[-200:]}": content for n in range(min(times, most))})

    several = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True).flatmap(members)
    zeros = st.sampled_from([b"\0" * 1_200_000, b" " * 900_000, b"<p>" * 300_000, WHOLE[".docx"]])
    many = st.builds(often, st.sampled_from(sizes.members), st.sampled_from(NAMES), zeros)
    return st.one_of(st.builds(packed, several), many)


def hostile(kind: str, sizes: Sizes) -> Strategy:
    """Files that are right on the outside and hostile inside."""
    if kind == ".zip":
        return archives(sizes)
    if kind == ".docx":
        pages = nested("document", sizes)
        parts = st.sampled_from(["styles", "numbering", "footnotes", "comments"])
        more = st.dictionaries(parts, nested("document", sizes), max_size=2)
        return st.builds(lambda page, more: docx(page, **more), pages, more)
    if kind == ".epub":
        return st.builds(epub, nested("package", sizes), nested(".html", sizes))
    if kind == ".pdf":
        operators = [
            b"BT ",
            b"ET ",
            OPS,
            b"q ",
            b"(x) Tj ",
            b"[",
            b"<<",
            b"1 0 0 1 0 0 cm ",
            b"BI ID ",
        ]
        runs = st.tuples(st.sampled_from(operators), st.sampled_from(sizes.times))
        pages = st.builds(lambda run: run[0] * min(run[1], sizes.largest // len(run[0])), runs)
        return st.one_of(nested(kind, sizes), st.builds(pdf, pages))
    return nested(kind, sizes)


def any_file(kind: str, sizes: Sizes = SMALL) -> Strategy:
    return st.one_of(hostile(kind, sizes), changed(WHOLE[kind]))


class Hangs(BaseException):
    """This process spent too much of its own time on a file; no reader may catch it."""


@contextmanager
def bounded(seconds: float = OUTSIDE) -> Iterator[None]:
    """Raises Hangs when this process takes more than so many processor seconds, AssertionError when its objects take more
    than MEMORY."""

    def end(_: int, __: FrameType | None) -> None:
        raise Hangs(f"more than {seconds:g} s of processor time outside of the child")

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    tracemalloc.start(1)
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
        assert peak <= MEMORY, f"{peak:,} bytes of memory outside of the child"
    finally:
        tracemalloc.stop()
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def ends(path: Path, content: bytes) -> None:
    """Reads a file as every way in does; raises AssertionError, Hangs, or what a reader let out, for one that does not end as
    articles or as faults of one line each that name it."""
    from index import allowance
    from index.articles import ArticleError
    from index.loading import load

    path.write_bytes(content)
    faults: list[ArticleError] = []
    together = allowance.TOGETHER if path.suffix in CONTAINERS else 1
    lines = content.count(b"\n") if path.suffix in LINED else 0
    with bounded(together * OUTSIDE + lines * A_LINE):
        taken = sum(1 for _ in load(path, path.parent, report=faults.append))
        assert taken or faults, "neither an article nor a fault"
        for fault in faults:
            line = str(fault)
            assert line.startswith(str(path)), line[:300]
            assert "\n" not in line, line[:300]
            assert ";" in line or ": left out: " in line, line[:300]
            assert len(line) <= LONGEST_FAULT, line[:300]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", default=list(WHOLE), metavar="KIND")
    parser.add_argument("--examples", type=int, default=200)
    parser.add_argument("--largest", type=int, default=LARGE.largest)
    asked = parser.parse_args()
    sizes = Sizes(LARGE.times, LARGE.members, asked.largest)
    told: dict[str, Any] = {}
    list(split("Dep. Mayor Ann Lee opened it."))  # what loads once for all files is no file's time
    with tempfile.TemporaryDirectory() as folder:
        for kind in asked.kinds:
            told[kind] = tried(Path(folder, f"any{kind}"), any_file(kind, sizes), asked.examples)
            print(f"{time.strftime('%H:%M:%S')} {kind} {told[kind]}", file=sys.stderr, flush=True)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    told |= {"memory_mb": own, "memory_of_readers_mb": children}
    print(json.dumps(told, indent=2))
    return 1 if any("wrong" in one for one in told.values() if isinstance(one, dict)) else 0


def tried(path: Path, files: Strategy, examples: int) -> dict[str, Any]:
    """How many were read and the slowest of them; with what was wrong of the first that did not hold, which stays at `wrong_at`."""
    found: dict[str, Any] = {"files": 0, "largest_bytes": 0, "slowest_seconds": 0.0}

    @given(files)
    @settings(
        deadline=None,
        max_examples=examples,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def read(content: bytes) -> None:
        begun = time.monotonic()
        try:
            ends(path, content)
        except BaseException as error:
            kept = Path(tempfile.gettempdir(), f"wrong{path.suffix}")
            kept.write_bytes(content)
            found.update(wrong=f"{type(error).__name__}: {error}"[:500], wrong_at=str(kept))
            raise
        seconds = round(time.monotonic() - begun, 1)
        found["files"] += 1
        found["largest_bytes"] = max(found["largest_bytes"], len(content))
        found["slowest_seconds"] = max(found["slowest_seconds"], seconds)

    reading: Callable[[], None] = read
    try:
        reading()
    except (Exception, Hangs) as error:  # noqa: BLE001  # it is told, and the other kinds go on
        found.setdefault("wrong", str(error)[:500])
    return found


if __name__ == "__main__":
    sys.exit(main())
