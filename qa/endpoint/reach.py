"""What a request reaches: everything, or the collections that its key is bound to."""

from dataclasses import replace
from typing import Any

from index.articles import among
from index.index import Index
from index.records import Article, Filters
from qa.endpoint.problems import problem


def reach(state: Any) -> Filters:
    """The bounds of a request, from its `state`, where the gate wrote its key's collections; none
    bind nothing."""
    return Filters(within=tuple(getattr(state, "collections", ())))


def sees(bounds: Filters, article: Article) -> bool:
    return not bounds.within or not set(bounds.within).isdisjoint(article.collections or ())


def shown(bounds: Filters, article: Article) -> Article:
    """The article as it may be read: of its collections only those within the bounds are named."""
    if not bounds.within:
        return article
    named = [name for name in article.collections or () if name in bounds.within]
    return replace(article, collections=tuple(named))


def writable(index: Index, bounds: Filters, article: Article) -> Article:
    """The article as it may be written; raises 403 for one of which others would lose something.

    What a bound key adds without saying where goes into all of its collections.
    """
    if not bounds.within:
        return article
    old = index.article(article.id)
    if old:
        check_owned(bounds, old)
    if article.collections is None:
        return article if old else among(article, bounds.within)
    if not bounds.owns(article.collections):
        names = ", ".join(bounds.within)
        text = f"{article.id}: this key may write only into {names}; name some of these"
        raise problem(403, "foreign_collection", text, "collections")
    return article


def check_owned(bounds: Filters, article: Article) -> None:
    """Raises 403 when the article is in a collection beyond these bounds."""
    if not bounds.owns(article.collections):
        text = f"{article.id}: it belongs to collections that this key is not bound to; leave it"
        raise problem(403, "foreign_article", text)
