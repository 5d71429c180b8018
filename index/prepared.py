"""Articles cut into passages, ready to be embedded and written."""

import hashlib
from dataclasses import dataclass

from index.encoding import is_english
from index.passages import group
from index.records import Article, Passage
from index.sentences import split


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article with its passages, the texts to embed for them, and those texts' digests."""

    article: Article
    passages: list[Passage]
    texts: list[str]
    digests: list[str]


@dataclass(frozen=True, slots=True)
class Batch:
    """New and changed articles, and how many articles had been read until then."""

    done: int
    prepared: list[Prepared]


def prepare(article: Article, words: int, overlap: int) -> Prepared:
    """Raises ValueError for an article that cannot be stored."""
    if not article.id:
        raise ValueError("it has no id; give it one")
    for value in (article.id, article.text, article.title, article.source):
        value.encode()  # lone surrogates
    passages = group(article, split(article.text), words, overlap)
    if not passages:
        raise ValueError("it has no text; leave it out")
    texts = [f"{article.title}\n{passage.text}" for passage in passages]
    return Prepared(article, passages, texts, [digest_of(text) for text in texts])


def warnings(article: Article) -> list[str]:
    """Lines about an article that is taken all the same."""
    if is_english(article.text):
        return []
    return [f"{article.id}: does not read as English; it is taken, but answers from it may be poor"]


def digest_of(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
