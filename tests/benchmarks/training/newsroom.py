"""Examples from the newsroom set: news articles with questions, twins without an answer, and claims."""

import random
from collections import defaultdict
from pathlib import Path
from typing import Any

from examples import Example, rows
from open_data import disguised

from index.articles import make_article
from index.passages import group
from index.records import Article, Passage
from index.sentences import split
from qa.reading.premise import Source, premise

GROUP = "newsroom"


class Newsroom:
    """The set in `folder` with its articles cut into passages of at most `words` words."""

    def __init__(self, folder: Path, words: int) -> None:
        self.folder = folder
        self.articles: dict[str, Article] = {}
        self.passages: dict[str, list[Passage]] = {}
        self.stories: dict[str, list[str]] = defaultdict(list)
        self.sentences: dict[str, list[tuple[int, int]]] = {}
        for row in rows(folder / "articles.jsonl"):
            article = make_article(
                row["text"],
                title=row["title"],
                id=row["id"],
                source=row["source"],
                published=row["published"],
            )
            self.articles[article.id] = article
            self.passages[article.id] = group(article, split(article.text), words)
            self.stories[row["story"]].append(article.id)
            self.sentences[article.id] = [tuple(pair) for pair in row["sentences"]]

    def rows(self, name: str, part: str) -> list[dict[str, Any]]:
        return [row for row in rows(self.folder / f"{name}.jsonl") if row["split"] == part]

    def questions(self, part: str, rng: random.Random) -> list[Example]:
        """Each question with the passage that answers it or misleads, and some with another of its story."""
        made = []
        for row in self.rows("questions", part):
            if row["kind"] == "off_topic":
                continue
            made.append(self._question(row, rng))
            if rng.random() < 0.3 and (other := self._other_passage(row, rng)):
                made.append(other)
        return made

    def _question(self, row: dict[str, Any], rng: random.Random) -> Example:
        name, start, end = row["sentences"][0]
        holding = [p for p in self.passages[name] if p.start <= start and end <= p.end]
        passage = rng.choice(holding) if part_free(row) and holding else self._near(name, start)
        marks = [(s.start - passage.start, s.end - passage.start) for s in passage.sentences]
        spans: list[tuple[int, int]] | None = []
        good: set[int] = set()
        if row["answerable"]:
            places = [(s, e) for article, s, e in row["sentences"] if article == name]
            middles = [(s + e) // 2 - passage.start for s, e in places]
            good = {n for n, (a, b) in enumerate(marks) for at in middles if a <= at < b}
            answers = [(a["start"], a["start"] + len(a["text"])) for a in row["answers"]]
            inside = [(a, b) for a, b in answers if passage.start <= a and b <= passage.end]
            spans = [(a - passage.start, b - passage.start) for a, b in inside] or None
        title = self.articles[name].title
        label = int(row["answerable"])
        twin = row.get("twin") or ""
        return Example(
            "question", row["question"], title, passage.text, marks, spans, good, label, GROUP, twin
        )

    def _near(self, name: str, start: int) -> Passage:
        return next(p for p in self.passages[name] if p.start <= start < p.end)

    def _other_passage(self, row: dict[str, Any], rng: random.Random) -> Example | None:
        """A passage of the same story that holds none of the answering sentences, nor the answer's words."""
        gold = {(article, start) for article, start, _ in row["sentences"]}
        words = [a["text"].lower() for a in row.get("answers", [])]
        story = self.stories[row["story"]]
        choices = [p for name in story for p in self.passages[name]]
        fitting = [
            p
            for p in choices
            if not any(p.article_id == name and p.start <= at < p.end for name, at in gold)
            and not any(w in p.text.lower() for w in words)
        ]
        if not fitting:
            return None
        p = rng.choice(fitting)
        marks = [(s.start - p.start, s.end - p.start) for s in p.sentences]
        title = self.articles[p.article_id].title
        return Example("question", row["question"], title, p.text, marks, [], set(), 0, GROUP)

    def claims(self, part: str, rng: random.Random, *, vary: bool) -> list[Example]:
        """Claims with their sentences as the product shows them; `vary` leaves out title, date or the
        sentence before now and then, and puts another sentence of the article beside."""
        made = []
        for row in self.rows("claims", part):
            sources = self._sources(row, rng if vary else None)
            label = int(row["label"] == "supported")
            twin = row.get("twin") or ""
            made.append(
                Example("claim", row["claim"], "", sources, [], label=label, group=GROUP, twin=twin)
            )
            if vary and label and rng.random() < 0.15 and (text := self._next(row)):
                made.append(Example("claim", row["claim"], "", text, [], label=0, group=GROUP))
        return made

    def asked(self, part: str, rng: random.Random) -> list[Example]:
        """Questions held against one sentence as claims are: 1 where it answers them. Each answered one also
        stands beside another sentence of its story now and then, which does not."""
        made = []
        for row in self.rows("questions", part):
            own = [place[1:] for place in row["sentences"] if place[0] == row.get("article_id")]
            if not own:
                continue
            text = self._sources({**row, "sentences": [tuple(place) for place in own[:2]]}, rng)
            question, twin = disguised(row["question"], rng), row.get("twin") or ""
            label = int(row["answerable"])
            made.append(
                Example("claim", question, "", text, [], label=label, group=GROUP, twin=twin)
            )
            if label and rng.random() < 0.5 and (other := self._other_sentence(row, rng)):
                made.append(Example("claim", question, "", other, [], label=0, group=GROUP))
        return made

    def _other_sentence(self, row: dict[str, Any], rng: random.Random) -> str | None:
        """The premise of a sentence of the same article that does not hold the answer's words."""
        gold = {(article, start) for article, start, _ in row["sentences"]}
        words = [a["text"].lower() for a in row.get("answers", [])]
        name = row["article_id"]
        article = self.articles[name]
        fitting = [
            (start, end)
            for start, end in self.sentences[name]
            if (name, start) not in gold
            and not any(word in article.text[start:end].lower() for word in words)
        ]
        if not fitting or not words:
            return None
        return self._sources({"article_id": name, "sentences": [rng.choice(fitting)]}, rng)

    def _next(self, row: dict[str, Any]) -> str | None:
        """The premise of the sentence behind the one that bears the claim out: citing it is an error."""
        article, places = self.articles[row["article_id"]], self.sentences[row["article_id"]]
        start, end = row["sentences"][-1]
        at = places.index((start, end)) + 1
        if at == len(places):
            return None
        text = article.text[slice(*places[at])]
        return premise(Source(text, article.published, article.title, article.text[start:end]))

    def _sources(self, row: dict[str, Any], rng: random.Random | None) -> str:
        name = row["article_id"]
        article = self.articles[name]
        places = self.sentences[name]
        texts = []
        for start, end in row["sentences"]:
            at = places.index((start, end))
            before = article.text[places[at - 1][0] : places[at - 1][1]] if at else ""
            title, published = article.title, article.published
            if rng and rng.random() < 0.15:
                title = ""
            if rng and rng.random() < 0.15:
                published = None
            if texts:
                title, published, before = "", None, ""
            texts.append(premise(Source(article.text[start:end], published, title, before)))
        if rng and rng.random() < 0.15:
            a, b = rng.choice(places)
            texts.append(article.text[a:b])
        return " ".join(texts)

    def verbatim(self, part: str, rng: random.Random, wanted: int) -> list[Example]:
        """Sentences of the articles as claims about themselves, whole or a leading clause."""
        names = {row["article_id"] for row in self.rows("claims", part)}
        made = []
        for _ in range(wanted):
            name = rng.choice(sorted(names))
            start, end = rng.choice(self.sentences[name])
            claim = self.articles[name].text[start:end]
            row = {"article_id": name, "sentences": [(start, end)]}
            made.append(
                Example("claim", claim, "", self._sources(row, rng), [], label=1, group=GROUP)
            )
        return made


def part_free(row: dict[str, Any]) -> bool:
    """Whether any passage with the sentence will do: twins must share theirs."""
    return not row.get("twin")
