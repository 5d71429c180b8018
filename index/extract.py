"""Takes articles out of HTML, PDF, feeds, documents and mails, as the script of a child process
(see index/child.py).

It answers requests on standard input, a line of JSON and the file's bytes each, until that ends.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

LONGEST_REASON = 400  # characters
FULL = 3  # exit code: the memory did not suffice

Fields = dict[str, Any]


def pdf(content: bytes) -> list[Fields]:
    from index import pdf as pages

    return pages.read(content)


def html(content: bytes) -> list[Fields]:
    from index import markup

    return markup.html(content)


def feed(content: bytes) -> list[Fields]:
    from index import feeds

    return feeds.feed(content)


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


def answer(kind: str, content: bytes, longest: int) -> bytes:
    """The articles as JSON of at most `longest` bytes, or why there are none. Raises
    MemoryError."""
    try:
        reply = json.dumps({"articles": READERS[kind](content)}, ensure_ascii=False)
        packed = reply.encode(errors="surrogatepass")
    except MemoryError:
        raise
    except ValueError as error:
        reason = str(error)[:LONGEST_REASON]
    except Exception as error:  # noqa: BLE001  # whatever a library raises is about this file
        told = f"{type(error).__name__}: {error}"[:LONGEST_REASON]
        reason = f"cannot be read ({told}); is it complete?"
    else:
        if len(packed) <= longest:
            return packed
        reason = f"holds more than {longest:,} bytes of text; split it"
    return json.dumps({"refused": reason}).encode()


def serve(memory: int, longest: int) -> None:
    """Reads files until standard input ends; each within its own processor time, all within
    `memory` bytes."""
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no reply
    import feedparser  # type: ignore[import-untyped]  # noqa: F401  # all before the first limit
    import pdfminer.high_level  # noqa: F401
    import trafilatura  # noqa: F401

    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    replies.write(b"ready\n")
    replies.flush()
    while head := requests.readline():
        request = json.loads(head)
        content = requests.read(request["size"])
        allow(request["seconds"])
        reply = answer(request["kind"], content, longest)
        replies.write(b"%d\n" % len(reply) + reply)
        replies.flush()


def allow(seconds: int) -> None:
    """Ends this process when it takes more than so much processor time from now on."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + 1 + seconds
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    try:
        serve(int(sys.argv[1]), int(sys.argv[2]))
    except MemoryError:
        os._exit(FULL)
