"""Makes broken files of every kind and loads them all: each must be reported, none may crash, hang or fill the memory.

    python tests/benchmarks/broken_files.py [COUNT]

Prints one JSON object; exits 1 when a file went unreported, took too long or the memory of this process passed 1 GB.
"""

import json
import random
import resource
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

SENTENCE = "The two leaders spoke for more than two hours on Thursday, and the president said a summit would follow. "
PDF_STREAM = b"BT /F1 12 Tf 72 700 Td 14 TL %s ET"


def pdf(lines: list[str], pages: int = 1, stream: bytes | None = None) -> bytes:
    """A small right PDF with these lines on every page, or with `stream` as its content."""
    shown = " ".join(f"({line}) Tj T*" for line in lines).encode("cp1252", "replace")
    packed = zlib.compress(stream if stream is not None else PDF_STREAM % shown)
    kids = " ".join(f"{number} 0 R" for number in range(5, 5 + pages))
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
        *[page.encode()] * pages,
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(out),
    )
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table) + end


def truncated_pdf(rng: random.Random) -> bytes:
    whole = pdf([SENTENCE] * 20, pages=rng.randint(1, 5))
    return whole[: rng.randint(10, len(whole) // 3)]


def laughs(_: random.Random) -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE rss [<!ENTITY a0 "ha">{entities}]><rss><channel><title>&a11;</title></channel></rss>'.encode()


KINDS: dict[
    str, tuple[str, int, Callable[[random.Random], bytes]]
] = {  # suffix, share of the files, content
    "empty": (".md", 40, lambda rng: b" \n" * rng.randint(0, 3)),
    "an empty table": (".csv", 20, lambda rng: b"\n" * rng.randint(0, 3)),
    "binary as markdown": (
        ".md",
        100,
        lambda rng: b"\x89PNG\r\n\x1a\n" + rng.randbytes(rng.randint(50, 20_000)),
    ),
    "binary as text": (".txt", 60, lambda rng: rng.randbytes(rng.randint(50, 20_000))),
    "broken UTF-8": (
        ".txt",
        60,
        lambda rng: ("é — ü " * rng.randint(20, 99)).encode() + b"\xe2\x28 " + SENTENCE.encode(),
    ),
    "UTF-16 cut in half": (
        ".txt",
        30,
        lambda rng: (SENTENCE * 3).encode("utf-16")[: 2 * rng.randint(20, 80) + 1],
    ),
    "50 MB line of text": (".txt", 3, lambda _: b"word " * 10_000_000),
    "50 MB line of JSON": (".jsonl", 3, lambda _: b'{"text": "' + b"word " * 10_000_000 + b'"}\n'),
    "YAML that is none": (
        ".md",
        60,
        lambda rng: f"---\ntitle: [{'x' * rng.randint(1, 50)}\n---\n{SENTENCE}".encode(),
    ),
    "YAML nested deeply": (
        ".md",
        30,
        lambda rng: b"---\ntitle: " + b"[" * rng.randint(5_000, 19_000) + b"\n---\n\nText.",
    ),
    "front matter without end": (
        ".md",
        30,
        lambda _: f"---\ntitle: A\n\n{SENTENCE * 500}".encode(),
    ),
    "TOML front matter": (".md", 30, lambda _: f"+++\ntitle = A: B\n+++\n{SENTENCE}".encode()),
    "wrong date": (
        ".md",
        30,
        lambda rng: f"---\ntitle: A\npublished: 2025-13-{rng.randint(1, 99)}\n---\nText.".encode(),
    ),
    "address that is a script": (
        ".md",
        20,
        lambda _: b"---\ntitle: A\nurl: javascript:alert(1)\n---\nText.",
    ),
    "deep HTML": (
        ".html",
        60,
        lambda rng: b"<html><body>" + b"<div>" * rng.randint(1_000, 30_000) + SENTENCE.encode(),
    ),
    "HTML without text": (".html", 40, lambda _: b"<html><body><script>1</script></body></html>"),
    "HTML that takes long": (".html", 2, lambda _: b"<html><body><article>" + b"<p>x" * 200_000),
    "truncated PDF": (".pdf", 100, truncated_pdf),
    "PDF that is none": (".pdf", 40, lambda rng: rng.randbytes(3_000)),
    "PDF without text": (".pdf", 30, lambda _: pdf([])),
    "PDF that unpacks to much": (".pdf", 2, lambda _: pdf([], stream=b"BT ET " * 30_000_000)),
    "PDF of 600 pages": (".pdf", 3, lambda _: pdf([SENTENCE], pages=600)),
    "JSON cut off": (
        ".json",
        40,
        lambda rng: json.dumps([{"text": SENTENCE}] * 9).encode()[: rng.randint(2, 900)],
    ),
    "JSON nested deeply": (".jsonl", 30, lambda _: b'{"text": ' + b"[" * 200_000 + b"\n"),
    "rows without text": (".csv", 40, lambda _: b"name,size\na,1\nb,2\n"),
    "an open quotation mark": (".csv", 30, lambda _: b'title,text\nA,"' + b"word, " * 5_000),
    "a feed of nothing": (".xml", 30, lambda _: b"<?xml version='1.0'?><note><to>you</to></note>"),
    "a billion laughs": (".rss", 10, laughs),
    "an unknown kind": (".docx", 20, lambda rng: rng.randbytes(100)),
}

UNKNOWN = {
    "wrong date",
    "address that is a script",
}  # the field stays unknown, the article is taken


def main(count: int) -> int:
    from index.articles import ArticleError
    from index.loading import load

    rng = random.Random(7)
    total = sum(share for _, share, _ in KINDS.values())
    unreported, slowest, reports = [], (0.0, ""), Counter[str]()
    started, files = time.perf_counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        for kind, (suffix, share, content) in KINDS.items():
            for number in range(max(1, round(share * count / total))):
                path = Path(folder, f"{number}{suffix}")
                path.write_bytes(content(rng))
                errors: list[ArticleError] = []
                begun = time.perf_counter()
                taken = list(load(path, path.parent, report=errors.append))
                slowest = max(slowest, (time.perf_counter() - begun, kind))
                reports.update(f"{kind}: {error.problem[:110]}" for error in errors[:1])
                if (
                    not errors
                    or (taken and kind not in UNKNOWN)
                    or any(path.name not in str(error) or "\n" in str(error) for error in errors)
                ):
                    unreported.append(kind)
                path.unlink()
                files += 1
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found = {
        "files": files,
        "unreported": dict(Counter(unreported)),
        "seconds": round(time.perf_counter() - started, 1),
        "slowest_file_seconds": round(slowest[0], 1),
        "slowest_kind": slowest[1],
        "memory_mb": memory,
        "memory_of_readers_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "examples": {
            kind: next((r[len(kind) + 2 :] for r in reports if r.startswith(kind + ":")), "")
            for kind in KINDS
        },
    }
    print(json.dumps(found, indent=2, ensure_ascii=False))
    return 1 if unreported or slowest[0] > 70 or memory > 1000 else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
