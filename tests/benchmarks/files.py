"""Measures how much of made articles comes in as a reader sees it: words, boundaries, fields.

    python tests/benchmarks/files.py [FOLDER]

FOLDER, by default tests/index/files, holds a folder for each format with its files and an
expected.jsonl: a row for each article with `file`, `title`, `author`, `source`, `published` (null
where a reader cannot know it) and its `sentences`; the rows of a file stand in its order. Prints a
table by format, the goals, and what was missed; exits 1 when a goal is missed.

A word is what stands between blanks, without Markdown's emphasis, the bars of tables, and invisible
characters. The words of both texts are aligned; a boundary is right when it stands behind the same
aligned word. The title on top of a text and a byline, which is never cited, count neither way.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from index.byline import byline
from index.folding import fold
from index.loading import load
from index.records import Article
from index.sentences import split

FILES = Path(__file__).parents[1] / "index" / "files"
EXPECTED = "expected.jsonl"
FIELDS = ("title", "author", "source")
MARKUP = re.compile(r"[*_|`]+|^#+ |\n[> ]+")  # "**bold**", "| cell |", "> a quoted line"
WORDS, BOUNDARIES, DATES = 0.995, 0.98, 1.0  # goals: precision and recall, right or unknown


@dataclass
class Score:
    """Counts over some articles: words and boundaries right, read and expected; fields right."""

    articles: int = 0
    words: list[int] = field(default_factory=lambda: [0, 0, 0])
    ends: list[int] = field(default_factory=lambda: [0, 0, 0])
    dates: list[int] = field(default_factory=lambda: [0, 0, 0])  # right, unknown, wrong
    fields: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    misses: list[str] = field(default_factory=list)

    def add(self, other: "Score") -> None:
        self.articles += other.articles
        for mine, theirs in (
            (self.words, other.words),
            (self.ends, other.ends),
            (self.dates, other.dates),
        ):
            mine[:] = [one + two for one, two in zip(mine, theirs, strict=True)]
        for name in FIELDS:
            self.fields[name] += other.fields[name]
        self.misses += other.misses

    @property
    def word_shares(self) -> tuple[float, float]:
        """Precision and recall."""
        return _shares(self.words)

    @property
    def end_shares(self) -> tuple[float, float]:
        """Precision and recall."""
        return _shares(self.ends)

    @property
    def honest_dates(self) -> float:
        return (self.dates[0] + self.dates[1]) / self.articles


def _shares(counts: Sequence[int]) -> tuple[float, float]:
    right, read, expected = counts
    return right / max(read, 1), right / max(expected, 1)


def measure(folder: Path = FILES) -> dict[str, Score]:
    """The scores by the names of the folders in `folder`, in order."""
    scores: dict[str, Score] = {}
    for expected in sorted(folder.glob(f"*/{EXPECTED}")):
        score = scores.setdefault(expected.parent.name, Score())
        rows: dict[str, list[dict[str, Any]]] = {}
        for line in expected.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            rows.setdefault(row["file"], []).append(row)
        for name, wanted in rows.items():
            for one in _compared(expected.parent / name, wanted):
                score.add(one)
    return scores


def _compared(path: Path, wanted: Sequence[dict[str, Any]]) -> Iterator[Score]:
    told: list[str] = []
    articles = list(load(path, path.parent, report=lambda error: told.append(str(error))))
    for number, (row, article) in enumerate(zip_longest(wanted, articles), 1):
        where = f"{path.parent.name}/{path.name}" + (f"#{number}" if len(wanted) > 1 else "")
        if row is None:
            yield Score(misses=[f"{where}: an article too many, {article.title!r}"])
        elif article is None:
            yield Score(1, dates=[0, 1, 0], misses=[f"{where}: no article; {'; '.join(told)}"])
        else:
            yield _score(where, row, article)


def _score(where: str, row: dict[str, Any], article: Article) -> Score:
    score = Score(1)
    wanted = _sentences(row["sentences"], row["title"])
    read = _sentences([one.text for one in split(article.text)], article.title)
    words, other = list(chain(*wanted)), list(chain(*read))
    matcher = SequenceMatcher(None, words, other, autojunk=False)
    place: dict[int, int] = {}
    for block in matcher.get_matching_blocks():
        place.update((block.a + n, block.b + n) for n in range(block.size))
    score.words = [len(place), len(other), len(words)]
    for tag, first, last, begin, end in matcher.get_opcodes():
        if tag != "equal":
            lost, new = " ".join(words[first:last]), " ".join(other[begin:end])
            score.misses.append(f"{where}: {lost[:150]!r} is read as {new[:150]!r}")
    ends, found = _ends(wanted), _ends(read)
    right = {end for end in ends if place.get(end) in found}
    score.ends = [len(right), len(found), len(ends)]
    placed = {place[end] for end in right}
    for end in sorted(found - placed):
        score.misses.append(f"{where}: cut behind {' '.join(other[max(0, end - 3) : end + 1])!r}")
    for end in sorted(ends - right):
        score.misses.append(
            f"{where}: not cut behind {' '.join(words[max(0, end - 3) : end + 1])!r}"
        )
    if article.published == row["published"]:
        score.dates[0] = 1
    else:
        score.dates[1 if article.published is None else 2] = 1
        score.misses.append(f"{where}: date {row['published']} is read as {article.published}")
    for name in FIELDS:
        given = fold(getattr(article, name) or "") or None
        score.fields[name] = int(given == row[name])
        if given != row[name]:
            score.misses.append(f"{where}: {name} {row[name]!r} is read as {given!r}")
    return score


def _sentences(texts: Sequence[str], title: str | None) -> list[list[str]]:
    """The words of each sentence, without the title on top and bylines."""
    cited = [one for one in texts if not byline(one)]
    sentences = [words for one in cited if (words := _words(one))]
    on_top = sentences and sentences[0] == _words(title or "")
    return sentences[1:] if on_top else sentences


def _words(text: str) -> list[str]:
    return MARKUP.sub(" ", fold(text)).split()


def _ends(sentences: Sequence[Sequence[str]]) -> set[int]:
    """The places of the sentences' last words."""
    ends, at = set(), -1
    for words in sentences:
        at += len(words)
        ends.add(at)
    return ends


