"""What a claim is held against: a cited sentence with what helps to understand it, as one text."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Source:
    """A cited sentence with its article's title and date (ISO) and the sentence before it."""

    text: str
    published: str | None = None
    title: str = ""
    before: str = ""


def premise(source: Source) -> str:
    """The text that the verifier reads for a source: title, date with its weekday, the sentence
    before in brackets (it explains, but bears nothing out), and the sentence."""
    title = f"{source.title}." if source.title else ""
    before = f"({source.before})" if source.before else ""
    parts = [title, dated(source.published), before, source.text]
    return " ".join(part for part in parts if part)


def dated(published: str | None) -> str:
    """`Published Friday 14 March 2025.`, or nothing for an unknown date."""
    if not published:
        return ""
    try:
        day = date.fromisoformat(published[:10])
    except ValueError:
        return ""
    return f"Published {day:%A} {day.day} {day:%B %Y}."
