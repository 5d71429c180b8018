"""Cuts an article's text into sentences with exact offsets.

The cuts are sentencex's (43 of the 48 golden rules, 49 of 83 lines of news at 65 MB/s;
tests/benchmarks/README.md measures others); around it a thin layer of ours knows lines, Markdown,
lists, long quotations and the pieces that must not stand alone, and stops.py which doubtful full
stops end a sentence.
"""

import re
from collections.abc import Iterator

from index.records import Sentence
from index.stops import settled

LONGEST = 1200  # characters; a longer sentence is cut at the last clause mark or space that fits
# A longer sentence is cut inside its quotations and brackets too, so that a citation stays short.
QUOTED = 240
# Characters given to the library at once: it is quadratic in unclosed quotation marks.
WINDOW = 5000
BESIDE = 80  # characters before and after a cut that decide whether it is one
WRAPPED = range(50, 131)  # lengths of lines that people and programs wrap

BLANK = re.compile(
    r"\s*$|[ \t]*(?:([-=*_])(?:[ \t]*\1){2,}|\|[-:| \t]++)\s*$"
)  # or a rule: nothing but markup
ROW = re.compile(r"[ \t]{0,3}#{1,6}[ \t]+|[ \t]*(?=\|)")
BULLET = re.compile(r"[ \t]*[-*+][ \t]+(?=\S)")
NUMBER = re.compile(r"[ \t]*(?:\d{1,3}[.)]+\s|[•⁃◦▪‣])")
QUOTE = re.compile(r"(?:[ \t]{0,3}>[ \t]?)*")
ITEM = re.compile(r"(?:^|(?<= ))[•⁃]? ?(\d{1,3}|[a-z])(\.\)|[.)]) +(?=[^ ])")
ENDS = tuple(".!?:;)”’\"'")  # of a line behind which a number opens an item
MARKER = re.compile(r" *\d{1,3}[.)]+")
TAIL = re.compile(
    r"[\])}”’\"'*_]*(?: *\[[\da-z ]{1,20}\])*"
)  # after a full stop, still of that sentence
CLAUSES = ("; ", ": ", ", ", "— ")
SPACE = re.compile(r"\s")
SURROGATE = re.compile("[\ud800-\udfff]")
NOTE = re.compile(r"(?<=[a-z]{2})\.\d{1,3}(?= [A-Z“\"])")  # "Nobody knew.1 It was late."
INITIAL = re.compile(r"[*_][A-Z]\.$")  # "**A. Writer**"
PAUSE = re.compile(r"(?<=[a-z])\.(?= \. \. \. [A-Z])")  # "compounds. . . . The practice"
INNER = str.maketrans(dict.fromkeys('“”"‘’«»()[]', "_"))


def split(text: str) -> list[Sentence]:
    """The sentences in order, stripped, not overlapping; between them is only white space or
    Markdown markup.

    Headings, list items, table rows and paragraphs are never joined; a single line break joins only
    wrapped lines.
    """
    sentences = []
    spans = list(_blocks(text))
    # One character for one: offsets hold.
    plain = [SPACE.sub(" ", SURROGATE.sub("_", text[begin:end])) for begin, end in spans]
    marked = settled(plain, lambda block: _library(block.translate(INNER)))
    for (begin, _), *block in zip(spans, plain, marked, strict=True):
        for first, last in _cuts(*block):
            piece = text[begin + first : begin + last].lstrip()
            start = begin + last - len(piece)
            if piece := piece.rstrip():
                sentences.append(Sentence(start, start + len(piece), piece))
    return sentences


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Spans that no sentence crosses: paragraphs, headings, list items, rows; without the markup
    that opens them."""
    lines = text.splitlines(keepends=True)
    width = max((len(line) for line in lines if len(line) in WRAPPED), default=0)
    begin, at, previous = -1, 0, ""
    for line in lines:
        body = QUOTE.match(line).end()  # type: ignore[union-attr]  # it matches always, if only nothing
        rest = line[body:]
        blank, row = BLANK.match(rest), ROW.match(rest)
        mark = row or BULLET.match(rest)
        if begin >= 0:
            opens = blank or mark or _is_item(previous, rest)
            if opens or not _goes_on(previous, rest, width):
                yield begin, at
                begin = -1
        if begin < 0 and not blank:
            begin = at + body + (mark.end() if mark else 0)
        previous = "" if row else line.rstrip()
        at += len(line)
    if begin >= 0:
        yield begin, at


def _is_item(previous: str, line: str) -> bool:
    """Whether a line is an item of a numbered list, and not the rest of "They had asked for" in
    front of "9. A cook was sent in"."""
    number = NUMBER.match(line)
    if not number or not number[0].strip()[0].isdigit():
        return bool(number)
    return previous[-1:] in ENDS or previous.lstrip()[:1].isdigit()


def _goes_on(previous: str, line: str, width: int) -> bool:
    """Whether a line break is only a wrap: it is in mid-sentence, or the next word would not have
    fitted before it."""
    word = line.split(maxsplit=1)[0]
    full = len(previous) in WRAPPED and len(line) <= width and len(previous) + len(word) + 2 > width
    return bool(previous) and (word[0].islower() or previous[-1] in ",;–—" or full)


def _cuts(plain: str, marked: str) -> Iterator[tuple[int, int]]:
    """Spans of a block's sentences; they touch and cover it. For `marked` see `settled`."""
    first = 0
    for end in _ends(plain, marked):
        while end - first > LONGEST:
            last = _clause_end(plain, first)
            yield first, last
            first = last
        yield first, end
        first = end