def total(scores: dict[str, Score]) -> Score:
    whole = Score()
    for score in scores.values():
        whole.add(score)
    return whole


def goals(whole: Score) -> dict[str, bool]:
    return {
        f"words at least {WORDS}": min(whole.word_shares) >= WORDS,
        f"sentence boundaries at least {BOUNDARIES}": min(whole.end_shares) >= BOUNDARIES,
        "dates right or unknown": whole.honest_dates >= DATES,
    }


def line(name: str, score: Score) -> str:
    words = " / ".join(f"{share:.4f}" for share in score.word_shares)
    ends = " / ".join(f"{share:.3f}" for share in score.end_shares)
    dates = " / ".join(map(str, score.dates))
    fields = " | ".join(f"{score.fields[one] / score.articles:.2f}" for one in FIELDS)
    return f"| {name} | {score.articles} | {words} | {ends} | {dates} | {fields} |"


def main(folder: Path) -> int:
    scores = measure(folder)
    if not scores:
        print(f"{folder}: no folder in it has an {EXPECTED}; name one like tests/index/files")
        return 1
    whole = total(scores)
    print("| format | articles | words | boundaries | dates | title | author | source |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, score in scores.items():
        print(line(name, score))
    print(line("all", whole))
    print("(precision / recall; dates right / unknown / wrong; fields right)\n")
    held = goals(whole)
    for goal, reached in held.items():
        print(f"{goal}: {'reached' if reached else 'MISSED'}")
    print("", *whole.misses, sep="\n")
    return 0 if all(held.values()) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILES))
