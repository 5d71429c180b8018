"""Checks somebody's own text: each sentence against the articles, with the best source sentences
and the reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.index import Index
from index.records import Article, Filters, Sentence
from index.sentences import split
from qa.checking import injection
from qa.checking.judge import Judge
from qa.checking.verify import Verdict, Verifier
from qa.reading.choose import POINTING
from qa.records import Citation
from qa.writing.compose import Composer

Finding = Literal["supported", "partly", "contradicted", "not_found"]
PASSAGES = 8  # looked at for one sentence
NOTHING = "no article says anything near to this"


@dataclass(frozen=True, slots=True)
class Checked:
    """One sentence of the text: `text[start:end]` is it. `probability` is of being supported;
    `sources` are what supports or contradicts it, or comes nearest, their numbers counting over the
    whole text."""

    text: str
    start: int
    end: int
    finding: Finding
    probability: float
    reason: str | None
    sources: tuple[Citation, ...]


class Checker:
    """Over the articles of an index."""

    def __init__(self, index: Index, verifier: Verifier) -> None:
        self._index, self._verifier = index, verifier

    def check(self, text: str, filters: Filters = Filters()) -> Iterator[Checked]:
        """One for each sentence with a word in it, in the text's order."""
        cited = Composer()
        before = ""
        for sentence in split(text):
            if any(character.isalnum() for character in sentence.text):
                points_back = POINTING.match(sentence.text)
                query = f"{before} {sentence.text}" if points_back else sentence.text
                yield self._checked(sentence, self._sentences(query, filters), cited)
                before = sentence.text

    def _sentences(self, query: str, filters: Filters) -> list[tuple[Article, Sentence]]:
        """The sentences of the passages found, each once, in the order of the best passage and then
        of the text."""
        places: dict[tuple[str, int], tuple[Article, Sentence]] = {}
        for one in self._index.find(query, PASSAGES, filters):
            for sentence in one.passage.sentences:
                if injection.citable(sentence, one.article):
                    places.setdefault((one.article.id, sentence.start), (one.article, sentence))
        return list(places.values())

    def _checked(
        self, sentence: Sentence, near: Sequence[tuple[Article, Sentence]], cited: Composer
    ) -> Checked:
        place = (sentence.text, sentence.start, sentence.end)
        if not near:
            return Checked(*place, "not_found", 0.0, NOTHING, ())
        chosen, verdict = Judge(near, self._index.embedder, self._verifier).best(sentence.text, [])
        sources = [near[n] for n in chosen]
        finding = _finding(verdict)
        numbers = [cited.cite(*one) for one in sources]
        citations = tuple(cited.citations[number - 1] for number in numbers)
        return Checked(*place, finding, round(verdict.probability, 4), verdict.reason, citations)


def _finding(verdict: Verdict) -> Finding:
    if verdict.support != "unsupported":
        return verdict.support
    return "contradicted" if verdict.contradicted else "not_found"
