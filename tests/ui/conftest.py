"""Hand-made records of one answered and one refused question, and a pipeline that gives them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from index.articles import make_article
from index.records import Article, Filters
from index.sentences import split
from qa.records import NEAREST, Answer, Citation, Claim, Event, Evidence, ShortAnswer, Turn
from ui import cli

TEXT = "Lavrov to lead the talks\n\nSergey Lavrov leads the Russian side. Marco Rubio speaks for Washington.\n\nMore follows."
FIRST, SECOND = "Sergey Lavrov leads the Russian side.", "Marco Rubio speaks for Washington."


def cited(number: int, text: str) -> Citation:
    start = TEXT.index(text)
    return Citation(
        number, "talks.md", "Talks", "Gazette", None, "2025-10-17", start, start + len(text), text
    )


@pytest.fixture
def article() -> Article:
    return make_article(
        TEXT,
        title="Talks",
        source="Gazette",
        published="2025-10-17",
        id="talks.md",
        url="https://example.org/t",
    )


@pytest.fixture
def answered() -> Answer:
    start = TEXT.index(FIRST)
    passage = f"{FIRST} {SECOND}"
    seen = Evidence(
        "talks.md",
        "Talks",
        "Gazette",
        "2025-10-17",
        start,
        start + len(passage),
        passage,
        0.9,
        True,
        "cited",
    )
    other = Evidence(
        "talks.md", "Talks", "Gazette", None, 0, 24, TEXT[:24], 0.2, False, "below the threshold"
    )
    body = f"{FIRST} [1]\n{SECOND} [2]"
    second = body.index(SECOND)
    return Answer(
        "a1",
        "Who leads the Russian side?",
        "Who leads the Russian side?",
        "answered",
        0.9,
        body,
        ShortAnswer("Sergey Lavrov", 1, start, start + 13),
        (
            Claim(FIRST, 0, len(FIRST), "supported", 0.9, None, (1,)),
            Claim(
                SECOND, second, second + len(SECOND), "partly", 0.5, "no date in the source", (2,)
            ),
        ),
        (cited(1, FIRST), cited(2, SECOND)),
        (seen, other),
        timings_ms={"retrieve": 4.0, "choose": 6.0},
    )


@pytest.fixture
def refused(answered: Answer) -> Answer:
    passage = answered.evidence[0]
    end = passage.start + len(FIRST)
    nearest = replace(passage, end=end, text=FIRST, used=False, why=NEAREST)
    return Answer(
        "a2",
        "Who won?",
        "Who won?",
        "no_answer",
        0.1,
        "This is not in the articles.",
        evidence=(nearest, *answered.evidence),
    )


class Scripted:
    """Answers every question with the given record, claim by claim; `asked` keeps what came in."""

    writer, model = "quote", None

    def __init__(self, record: Answer, articles: Sequence[Article]) -> None:
        self.record, self.asked = record, list[tuple[str, Sequence[Turn], Filters]]()
        self.searched = list[tuple[str, Filters]]()
        self.alone = list[bool]()
        kept = {one.id: one for one in articles}
        self.index = SimpleNamespace(
            article=kept.get,
            articles=lambda **_: list(kept.values()),
            count=lambda _=None: len(kept),
            has_articles=lambda _=None: bool(kept),
            sentences=lambda id: split(kept[id].text),
            collections=lambda _=None: {},
            listeners=[],
            generation=1,
        )

    def quoting(self) -> "Scripted":
        return self

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = Filters(),
        alone: bool = False,
        **_: Any,
    ) -> Iterator[Event]:
        self.asked.append((question, history, filters))
        self.alone.append(alone)
        yield Event("evidence", self.record.evidence)
        for claim, one in zip(self.record.claims, self.record.citations, strict=True):
            yield Event("claim", claim=claim, citations=(one,))
        yield Event("done", answer=self.record)

    def search(self, question: str, *, filters: Filters, **_: Any) -> list[Evidence]:
        self.searched.append((question, filters))
        return list(self.record.evidence)


@pytest.fixture
def scripted(answered: Answer, article: Article) -> Scripted:
    return Scripted(answered, [article])


class Footnote:
    """Runs the command in this process; gives its exit code, stdout and stderr."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def __call__(self, *words: object) -> tuple[int, str, str]:
        self.monkeypatch.setattr("sys.argv", ["footnote", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = self.capsys.readouterr()
        return int(str(ended.value.code or 0)), out, err


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOOTNOTE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def footnote(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Footnote:
    return Footnote(monkeypatch, capsys)
