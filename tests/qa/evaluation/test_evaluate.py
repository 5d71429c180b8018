"""The evaluation over a pipeline whose answers are written down: every figure is known
beforehand."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.articles import make_article
from index.records import Article, Sentence
from index.sentences import split
from qa.evaluation import figures
from qa.evaluation.evaluate import Evaluation, main, run
from qa.evaluation.questions import load
from qa.evaluation.tables import render
from qa.records import Answer, Citation, Claim, Evidence, ShortAnswer, Turn

Compare = Callable[..., figures.Comparison]
TALKS = "Sergey Lavrov leads the Russian side. Marco Rubio leads the American side. The talks begin next week."
URL = "https://example.org/call"
CALL = "The call lasted two hours. Both called it useful."
LAVROV, RUBIO, _ = (s.text for s in split(TALKS))
HOURS, _ = (s.text for s in split(CALL))


@dataclass
class Shelf:
    """The part of an index that an evaluation reads."""

    kept: dict[str, Article]
    embedder: object = field(default_factory=lambda: SimpleNamespace(dtype="float32"))

    def articles(self) -> list[Article]:
        return list(self.kept.values())

    def article(self, id: str) -> Article | None:
        return self.kept.get(id)

    def sentences(self, id: str) -> list[Sentence]:
        return split(self.kept[id].text) if id in self.kept else []

    def ingest(self, articles: Sequence[Article]) -> int:
        self.kept |= {one.id: one for one in articles}
        return len(self.kept)


@dataclass
class Written:
    """Gives the answers it was given, a refusal to any other question, and keeps the histories."""

    index: Shelf
    answers: dict[str, Answer]
    heard: dict[str, list[Turn]] = field(default_factory=dict)
    writer: str = "quote"
    model: str | None = None

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        self.heard[question] = list(history)
        return self.answers.get(question) or refusal(question)


def refusal(question: str, probability: float = 0.1) -> Answer:
    return Answer("x", question, question, "no_answer", probability, "Not in these articles.")


def quoting(
    question: str, article_id: str, text: str, *sentences: str, short: str | None = None
) -> Answer:
    places = [(text.index(s), text.index(s) + len(s), s) for s in sentences]
    cited = tuple(
        Citation(n, article_id, "T", "", None, None, *place) for n, place in enumerate(places, 1)
    )
    claims = tuple(
        Claim(s, 0, len(s), "supported", 1.0, None, (n,)) for n, s in enumerate(sentences, 1)
    )
    looked = (
        Evidence("other.md", "T", "", None, 0, 3, "Two", 0.9, False, "found"),
        Evidence(article_id, "T", "", None, 0, len(text), text, 0.8, True, "cited"),
    )
    marked = (
        ShortAnswer(short, 1, text.index(short), text.index(short) + len(short)) if short else None
    )
    return Answer(
        "x", question, question, "answered", 0.9, " ".join(sentences), marked, claims, cited, looked
    )


def row(id: str, question: str, **given: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "kind": "fact",
        "answerable": True,
        "answers": [],
        "article_id": None,
        "quotes": [],
        "history": [],
    }
    return {"id": id, "question": question} | plain | {"split": "dev"} | given


HISTORY = [
    {"role": "user", "content": "Who speaks for America?"},
    {"role": "assistant", "content": "Rubio. [1]"},
]
ROWS = [
    row(
        "lead",
        "Who leads the Russian side?",
        answers=["Lavrov"],
        article_id="talks.md",
        quotes=[[LAVROV]],
    ),
    row(
        "follow",
        "And Russia?",
        kind="followup",
        answers=["Lavrov"],
        article_id="talks.md",
        quotes=[[LAVROV]],
        history=HISTORY,
    ),
    row(
        "both",
        "List who leads.",
        kind="list",
        must=["Lavrov", "Rubio"],
        article_id="talks.md",
        quotes=[[LAVROV, RUBIO]],
    ),
    row(
        "long",
        "How long?",
        answers=["two hours"],
        article_id="call.md",
        answer_starts=[CALL.index("two")],
        split="report",
    ),
    row("china", "Who leads China's side?", kind="ontopic", answerable=False),
    row("moons", "How many moons?", kind="offtopic", answerable=False),
    row("german", "Wer ist da?", kind="language", answerable=False, status="no_answer"),
    row("hi", "hi", kind="greeting", status="answered"),
    row(
        "news",
        "What's new?",
        kind="news",
        answers=["talks"],
        article_id="call.md",
        quotes=[[HOURS], [CALL[27:]]],
    ),
]
GOOD = {
    "Who leads the Russian side?": quoting("", "talks.md", TALKS, LAVROV, short="Sergey Lavrov"),
    "And Russia?": quoting("", "talks.md", TALKS, RUBIO, LAVROV, short="Rubio"),
    "List who leads.": quoting("", "talks.md", TALKS, LAVROV, RUBIO),
    "How long?": quoting("", "call.md", CALL, HOURS, short="two hours"),
    "hi": Answer("x", "hi", "hi", "answered", 1.0, "Hello."),
    "What's new?": quoting("", "call.md", CALL, HOURS),
}


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in ROWS))
    return path


def pipeline(**changed: Answer) -> Written:
    shelf = Shelf(
        {
            name: make_article(text, id=name)
            for name, text in (("talks.md", TALKS), ("call.md", CALL))
        }
    )
    names = {str(one["id"]): str(one["question"]) for one in ROWS}
    return Written(shelf, GOOD | {names[id]: answer for id, answer in changed.items()})


@pytest.fixture
def compare(tmp_path: Path) -> Compare:
    """Takes the earlier evaluation as the text of its file."""

    def compared(evaluation: Evaluation, text: str, **options: int) -> figures.Comparison:
        (tmp_path / "earlier.json").write_text(text)
        return figures.compare(
            evaluation, figures.Baseline.read(tmp_path / "earlier.json"), **options
        )

    return compared


def fewer(questions: Path, count: int) -> None:
    questions.write_text("".join(questions.read_text().splitlines(keepends=True)[:count]))


def value(evaluation: Evaluation, name: str) -> tuple[float, int]:
    figure = evaluation.figures()[name]
    return pytest.approx(figure.value), figure.n


def test_right_answers_are_right(questions: Path) -> None:
    asked = pipeline()
    evaluation = run(asked, questions)
    for name in ("right", "expected"):
        assert value(evaluation, name) == (1.0, 9)
    for name in ("answered", "gold_cited", "recall@3", "citation_recall"):
        assert value(evaluation, name) == (1.0, 5)
    assert value(evaluation, "recall@1") == (0.0, 5)
    assert value(evaluation, "gold_first") == (0.8, 5)
    assert value(evaluation, "quote_f1") == ((4 + 2 / 3) / 5, 5)
    assert value(evaluation, "citation_precision") == (0.9, 5)
    assert value(evaluation, "answer_hit") == (0.8, 5)
    assert value(evaluation, "short_f1") == ((2 / 3 + 0 + 1) / 3, 3)
    assert value(evaluation, "false_answer") == (0.0, 3)
    assert value(evaluation, "false_ontopic") == value(evaluation, "false_offtopic") == (0.0, 1)
    assert value(evaluation, "refusal_precision") == value(evaluation, "refusal_recall") == (1.0, 3)
    assert value(evaluation, "auroc") == (1.0, 3)
    assert value(evaluation, "brier") == (0.01, 8)
    assert value(evaluation, "brier_skill") == (1 - 0.01 / (15 / 64), 3)
    assert value(evaluation, "invalid") == (0.0, 9)
    assert asked.heard["And Russia?"] == [
        Turn("user", "Who speaks for America?"),
        Turn("assistant", "Rubio. [1]"),
    ]
    assert asked.heard["hi"] == []


@pytest.mark.parametrize(
    ("id", "answer", "lost"),
    [
        ("lead", refusal(""), {"answered", "gold_cited", "answer_hit", "right", "expected"}),
        ("lead", quoting("", "talks.md", TALKS, RUBIO), {"gold_cited", "answer_hit", "right"}),
        ("lead", quoting("", "call.md", TALKS, LAVROV), {"gold_cited", "right", "recall@all"}),
        ("lead", replace(GOOD["Who leads the Russian side?"], status="partial"), set()),
        ("both", quoting("", "talks.md", TALKS, RUBIO), {"answer_hit", "right"}),
        (
            "long",
            quoting("", "call.md", CALL, CALL[27:]),
            {"gold_cited", "gold_first", "answer_hit", "right"},
        ),
        ("china", quoting("", "talks.md", TALKS, RUBIO), {"refusal_recall", "right", "expected"}),
        ("german", quoting("", "talks.md", TALKS, RUBIO), {"refusal_recall", "right", "expected"}),
        ("hi", refusal("hi"), {"right", "expected"}),
        ("news", quoting("", "talks.md", TALKS, RUBIO), {"gold_cited", "right"}),
    ],
)
def test_what_one_wrong_answer_costs(
    questions: Path, id: str, answer: Answer, lost: set[str]
) -> None:
    (before,) = [one.scores for one in run(pipeline(), questions).asked if one.id == id]
    (after,) = [
        one.scores for one in run(pipeline(**{id: answer}), questions).asked if one.id == id
    ]
    assert lost <= {name for name in before if after.get(name, 0.0) < before[name]}
    assert after["right"] == float("right" not in lost)


def test_false_answers_are_told_apart_by_kind(questions: Path) -> None:
    evaluation = run(pipeline(china=quoting("", "talks.md", TALKS, RUBIO)), questions)
    assert value(evaluation, "false_answer") == (1 / 3, 3)
    assert value(evaluation, "false_ontopic") == (1.0, 1)
    assert value(evaluation, "false_offtopic") == (0.0, 1)
    assert value(evaluation, "auroc_ontopic") == (0.5, 1)
    assert value(evaluation, "auroc_offtopic") == (1.0, 1)


def test_a_citation_that_points_elsewhere_is_invalid_and_fails(
    questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = GOOD["Who leads the Russian side?"]
    for moved in (
        replace(good.citations[0], start=1),
        replace(good.citations[0], article_id="gone.md"),
    ):
        broken = pipeline(lead=replace(good, citations=(moved,)))
        assert value(run(broken, questions), "invalid") == (1 / 9, 9)
        assert main(broken, questions) == 1
    assert "invalid citations" in capsys.readouterr().out


WHO = '{"id": "a", "question": "Who?", "answerable": true'


@pytest.mark.parametrize(
    "line",
    [
        *("{", "[]", "3", '{"id": "a", "question": "Who?"}', WHO + ', "quotes": ["He leads."]}'),
        *(
            WHO + ', "history": [{"role": "user"}]}',
            WHO + ', "history": [{"role": "system", "content": ""}]}',
        ),
    ],
)
def test_a_row_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text(json.dumps(ROWS[0]) + "\n\n" + line + "\n")
    with pytest.raises(ValueError, match=r"odd\.jsonl:3: not a question"):
        load(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Invalid JSON"),
        ("[]", "should be an object"),
        ('{"fingerprint": {}}', "questions: Field required"),
        ('{"fingerprint": {}, "questions": [{"id": "lead"}]}', "questions.0.kind: Field required"),
    ],
)
def test_a_baseline_that_is_none_is_named_before_anything_is_asked(
    questions: Path, text: str, said: str
) -> None:
    file, asked = questions.with_name("base.json"), pipeline()
    file.write_text(text)
    with pytest.raises(
        ValueError, match=rf"base\.json: not a baseline \([^\n]*{said}[^\n]*\); write it with"
    ) as raised:
        main(asked, questions, baseline=file)
    assert "\n" not in str(raised.value)
    assert asked.heard == {}


def test_a_baseline_without_scores_is_named(questions: Path) -> None:
    file = questions.with_name("base.json")
    file.write_text(run(pipeline(), questions).to_json(brief=True).replace('"right"', '"wrong"'))
    with pytest.raises(ValueError, match="question both has no score 'right'"):
        main(pipeline(), questions, baseline=file)


def test_articles_are_known_by_path_and_must_be_there(questions: Path) -> None:
    asked = pipeline()
    asked.index.kept[URL] = replace(asked.index.kept.pop("call.md"), id=URL, path="call.md")
    changed = {
        name: replace(one, citations=tuple(replace(c, article_id=URL) for c in one.citations))
        for name, one in GOOD.items()
        if one.citations and one.citations[0].article_id == "call.md"
    }
    assert value(run(Written(asked.index, GOOD | changed), questions), "gold_cited") == (1.0, 5)
    del asked.index.kept[URL]
    with pytest.raises(ValueError, match=r"question long is about call\.md"):
        run(asked, questions)


def test_json_is_stable_and_says_what_it_is_true_of(questions: Path) -> None:
    one, two = run(pipeline(), questions), run(pipeline(), questions)
    assert one.to_json(brief=True) == two.to_json(brief=True)
    told = json.loads(one.to_json())
    assert set(told) >= {"fingerprint", "figures", "kinds", "latency_ms", "questions"}
    assert [q["id"] for q in told["questions"]] == sorted(str(r["id"]) for r in ROWS)
    assert "seconds" not in one.to_json(brief=True)
    other = pipeline()
    other.index.kept["talks.md"] = replace(other.index.kept["talks.md"], hash="0")
    changed = run(other, questions).fingerprint
    assert {key for key in changed if changed[key] != one.fingerprint[key]} == {"articles"}
    fewer(questions, 2)
    assert run(pipeline(), questions).fingerprint["questions"] != one.fingerprint["questions"]


def test_the_same_again_is_not_worse(questions: Path, compare: Compare) -> None:
    evaluation = run(pipeline(), questions)
    for brief in (True, False):
        comparison = compare(evaluation, evaluation.to_json(brief=brief))
        assert (comparison.worse, comparison.drops, comparison.worsened, comparison.notes) == (
            False,
            {},
            (),
            (),
        )


def test_one_flip_is_named_but_not_worse_and_two_of_few_are(
    questions: Path, compare: Compare
) -> None:
    baseline = run(pipeline(), questions).to_json(brief=True)
    once = compare(run(pipeline(lead=refusal("", 0.7)), questions), baseline)
    assert [one.id for one in once.worsened] == ["lead"]
    assert not once.worse
    twice = compare(
        run(pipeline(lead=refusal("", 0.7), long=refusal("", 0.7)), questions), baseline
    )
    assert {"right", "answered", "gold_cited"} <= set(twice.drops)
    assert twice.worse
    back = compare(run(pipeline(), questions), run(pipeline(lead=refusal("")), questions).to_json())
    assert [one.id for one in back.improved] == ["lead"]
    assert not back.worse


def test_many_flips_are_worse_even_when_as_many_improve(questions: Path, compare: Compare) -> None:
    wrong = {"lead": refusal(""), "both": refusal("")}
    other = {"long": refusal(""), "follow": refusal("")}
    comparison = compare(
        run(pipeline(**wrong), questions), run(pipeline(**other), questions).to_json(), flips=1
    )
    assert len(comparison.worsened) == len(comparison.improved) == 2
    assert comparison.worse


def test_probabilities_that_move_a_little_are_not_worse_and_those_that_cross_are(
    questions: Path, compare: Compare
) -> None:
    baseline = run(pipeline(), questions).to_json()
    near = {
        id: replace(GOOD[str(r["question"])], probability=0.88)
        for r in ROWS[:4]
        if (id := str(r["id"]))
    }
    assert not compare(run(pipeline(**near), questions), baseline).worse
    under = {id: replace(answer, probability=0.05) for id, answer in near.items()}
    assert "auroc" in compare(run(pipeline(**under), questions), baseline).drops


def test_a_baseline_of_other_questions(questions: Path, compare: Compare) -> None:
    whole = run(pipeline(), questions)
    fewer(questions, 3)
    part = run(pipeline(), questions)
    assert "compared over the 3 questions that both have" in compare(part, whole.to_json()).notes
    renamed = whole.to_json().replace('"id": "', '"id": "new-')
    with pytest.raises(ValueError, match="none of these questions"):
        compare(part, renamed)


def test_main_writes_compares_and_prints(
    questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    baseline, output = tmp_path / "baseline.json", tmp_path / "out.json"
    assert main(pipeline(), questions, write_baseline=baseline) == 0
    assert main(pipeline(), questions, baseline=baseline, output=output) == 0
    assert json.loads(output.read_text())["questions"][0]["answer"]
    assert "not worse than the baseline" in capsys.readouterr().out
    assert main(pipeline(lead=refusal(""), long=refusal("")), questions, baseline=baseline) == 1
    told = capsys.readouterr().out
    assert "WORSE" in told
    assert "lead" in told
    assert "Who leads the Russian side?" in told


def test_the_tables_are_short_and_markup_in_questions_is_text(
    questions: Path, compare: Compare
) -> None:
    evaluation = run(pipeline(), questions)
    assert all(len(line) <= 100 for line in render(evaluation).splitlines())
    assert len(render(evaluation).splitlines()) < 60
    odd = replace(
        evaluation.asked[0], question="[red]Who?[/nothing]", scores={"right": 0.0, "invalid": 0.0}
    )
    comparison = compare(evaluation, evaluation.to_json())
    assert "[red]Who?[/nothing]" in render(evaluation, replace(comparison, worsened=(odd,)))