def _ends(plain: str, marked: str) -> Iterator[int]:
    """Where sentences end; a long one ends inside its quotations and brackets too."""
    first = 0
    ends = sorted({*_library(marked), *_missed(plain)})
    for end in _merged(plain, _listed(plain, ends)):
        piece = plain[first:end]
        inside = [len(piece)]
        if len(piece) > QUOTED:
            inside = _merged(piece, _library(marked[first:end].translate(INNER)))
        for cut in inside:
            yield first + cut
        first = end


def _clause_end(plain: str, first: int) -> int:
    """Behind the last clause mark, else the last space, that fits into a sentence begun there."""
    half = first + LONGEST // 2
    window = plain[half : first + LONGEST]
    clause = max(window.rfind(mark) for mark in CLAUSES)
    if clause >= 0:
        return half + clause + 2
    return half + (window.rfind(" ") + 1 or len(window))


def _library(plain: str) -> list[int]:
    """Where sentencex ends its sentences, found window by window; the last is the end."""
    from sentencex import get_sentence_boundaries  # type: ignore[import-untyped]

    ends: list[int] = []
    at = 0
    while at < len(plain):
        window = plain[at : at + WINDOW]
        found = [at + one["end_index"] for one in get_sentence_boundaries("en", window)]
        if at + WINDOW < len(plain):
            found.pop()  # it may go on in the next window
        ends += found
        at = found[-1] if found else at + WINDOW
    return ends


def _missed(plain: str) -> Iterator[int]:
    """Places where a sentence ends though no library sees it."""
    for pattern in (NOTE, PAUSE):
        yield from (found.end() for found in pattern.finditer(plain))


def _listed(plain: str, ends: list[int]) -> list[int]:
    """In a block that is a list in one line (1. 2. 3., a) b) c)): cuts before its items, none after
    their markers."""
    items = list(ITEM.finditer(plain))
    if len(items) < 2 or plain[: items[0].start()].strip():
        return ends
    labels = [int(item[1]) if item[1].isdigit() else ord(item[1]) for item in items]
    if labels != list(range(labels[0], labels[0] + len(labels))):
        return ends
    cuts = set(ends)
    for item in items:
        cuts.difference_update(range(item.start() + 1, item.end() + 1))
    cuts.update(item.start() for item in items[1:])
    return sorted(cuts)


def _merged(plain: str, ends: list[int]) -> list[int]:
    """Moves cuts behind closing marks and footnote numbers; drops those that leave a piece that is
    no sentence."""
    kept: list[int] = []
    first = 0  # of the piece
    seen, worded = 0, False  # it has a letter or digit before `seen`
    for end in ends[:-1]:
        tail = TAIL.match(plain, end)
        cut = tail.end() if tail and (plain[end - 1] != " " or "[" in tail[0]) else end
        worded = worded or any(map(str.isalnum, plain[seen:cut]))
        seen = max(seen, cut)
        before = plain[max(first, cut - BESIDE) : cut].strip()
        after = plain[cut : cut + BESIDE].lstrip()
        marker = cut - first < 8 and MARKER.fullmatch(before)
        whole = worded and any(map(str.isalnum, after)) and not marker
        opening = plain[first : first + BESIDE].lstrip()[:1]
        if whole and not _runs_on(opening, before, after):
            kept.append(cut)
            first, worded = cut, False
    return [*kept, len(plain)]


def _runs_on(opening: str, before: str, after: str) -> bool:
    """Whether a sentence goes on behind an initial or before a small letter: its first character,
    and what stands before and after the mark, stripped."""
    if INITIAL.search(before):
        return True
    if not after[0].islower():
        return False
    apart = before[-2:-1].isspace()  # "bark . they": a text whose marks are words
    return not (opening.islower() or apart)  # one without capitals is cut at its full stops
