"""Dates for people."""

from datetime import date

from ui import texts


def day(published: str | None) -> str:
    """`17 October 2025`, or the words for an unknown date; a date that is not one is shown as it is."""
    try:
        known = date.fromisoformat((published or "")[:10])
    except ValueError:
        return published or texts.NO_DATE
    return f"{known.day} {known:%B %Y}"
