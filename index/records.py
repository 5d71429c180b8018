"""The records of the index: articles, their sentences and passages, and what a search finds."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """One news article as stored; `text` is what is cited, every offset in the product counts its
    characters.

    `published` is an ISO date (`2025-10-17`) or None when unknown; `hash` is the sha256 of
    everything that is indexed. `origin` is what was named at the ingest that brought it, a folder
    or a file; None when it was sent or uploaded. `collections` are the names, in order, of those it
    belongs to; None, on the way in only, leaves them as they are.
    """

    id: str
    text: str
    title: str
    source: str = ""
    url: str | None = None
    author: str | None = None
    published: str | None = None
    path: str | None = None
    hash: str = ""
    origin: str | None = None
    collections: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """`article.text[start:end] == text`, half-open, in Unicode characters."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A few consecutive sentences of one article: what is embedded and retrieved. `sentences` are
    in article offsets."""

    id: str
    article_id: str
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles a question may use. Dates are ISO, inclusive; an article without a date passes
    no date filter.

    An article passes with one of the `sources`, in one of the `collections` and by one of the
    `authors`, whose case and accents do not matter; none named limits nothing. `within` are the
    collections that a key is bound to: whatever else is asked for, an article is in one of them.
    """

    published_after: str | None = None
    published_before: str | None = None
    sources: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()

    @property
    def members(self) -> tuple[str, ...] | None:
        """The collections of which an article must be in one, None for no matter which. One that a
        key is not bound to is as one that does not exist, also where an article that it sees is in
        both: no article is in one of ()."""
        if not self.within:
            return self.collections or None
        return tuple(name for name in self.collections or self.within if name in self.within)

    def owns(self, collections: Iterable[str] | None) -> bool:
        """Whether nobody who reads other collections would miss an article of these."""
        held = set(collections or ())
        return not self.within or bool(held and held.issubset(self.within))

    @property
    def bounds(self) -> "Filters":
        """What whoever asks may see at all, whatever else they limit a question to."""
        return Filters(within=self.within)


@dataclass(frozen=True, slots=True)
class Found:
    """A passage found for a query with its fused score (higher is better), cosine (-1 to 1) and
    BM25 score (0 when not matched)."""

    passage: Passage
    article: Article
    score: float
    cosine: float
    bm25: float
