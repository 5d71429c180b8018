"""Takes the text and fields of articles out of HTML, PDF and feeds; what is large or a PDF, in a process of its own.

The libraries are quadratic on hostile input and PDFs can unpack to anything; a limit on the time and memory of a child
process holds whatever they do. The child runs this file as a script, so that nothing of ours is imported before the limits.
"""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

SECONDS = 20  # of processor time; three times that by the clock, since other processes may keep it waiting
MEMORY = 2_000_000_000  # bytes
SMALL = 10_000  # tags that a reader is trusted with in this process; 20,000 short paragraphs take 3 s, 50,000 take 17 s

Fields = dict[str, Any]


def extract(kind: str, content: bytes) -> list[Fields]:
    """The articles in `content` (html as UTF-8, pdf, feed); raises ValueError with the reason when there are none."""
    if kind == "pdf" and b"%PDF-" not in content[:1024]:
        raise ValueError("is not a PDF; give it the suffix of what it is")
    if kind != "pdf" and content.count(b"<") < SMALL:
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
    from index import pdf as pages

    return pages.read(content)


def html(content: bytes) -> list[Fields]:
    from index import markup

    return markup.html(content)


def feed(content: bytes) -> list[Fields]:
    from index import markup

    return markup.feed(content)


READERS = {"html": html, "pdf": pdf, "feed": feed}

if __name__ == "__main__":
    if sys.platform != "win32":
        import resource

        seconds = int(sys.argv[2])
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    sys.path.insert(0, str(Path(__file__).parents[1]))
    sys.tracebacklimit = 0
    json.dump(READERS[sys.argv[1]](sys.stdin.buffer.read()), sys.stdout)
