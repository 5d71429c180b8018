"""The lines of an answer to a question to the archive, and the sentences that they rest on."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from llama_index.core.base.embeddings.base import BaseEmbedding

from index.embedder import embed, embed_query
from index.mentions import Mention
from index.records import Article, Filters, Found, Passage, Sentence
from qa.checking import injection
from qa.reading.choose import stems

ALIKE = 0.6  # of a sentence's words that an earlier one has: it tells the same
Cited = tuple[Article, Sentence]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the answer: what stands before it (a day, an outlet), its text, and the sentences
    that it rests on."""

    lead: str
    text: str
    cited: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The lines of an answer, none when the archive has nothing; `probability` is that they tell of
    what is asked about; `as_of` is the day that relative dates count from."""

    lines: list[Line] = field(default_factory=list)
    probability: float = 1.0
    filters: Filters = Filters()
    as_of: str | None = None

    @property
    def found(self) -> list[Found]:
        """Every sentence cited, as a passage of its own."""
        places = dict.fromkeys(pair for line in self.lines for pair in line.cited)
        return [Found(_alone(article, one), article, 1.0, 1.0, 0.0) for article, one in places]


def line(lead: str, pair: Cited) -> Line:
    """A sentence as it stands, behind `lead`."""
    return Line(lead, pair[1].text, (pair,))


def citable(mention: Mention) -> list[Sentence]:
    """Its sentences that may be cited."""
    return [one for one in mention.sentences if injection.citable(one, mention.article)]


def nearest(embedder: BaseEmbedding, text: str, pairs: Sequence[Cited], most: int) -> list[Cited]:
    """The `most` sentences nearest to a text, the nearest first, each telling something else."""
    if not pairs:
        return []
    vectors = embed(embedder, [one.text for _, one in pairs])
    likeness = vectors @ embed_query(embedder, text)
    return distinct([pairs[n] for n in (-likeness).argsort(kind="stable")])[:most]


def distinct(pairs: Sequence[Cited]) -> list[Cited]:
    """Without those that tell what an earlier one told."""
    kept: list[Cited] = []
    told: list[set[str]] = []
    for article, one in pairs:
        words = stems(one.text)
        if all(len(words & other) < ALIKE * len(words | other) for other in told):
            kept.append((article, one))
            told.append(words)
    return kept


def _alone(article: Article, one: Sentence) -> Passage:
    return Passage(f"{article.id}#{one.start}", article.id, one.start, one.end, one.text, (one,))
