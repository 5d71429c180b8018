"""Builds the answer's text, claims and citations together, so that every offset is right by
construction."""

from collections.abc import Sequence

from index.records import Article, Sentence
from qa.links import link_to, page_of
from qa.records import Citation, Claim, Event, Support


class Composer:
    """Claims in, one after the other; a source sentence gets its number when it is first cited."""

    def __init__(self) -> None:
        self.text = ""
        self.claims: list[Claim] = []
        self.citations: list[Citation] = []

    def cite(self, article: Article, sentence: Sentence) -> int:
        """The number of a sentence's citation."""
        for known in self.citations:
            if (known.article_id, known.start) == (article.id, sentence.start):
                return known.number
        made = Citation(
            number=len(self.citations) + 1,
            article_id=article.id,
            title=article.title,
            source=article.source,
            url=article.url,
            published=article.published,
            start=sentence.start,
            end=sentence.end,
            text=article.text[sentence.start : sentence.end],
            link=link_to(article, sentence),
            page=page_of(article.id, sentence.start, sentence.end),
        )
        self.citations.append(made)
        return made.number

    def add(
        self,
        text: str,
        cited: Sequence[tuple[Article, Sentence]],
        support: tuple[Support, float, str | None] = ("supported", 1.0, None),
        *,
        line: bool = False,
        lead: str = "",
    ) -> Event:
        """Appends one claim with its markers, on a new `line` or after a space, behind a `lead` of
        ours, as a day; the event says what is new."""
        known = len(self.citations)
        numbers = tuple(dict.fromkeys(self.cite(article, sentence) for article, sentence in cited))
        if self.text:
            self.text += "\n" if line else " "
        self.text += lead
        start = len(self.text)
        claim = Claim(text, start, start + len(text), *support, citations=numbers)
        self.text += text + " " + "".join(f"[{n}]" for n in numbers)
        self.claims.append(claim)
        new = tuple(self.citations[known:])
        return Event("claim", claim=claim, citations=new, lead=lead)
