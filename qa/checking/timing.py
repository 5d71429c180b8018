"""Notes that say which days the cited sentences mean."""

from collections.abc import Sequence

from qa.checking import dates
from qa.records import Citation, Note


def dated(citations: Sequence[Citation]) -> list[Note]:
    """One note for each relative time in a cited sentence, counted from its article's date."""
    return [
        Note("date", f"{dates.describe(one)} in [{citation.number}].")
        for citation in citations
        for one in dates.resolve(citation.text, citation.published)
    ]
