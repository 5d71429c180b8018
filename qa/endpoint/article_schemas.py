"""What the endpoint accepts and returns about articles and collections."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from index.fields import LONGEST_COLLECTION, MOST_COLLECTIONS
from qa.endpoint.checks import WORD, storable
from qa.endpoint.schemas import Address, Day, Line, Strict

Collection = Annotated[
    str, Field(min_length=1, max_length=LONGEST_COLLECTION), AfterValidator(storable)
]
ArticleId = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(storable)]


class ArticleWrite(Strict):
    """An article as a caller writes it; what is not given is taken from the text or stays
    unknown."""

    text: Annotated[
        str, Field(min_length=1, max_length=20_000_000, pattern=WORD), AfterValidator(storable)
    ]
    title: Line | None = None
    source: Line = ""
    url: Address | None = None
    author: Line | None = None
    published: Day | None = None
    path: Line | None = Field(
        None, description="Of the file it came in; the id where nothing else names it."
    )
    origin: Line | None = Field(
        None, description="The folder or file that was ingested, for whoever keeps it in step."
    )
    collections: list[Collection] | None = Field(
        None,
        max_length=MOST_COLLECTIONS,
        description="Names of those it belongs to; null leaves those it is in.",
    )


class NewArticle(ArticleWrite):
    id: ArticleId | None = Field(None, description="Else the URL, else made from the text.")


class ArticlesWrite(Strict):
    articles: list[NewArticle] = Field(min_length=1, max_length=1_000)


class ArticleLine(BaseModel):
    id: str
    title: str
    source: str
    url: str | None
    path: str | None
    origin: str | None
    published: str | None
    collections: list[str]


class ArticlePage(BaseModel):
    articles: list[ArticleLine]
    total: int
    next: str | None = Field(description="Address of the next page, null on the last.")


class CollectionLine(BaseModel):
    name: str
    articles: int


class CollectionList(BaseModel):
    collections: list[CollectionLine]


class CollectionRemoved(BaseModel):
    removed: list[str] = Field(description="Ids of the articles that are gone.")
    kept: list[str] = Field(description="Of those that are in another collection and only left.")


class SentenceOut(BaseModel):
    start: int
    end: int
    text: str


class ArticleFull(ArticleLine):
    author: str | None
    hash: str
    text: str
    sentences: list[SentenceOut] = Field(
        description="text[start:end] of each, in Unicode characters."
    )
    near: list[str] = Field(
        description="Ids of articles that share most of their words with it, the nearest first."
    )


class WriteReport(BaseModel):
    ids: list[str]
    added: int
    unchanged: int
    replaced: int
    passages: int = Field(description="Of the new and changed articles.")
    failed: list[str] = Field(description="A line for each article that cannot be stored.")
    warnings: list[str] = Field(description="Lines about articles that were taken all the same.")
    same: list[list[str]] = Field(description="Pairs of ids: articles with the very same text.")
    near: list[list[str]] = Field(
        description="Pairs of ids: articles that share most of their words."
    )
