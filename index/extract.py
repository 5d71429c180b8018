"""Takes articles out of HTML, PDF, feeds, documents and mails; what is large or packed, in a process of its own.

The libraries are quadratic on hostile input and PDFs can unpack to anything; a limit on the time and memory of a child
process holds whatever they do. The child runs this file as a script, so that nothing of ours is imported before the limits.
"""

import io
import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

SECONDS = 20  # of processor time; three times that by the clock, since other processes may keep it waiting
MEMORY = 2_000_000_000  # bytes
PAGES = 500
SMALL = 10_000  # tags that a reader is trusted with in this process; 20,000 short paragraphs take 3 s, 50,000 take 17 s
PACKED = ("pdf", "docx", "epub")  # kinds whose size tells little of what is in them
SOFT_HYPHEN = "\xad"  # where a word may be divided; at the end of a line it was

Fields = dict[str, Any]


def extract(kind: str, content: bytes) -> list[Fields]:
    """The articles in `content` (html as UTF-8, pdf, feed); raises ValueError with the reason when there are none."""
    if kind == "pdf" and b"%PDF-" not in content[:1024]:
        raise ValueError("is not a PDF; give it the suffix of what it is")
    if kind not in PACKED and content.count(b"<") < SMALL:
        return READERS[kind](content)
    command = [sys.executable, "-P", __file__, kind, str(SECONDS)]
    slow = f"takes more than {SECONDS} s to read; make it smaller or save it as text"
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=3 * SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ValueError(slow) from None
    if done.returncode < 0 and -done.returncode == getattr(signal, "SIGXCPU", None):
        raise ValueError(slow)
    if done.returncode:
        said = (
            done.stderr.decode(errors="replace").strip() or f"stopped with {done.returncode}"
        ).splitlines()[-1]
        plain = said.removeprefix("ValueError: ")
        raise ValueError(plain if plain != said else f"cannot be read ({said}); is it complete?")
    articles: list[Fields] = json.loads(done.stdout)
    return articles


def pdf(content: bytes) -> list[Fields]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError("is encrypted; save it without a password")
    if len(reader.pages) > PAGES:
        raise ValueError(f"has {len(reader.pages):,} pages; {PAGES} are the most: split it")
    lines = [line.strip() for page in reader.pages for line in page.extract_text().splitlines()]
    text = _unwrapped(lines)
    if not text:
        raise ValueError("has no text; if its pages are pictures, recognise their text first")
    about = reader.metadata
    title = (
        about.title
        if about and about.title and " " in about.title and " - " not in about.title
        else None
    )
    return [{"text": text, "title": title, "author": (about.author or None) if about else None}]


def _unwrapped(lines: list[str]) -> str:
    """Paragraphs from a PDF's lines: a line goes on in the next unless it is short or ends a sentence early."""
    width = sorted(map(len, lines))[len(lines) * 9 // 10] if lines else 0
    text = ""
    for line in lines:
        if not line or not text or text.endswith("\n"):
            text = text.rstrip() + ("\n\n" if text else "") + line if line else text + "\n"
        elif text.endswith(SOFT_HYPHEN):
            text = text[:-1] + line
        elif re.search(r"[^\W\d]-$", text) and line[0].islower():
            text = text[:-1] + line  # a word that was hyphenated at the end of its line
        elif re.search(r"\w-$", text) and line[0].isalnum():
            text += line  # Anna-Maria, Covid-19: no word is divided before a capital or a digit
        else:
            last = len(text) - text.rfind("\n") - 1
            text += (" " if line[0].islower() or last > 0.6 * width else "\n\n") + line
    return text.strip()


def html(content: bytes) -> list[Fields]:
    from index import markup

    return markup.html(content)


def feed(content: bytes) -> list[Fields]:
    from index import markup

    return markup.feed(content)


def docx(content: bytes) -> list[Fields]:
    from index import documents

    return documents.docx(content)


def epub(content: bytes) -> list[Fields]:
    from index import documents

    return documents.epub(content)


def mail(content: bytes) -> list[Fields]:
    from index.mail import mail

    return mail(content)


READERS = {"html": html, "pdf": pdf, "feed": feed, "docx": docx, "epub": epub, "mail": mail}

if __name__ == "__main__":
    if sys.platform != "win32":
        import resource

        seconds = int(sys.argv[2])
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    sys.path.insert(0, str(Path(__file__).parents[1]))
    sys.tracebacklimit = 0
    json.dump(READERS[sys.argv[1]](sys.stdin.buffer.read()), sys.stdout)
