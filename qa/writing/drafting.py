"""Has a language model write, and lets nothing through that its cited sentences do not support."""

import time
from collections.abc import Iterator, Sequence

from index.records import Article, Found, Sentence
from qa.checking import dates, injection
from qa.checking.judge import Judge
from qa.checking.sides import Sides
from qa.reading.choose import Candidate
from qa.records import Event, Note
from qa.writing.compose import Composer
from qa.writing.markers import MarkerParser, Piece
from qa.writing.models import Model
from qa.writing.numbered import Numbered
from qa.writing.writers import Draft, declines, write

SURE = 0.85  # from this probability on, a model that sees no answer is not believed
MOST_CLAIMS = 16  # different sentences of a reply that are checked; an answer has a few
MOST_MARKERS = 8  # sources of one claim that are looked at, the first ones


class Drafting:
    """One model-written answer: iterate over `claims()` once, then read what became of it.

    `wrote`: at least one claim of the model's stands. `declined`: the model said that the sentences
    do not answer.
    """

    def __init__(
        self,
        model: Model,
        composer: Composer,
        question: str,
        chosen: Sequence[Candidate],
        judge: Judge,
    ) -> None:
        self._composer, self._chosen, self._judge, self._shown = (
            composer,
            chosen,
            judge,
            judge.shown,
        )
        self._timeout, self._end = model.timeout, time.monotonic() + model.timeout
        self._draft: Draft = write(
            model.llm, question, _numbered(self._shown, judge.sides), timeout=model.timeout
        )
        self._checked: set[str] = set()
        self.model = model.name
        self.notes: list[Note] = []
        self.wrote = self.declined = False
        self.checked_ms = 0.0

    @property
    def draft(self) -> str:
        """What the model said, raw."""
        return self._draft.text

    @property
    def tokens(self) -> tuple[int, int] | None:
        """Of the prompt and of the reply, where the server counts them."""
        return self._draft.tokens

    def claims(self) -> Iterator[Event]:
        """Each claim of the reply once it is checked: as written, as the source sentence itself, or
        not at all."""
        for piece in self._pieces():
            if piece.text in self._checked or declines(piece.text):
                continue
            if len(self._checked) == MOST_CLAIMS:
                self._stopped(f"only its first {MOST_CLAIMS} sentences were checked")
                break
            if time.monotonic() >= self._end:
                self._stopped(f"it was not written and checked within {self._timeout:g} s")
                break
            self._checked.add(piece.text)
            yield from self._judged(piece)
        if self._draft.failed:
            self.notes.append(
                Note("model_failed", f"The language model could not be used: {self._draft.failed}")
            )
        elif declines(self._draft.text):
            self.declined = not self.wrote and self._chosen[0].probability < SURE
        elif not self._composer.claims:
            unused = (
                "The language model's reply does not rest on the sentences it was given; "
                "the sources are quoted instead."
            )
            self.notes.append(Note("model_not_used", unused))

    def _pieces(self) -> Iterator[Piece]:
        """The reply's claims as they are completed."""
        parser = MarkerParser(len(self._shown))
        for chunk in self._draft:
            yield from parser.feed(chunk)
        for piece in parser.close():
            # without a marker it may have been cut off in the middle
            if piece.citations or not self._draft.failed:
                yield piece

    def _stopped(self, why: str) -> None:
        self.notes.append(Note("model_failed", f"The language model's reply was cut off: {why}."))

    def _judged(self, piece: Piece) -> Iterator[Event]:
        begun = time.perf_counter()
        own = [n - 1 for n in piece.citations[:MOST_MARKERS]]
        cited, verdict = self._judge.best(piece.text, own)
        self.checked_ms += 1000 * (time.perf_counter() - begun)
        known = {claim.text for claim in self._composer.claims}
        where = [self._shown[n] for n in cited]
        if verdict.support == "unsupported":
            text = self._instead(where[:1]) if piece.citations else None
            what = "was replaced by its source" if text else "was left out"
            reason = verdict.reason or "it is not in the sources"
            self.notes.append(
                Note("claim_unsupported", f"A sentence of the draft {what}: {reason}.")
            )
            if text and text not in known:
                yield self._composer.add(text, where[:1], line=piece.item)
        elif piece.text not in known:
            self.wrote = True
            support = (verdict.support, verdict.probability, verdict.reason)
            yield self._composer.add(piece.text, where, support, line=piece.item)

    def _instead(self, cited: Sequence[tuple[Article, Sentence]]) -> str | None:
        """The first cited sentence, when it is one that was chosen as an answer."""
        chosen = {one.place_of for one in self._chosen}
        return next(
            (
                sentence.text
                for article, sentence in cited
                if (article.id, sentence.start) in chosen
            ),
            None,
        )


def shown(chosen: Sequence[Candidate], found: Sequence[Found]) -> list[tuple[Article, Sentence]]:
    """What the model is given: the chosen sentences with their neighbours, article by article in
    reading order."""
    order: dict[str, dict[int, tuple[Article, Sentence]]] = {}
    for one in chosen:
        near = found[one.found].passage.sentences[max(0, one.place - 1) : one.place + 2]
        for sentence in (*near, one.sentence):
            if injection.citable(sentence, one.article):
                order.setdefault(one.article.id, {})[sentence.start] = (one.article, sentence)
    return [places[start] for places in order.values() for start in sorted(places)]


def _numbered(shown: Sequence[tuple[Article, Sentence]], sides: Sides) -> list[Numbered]:
    told = [(sentence.text, article.published) for article, sentence in shown]
    resolved = dates.resolve(told, sides)
    made = []
    for n, (article, sentence) in enumerate(shown, 1):
        title, source = _harmless(article.title), _harmless(article.source)
        note = "; ".join(map(dates.describe, resolved[n - 1]))
        made.append(Numbered(n, sentence.text, title, source, article.published, note))
    return made


def _harmless(field: str) -> str:
    """A title or source as the model may see it: empty when it is written for a prompt."""
    return "" if injection.instruction(field) else field
