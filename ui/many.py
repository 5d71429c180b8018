"""`footnote ask --file`: many questions from a table into a table, going on where an earlier run
ended."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ui.cells import guarded, plain

COLUMNS = (
    "question",
    "status",
    "answer",
    "short_answer",
    "probability",
    "sources",
    "offsets",
    "links",
    "error",
)
Ask = Callable[[str], dict[str, Any]]  # a question to its record; ValueError says why there is none


def questions(file: Path) -> list[str]:
    """The cells under `question`, or of the only column. Raises ValueError for a table without such
    a column."""
    with file.open(encoding="utf-8-sig", newline="") as table:
        rows = [row for row in csv.reader(table) if any(cell.strip() for cell in row)]
    if not rows:
        raise ValueError(
            f"{file}: it has no rows; write a question on each, under the word question"
        )
    names = [name.strip().lower() for name in rows[0]]
    if "question" in names:
        column = names.index("question")
        return [row[column].strip() if column < len(row) else "" for row in rows[1:]]
    if len(names) == 1:
        return [row[0].strip() for row in rows]
    raise ValueError(f"{file}: it has no column named question; name one so in the first row")


def run(file: Path, output: Path, ask: Ask) -> int:
    """Answers what `output` does not have yet, a row at a time; returns how many were asked now."""
    asked = questions(file)
    done = _done(output, asked)
    bar = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with _appended(output) as table, Progress(*bar, console=Console(stderr=True)) as progress:
        task = progress.add_task("Questions", total=len(asked), completed=done)
        for question in asked[done:]:
            table.write(_line(_row(question, ask)))
            table.flush()
            progress.advance(task)
    return len(asked) - done


def _done(output: Path, asked: list[str]) -> int:
    """How many rows an earlier run left; a row that it did not finish is cut off. Raises ValueError
    for another table."""
    if not output.exists() or not output.stat().st_size:
        return 0
    with output.open(encoding="utf-8", errors="replace", newline="") as table:  # cut in a letter
        whole = list(_whole(table))
    if not whole and _line(COLUMNS).startswith(output.read_text("utf-8").strip()):
        output.write_text("")
        return 0
    rows = [next(csv.reader(row.splitlines(keepends=True))) for row in whole]
    earlier = [plain(row[0]) for row in rows[1:]]
    if rows[:1] != [list(COLUMNS)] or earlier != asked[: len(earlier)]:
        raise ValueError(
            f"{output}: it does not hold the answers to these questions; name another file"
        )
    with output.open("r+b") as table:
        table.truncate(len("".join(whole).encode()))
    return len(earlier)


def _whole(table: TextIO) -> Iterator[str]:
    """The text of each row that was written to its end, which is where no quotation is open."""
    row = ""
    for line in table:
        row += line
        if row.count('"') % 2 == 0 and row.endswith("\n"):
            yield row
            row = ""


@contextmanager
def _appended(output: Path) -> Iterator[TextIO]:
    """The table, open at its end, with its header."""
    with output.open("a", encoding="utf-8", newline="") as table:
        if not table.tell():
            table.write(_line(COLUMNS))
        yield table


def _line(cells: Iterable[object]) -> str:
    """A row of the table: every cell in quotes, for a spreadsheet may split at other signs than a
    comma, and none of them a formula."""
    line = io.StringIO(newline="")
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(guarded(str(cell)) for cell in cells)
    return line.getvalue()


def _row(question: str, ask: Ask) -> list[object]:
    """The cells of one answer; sources, offsets and links are JSON lists in the order of the
    citations."""
    try:
        record = ask(question)
    except ValueError as error:
        return [question, "error", "", "", "", "[]", "[]", "[]", str(error)]
    cited = record["citations"]
    short = record["short_answer"]["text"] if record["short_answer"] else ""
    lists = (
        [one["article_id"] for one in cited],
        [[one["start"], one["end"]] for one in cited],
        [one["link"] for one in cited],
    )
    told = (json.dumps(one, ensure_ascii=False) for one in lists)
    return [question, record["status"], record["answer"], short, record["probability"], *told, ""]
