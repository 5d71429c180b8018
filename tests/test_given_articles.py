"""Plain text files as people have them: no front matter, long paragraphs, curly quotes, words run together."""

import pytest

from index.embedder import MiniLMEmbedding
from index.files import walk
from index.index import Index
from index.loading import load
from qa.pipeline import Pipeline
from qa.reading.reader import Reader
from qa.reading.scales import Scales

FERRY = (
    "Island ferry to return after two years, minister says\n"
    "CNN — Norway’s transport minister, Ingrid Solberg, said on Tuesday that the ferry to the island of Værlandet would sail"
    " again in March, two years after it was stopped.“We have listened to the islanders,” Solberg wrote on social media, adding"
    " that “nobody should need a helicopter to see a dentist.”The announcement came after months of protest on the island, where"
    " about 340 people live, and one day before the minister was due to meet the mayor, Lars Haugen.The new vessel, an electric"
    " catamaran, is being built in a shipyard in Ålesund and will cost 92 million kroner.\n"
    "Haugen, who has led the campaign since 2023, welcomed the news.“It is late, but it is not too late,” he told"
    " reporters.The opposition said that the subsidy of 14 million kroner a year was too high. Critics also doubt that the"
    " timetable, with four departures a day, can be kept in winter.\n"
)
BRIDGE = (
    "City council halts work on Lisbon footbridge\n\n"
    "The city council of Lisbon has stopped the construction of a footbridge over the Alcântara valley, after engineers found"
    " cracks in two of its five pillars, with councillor Marta Figueiraannouncing the decision late on Monday. The bridge was"
    " meant to open in May. “Safety comes first,” Figueira said. “We’ll only go on when every pillar has been tested.”\n\n"
    "The builder, Pontes do Tejo, rejected the criticism. Its director, Rui Sampaio, blamed “unusually heavy rain” in January"
    " and said that the repairs would take no longer than six weeks. The project was planned to cost €8.4 million, but by"
    " last week it had already swallowed €11.2 million, according to the newspaper Público.\n"
)


@pytest.fixture(scope="module")
def answers(
    tmp_path_factory: pytest.TempPathFactory, embedder: MiniLMEmbedding, reader: Reader
) -> Pipeline:
    folder = tmp_path_factory.mktemp("given")
    for name, text in (("ferry.txt", FERRY), ("bridge.txt", BRIDGE)):
        (folder / name).write_text(text, encoding="utf-8")
    with Index.open(folder / "index", embedder) as index:
        paths = [folder / "ferry.txt", folder / "bridge.txt"]
        report = index.ingest(article for path, root in walk(paths) for article in load(path, root))
        assert (report.added, report.failed) == (2, [])
        yield Pipeline(index, reader, Scales.load())


def test_titles_are_first_lines_and_the_text_is_kept_as_it_was(answers: Pipeline) -> None:
    found = {one.title: one.text for one in answers.index.articles()}
    assert found == {FERRY.splitlines()[0]: FERRY, BRIDGE.splitlines()[0]: BRIDGE}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many people live on the island of Værlandet?", "340 people live"),
        ("Where is the new ferry being built?", "shipyard in Ålesund"),
        ("Who blamed the rain?", "Rui Sampaio, blamed"),
        (
            "Who announced that the construction of the footbridge was stopped?",
            "Figueiraannouncing",
        ),
    ],
)
def test_the_right_sentence_is_cited(answers: Pipeline, question: str, said: str) -> None:
    answer = answers.answer(question)
    assert answer.status == "answered"
    assert any(said in citation.text for citation in answer.citations)
    for citation in answer.citations:
        article = answers.index.article(citation.article_id)
        assert article is not None
        assert article.text[citation.start : citation.end] == citation.text


def test_what_they_do_not_say_is_not_answered(answers: Pipeline) -> None:
    assert answers.answer("Who won the Champions League in 2019?").status == "no_answer"
