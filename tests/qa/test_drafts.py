"""A text of one's own against the seeds: what is so, what is otherwise, what nobody wrote."""

import httpx
import pytest

from index.index import Index
from qa.checking.verify import Verifier
from qa.drafts import Checked, Checker
from qa.endpoint.schemas import MAX_TEXT
from qa.reading.reader import Reader
from qa.reading.scales import Scales

DRAFT = """# My draft

The Tomahawk flies about 1,600 kilometers. An $825 million arms package includes ERAM missiles.

Trump and Putin will meet in Vienna. Russian strikes injured 75 people. — The European Central Bank raised
interest rates."""
BORNE_OUT = [True, True, False, False, False]


def of(sentences: list[Checked]) -> dict[str, Checked]:
    return {one.text: one for one in sentences}


@pytest.fixture(scope="module")
def verifier(readers: dict[str, Reader]) -> Verifier:
    return Verifier(readers["strong"].support, Scales.load().support)


@pytest.fixture(scope="module")
def checked(seed_index: Index, verifier: Verifier) -> list[Checked]:
    return list(Checker(seed_index, verifier).check(DRAFT))


def test_each_sentence_has_its_place_finding_and_reason(checked: list[Checked]) -> None:
    assert all(DRAFT[one.start : one.end] == one.text for one in checked)
    body = [one for one in checked if "draft" not in one.text]
    assert [one.finding == "supported" for one in body] == BORNE_OUT
    for one in body:
        assert (one.reason is None) == (one.finding == "supported")


def test_sources_are_sentences_of_the_articles(checked: list[Checked], seed_index: Index) -> None:
    sources = [source for one in checked for source in one.sources]
    assert sources
    for source in sources:
        article = seed_index.article(source.article_id)
        assert article
        assert article.text[source.start : source.end] == source.text
        assert source.page.endswith(f"?s={source.start}-{source.end}")
    supported = next(one for one in checked if one.text.startswith("The Tomahawk"))
    assert supported.sources[0].text == "The Tomahawk flies about 1,600 kilometers, or 1,000 miles."


def test_a_number_stands_for_one_sentence_in_the_whole_text(checked: list[Checked]) -> None:
    places: dict[int, set[tuple[str, int]]] = {}
    for source in (source for one in checked for source in one.sources):
        places.setdefault(source.number, set()).add((source.article_id, source.start))
    assert all(len(some) == 1 for some in places.values())


def test_without_articles_nothing_is_found(verifier: Verifier, tmp_path, embedder) -> None:  # type: ignore[no-untyped-def]
    with Index.open(tmp_path, embedder) as index:
        [only] = Checker(index, verifier).check("He won the cup. …")
    assert (only.finding, only.sources) == ("not_found", ())


def test_over_http(seeded: str) -> None:
    reply = httpx.post(f"{seeded}/v1/check", json={"text": DRAFT}, trust_env=False, timeout=60)
    findings = [one["finding"] for one in reply.json()["sentences"]][-5:]
    assert [finding == "supported" for finding in findings] == BORNE_OUT
    none = {"text": DRAFT, "sources": ["Nobody"]}
    reply = httpx.post(f"{seeded}/v1/check", json=none, trust_env=False, timeout=60)
    assert {one["finding"] for one in reply.json()["sentences"]} == {"not_found"}


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": " . "}, {"text": "a" * (MAX_TEXT + 1)}, {"text": 3}]
)
def test_what_is_no_text_is_refused(seeded: str, body: dict[str, object]) -> None:
    reply = httpx.post(f"{seeded}/v1/check", json=body, trust_env=False)
    assert reply.status_code == 422
    assert reply.json()["error"]["field"] == "text"
