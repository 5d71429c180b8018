"""Dates for people."""

from datetime import date

from ui.texts import ENGLISH, Texts


def day(published: str | None, say: Texts = ENGLISH) -> str:
    """`17 October 2025`, or the words for an unknown date; a date that is not one is shown as it is."""
    try:
        known = date.fromisoformat((published or "")[:10])
    except ValueError:
        return published or say.no_date
    return say.day.format(day=known.day, month=say.months.split()[known.month - 1], year=known.year)
