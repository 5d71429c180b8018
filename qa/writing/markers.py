"""Turns the citation markers of a language model's reply into citations while the reply streams."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from index.sentences import split

_STOPS = frozenset(".!?…。")
_CLOSERS = frozenset("\"”’')*_»,;:") | _STOPS
_BRACKET = re.compile(r"\[\[[^\[\]【】\n]*\]\]|\[[^\[\]【】\n]*\]|【[^\[\]【】\n]*】")
_TOKEN = re.compile(r"\d+|[-‐‑–—]|[,;&\s]+|[^\d,;&\s‐‑–—-]+")
_WORDS = re.compile(r"(?:and|sources?|sentences?|refs?|references?|citations?|s|no)?[:.]?")
_KEPT = re.compile(
    r'`[^`\n]*`|(?<![^\s(—–])"[^"\n]*"|“[^“”\n]*”'
)  # markers in here are somebody's words
_ITEM = re.compile(r"\s*(?:[-*•–]|\d{1,3}[.)])\s+")
_BETWEEN = re.compile(r"[\s,;&]*(?:and\s)?\s*")
_OBJECT = re.compile(  # "As [1] says, it purrs.", "It purrs, according to [1]."
    r"(?:(?P<lead>A)|,? a)(?:ccording to|s)(?: \w+ (?:in|by))? "
    rf"(?P<marks>(?:{_BRACKET.pattern})(?:,? ?(?:and )?(?:{_BRACKET.pattern}))*)"
    r"(?: (?:says?|said|states?|reports?|notes?|shows?)\b)?(?(lead), (?P<word>\w+)|,?)"
)
_CUT = re.compile(
    r"[\[【]{1,2}\s*(?:[Ss]ources?)?[\d,;\s–-]*\Z"
)  # a marker that the end of the reply cut off


@dataclass(frozen=True, slots=True)
class Piece:
    """One claim without markers and bullet, and the sources it cites, from 1, in order."""

    text: str
    citations: tuple[int, ...] = ()
    item: bool = False  # it begins a list item


class MarkerParser:
    """Feed it the reply in any chunks, then close it: a claim comes out as soon as the text after
    it begins."""

    def __init__(self, n_sources: int) -> None:
        self._n = n_sources
        self._held: Piece | None = (
            None  # the last claim of a line: its marker may stand alone on the next
        )
        self._fenced = False
        self._restart()

    def _restart(self) -> None:
        self._line, self._quote = (
            list[str](),
            "",
        )  # the quote: what closes the quotation or code span we are in
        self._open: int | None = None  # where a bracket opened
        self._marked = self._stopped = False  # since the last word: a marker, a full stop
        self._words = self._leading = False  # any word on this line; a marker before the first

    def feed(self, chunk: str) -> list[Piece]:
        """The claims that this chunk completes."""
        return [piece for char in chunk for piece in self._step(char)]

    def close(self) -> list[Piece]:
        """The claims that were still open; call it once, at the end of the reply."""
        line = "".join(self._line)
        cut = (
            None
            if self._quote
            else _CUT.search(line, max(line.rfind("["), line.rfind("【"), 1) - 1)
        )
        self._line = list(line[: cut.start()] if cut else line)
        return [*self._end(), *self._release()]

    def _step(self, char: str) -> Iterator[Piece]:
        if char == "\n":
            yield from self._end()
            return
        opens = char in "“`" or (char == '"' and (not self._line or self._line[-1] in " \t(—–"))
        if self._quote:
            self._quote, opens = ("" if char == self._quote else self._quote), False
        elif char in "[【":
            self._open = len(self._line)
        elif self._open is not None and char in "]】":
            self._marked = bool(_numbers("".join(self._line[self._open + 1 :]), self._n))
            self._stopped, self._open = self._stopped and self._marked, None
            self._leading |= self._marked and not self._words
        elif (
            self._open is None
            and char not in "]】"
            and (opens or not (char.isspace() or char in _CLOSERS))
        ):
            if (
                self._marked
                and self._stopped
                and not (self._leading or self._fenced or char.islower())
            ):
                yield from self._end()
            yield from self._release()
            self._quote = {"“": "”"}.get(char, char) if opens else ""
            self._words, self._marked = True, False
        if self._open is None and not char.isspace() and char not in "]】":
            self._stopped = char in _STOPS or (self._stopped and char in _CLOSERS and not opens)
        self._line.append(char)

    def _release(self) -> list[Piece]:
        held, self._held = [self._held] if self._held else [], None
        return held

    def _end(self) -> Iterator[Piece]:
        """Close the claims of the line so far and hold the last of them back."""
        line = "".join(self._line)
        self._restart()
        self._fenced ^= (fence := line.lstrip().startswith("```"))
        for piece in (
            [] if fence else [Piece(line.strip())] if self._fenced else _pieces(line, self._n)
        ):
            if any(map(str.isalnum, piece.text)):
                yield from self._release()
                self._held = piece
            elif self._held:  # markers alone
                cited = dict.fromkeys(self._held.citations + piece.citations)
                self._held = Piece(self._held.text, tuple(cited), self._held.item)


def _numbers(inside: str, n_sources: int) -> list[int]:
    """The numbers that the inside of a bracket cites, ranges spelled out to n_sources; none when it
    is no marker."""
    numbers: list[int] = []
    dash = False
    for token in _TOKEN.findall(inside.partition("†")[0].strip("[]")):
        if token[0].isdecimal():
            if len(token) > 6:  # no source has such a number
                return []
            numbers += range(numbers[-1] + 1, min(int(token), n_sources + 1)) if dash else ()
            numbers.append(int(token))
            dash = False
        elif token in "-‐‑–—" and numbers and not dash:
            dash = True
        elif token in ":." or not _WORDS.fullmatch(token.strip(",;& \t#^").lower()):
            return []
    return [] if dash else numbers


def _kept(line: str) -> set[int]:
    """The places inside quotations and code."""
    return {at for found in _KEPT.finditer(line) for at in range(*found.span())}


def _named(line: str, n_sources: int) -> str:
    """Without clauses that have only markers to name, which stand behind the next word instead."""
    kept = _kept(line)

    def moved(found: re.Match[str]) -> str:
        if found.start() in kept or not all(
            _numbers(m[1:-1], n_sources) for m in _BRACKET.findall(found["marks"])
        ):
            return found[0]
        word = found["word"] or ""
        return f"{word.capitalize() if word.islower() else word} {found['marks']}"

    return _OBJECT.sub(moved, line)


def _pieces(line: str, n_sources: int) -> Iterator[Piece]:
    """The claims of one line; a marker belongs to the sentence it ends, or begins when one opens
    the line."""
    line = _named(line[len(bullet[0]) if (bullet := _ITEM.match(line)) else 0 :], n_sources)
    kept = _kept(line)
    text, end, marks = "", 0, list[tuple[int, list[int]]]()
    for found in _BRACKET.finditer(line):
        if found.start() not in kept and (numbers := _numbers(found[0][1:-1], n_sources)):
            between = line[end : found.start()]
            text += (
                ""
                if marks and _BETWEEN.fullmatch(between)
                else (between if text else between.lstrip()).rstrip()
            )
            marks.append((len(text), numbers))
            end = found.end()
    rest = line[end:] if text else line[end:].lstrip()
    text += " " + rest if marks and text and rest[:1].isalnum() else rest.rstrip()
    sentences = [s for s in split(text) if any(map(str.isalnum, s.text))]
    texts, starts = [s.text.strip() for s in sentences] or [""], [s.start for s in sentences]
    cited: list[list[int]] = [[] for _ in texts]
    before = bool(marks) and marks[0][0] == 0 and marks[-1][0] < len(text.rstrip(" .!?"))
    for at, numbers in marks:
        after = bisect_left(starts, at)  # how many sentences begin before the marker
        cited[min(after, len(cited) - 1) if before else max(after - 1, 0)] += numbers
    for i, (claim, numbers) in enumerate(zip(texts, cited, strict=True)):
        yield Piece(
            claim,
            tuple(n for n in dict.fromkeys(numbers) if 1 <= n <= n_sources),
            bool(bullet) and i == 0,
        )
