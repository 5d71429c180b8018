"""The limits of a search as the page has them: sources, first and last day, collections."""

from dataclasses import asdict
from datetime import date

import gradio as gr

from index.records import Filters
from ui import texts
from ui.guard import bounds

NAMED = ("sources", "collections", "authors")
DAYS = ("published_after", "published_before")


def filters(
    request: gr.Request,
    sources: list[str] | None,
    after: str | None,
    before: str | None,
    collections: list[str] | None = None,
) -> Filters:
    """Raises gr.Error for a date that is not one; empty boxes limit nothing but what the visitor's
    key does."""
    say = texts.of(request)
    edges = [(edge or "").strip() or None for edge in (after, before)]
    for edge in edges:
        try:
            date.fromisoformat(edge or "2000-01-01")
        except ValueError:
            raise gr.Error(say.bad_date.format(edge), duration=8, print_exception=False) from None
    within = bounds(request).within
    return Filters(edges[0], edges[1], tuple(sources or ()), tuple(collections or ()), within)


def without(chosen: Filters, limit: str, value: str) -> Filters:
    """The filters without this value of the field named `limit`; as they are for anything else."""
    fields = asdict(chosen)
    if limit in NAMED:
        fields[limit] = tuple(one for one in fields[limit] if one != value)
    if limit in DAYS:
        fields[limit] = None
    return Filters(**fields)
