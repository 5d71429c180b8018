"""The central sentences on a subject, or of the newest articles: the answer to "summarise this" and
"what is new on X"."""

import numpy as np

from index.embedder import embed
from index.index import Index
from index.records import Filters, Found, Passage
from qa.checking import injection
from qa.reading.choose import Candidate, stems
from qa.reading.looked import Looked
from qa.reading.scales import SentenceFeatures, sigmoid

ARTICLES = 5
LEAD = 6  # sentences of an article that may stand for it when no subject is named
FIRST = 0.08  # what an article's first sentence gains: news says the main thing first
NOTHING = SentenceFeatures(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
NEAR = 0.34  # cosine from which a passage is on a subject whose words it does not have


def central(index: Index, topic: str, filters: Filters, k: int) -> Looked:
    """One sentence an article, newest article first; the probability is that they are on the topic."""
    found = _on(index, topic, filters, k) if topic else _newest(index, filters)
    if not found:
        return Looked(index.find(topic, k, filters) if topic else [])
    whole = embed(index.embedder, [topic or " ".join(one.article.title for one in found)])[0]
    centre = whole + embed(index.embedder, [one.passage.text for one in found]).mean(0)
    centre /= np.linalg.norm(centre)
    best: dict[str, Candidate] = {}
    for n, one in enumerate(found):
        said = [
            s
            for s in one.passage.sentences
            if len(s.text) > 30 and injection.citable(s, one.article)
        ]
        if not said:
            continue
        scores = embed(index.embedder, [s.text for s in said]) @ centre
        for sentence, cosine in zip(said, scores, strict=True):
            score = float(cosine) + (
                FIRST if not one.article.text[: sentence.start].strip() else 0.0
            )
            known = best.get(one.article.id)
            if known is None or score > known.probability:
                place = one.passage.sentences.index(sentence)
                best[one.article.id] = Candidate(
                    one.article, sentence, n, place, NOTHING, score, None
                )
    chosen: list[Candidate] = []
    for candidate in sorted(best.values(), key=lambda c: -c.probability):
        words = stems(candidate.sentence.text)
        if (
            all(len(words & stems(c.sentence.text)) < 0.6 * len(words) for c in chosen)
            and len(chosen) < ARTICLES
        ):
            chosen.append(candidate)
    chosen.sort(key=lambda c: c.article.published or "", reverse=True)
    nearest = max(one.cosine for one in found)
    probability = sigmoid(12 * (nearest - NEAR) + 2) if topic else 1.0
    return Looked(found, chosen, probability=probability)


def _on(index: Index, topic: str, filters: Filters, k: int) -> list[Found]:
    """The passages that are on the topic: near to it, or with all of its words."""
    words = stems(topic)
    return [
        one
        for one in index.find(topic, max(k, 2 * ARTICLES), filters)
        if one.cosine >= NEAR
        or (one.bm25 and words <= stems(f"{one.article.title} {one.passage.text}"))
    ]


def _newest(index: Index, filters: Filters) -> list[Found]:
    """The beginnings of the newest articles."""
    made = []
    for article in index.articles(limit=ARTICLES, filters=filters):
        if said := index.sentences(article.id)[:LEAD]:
            start, end = said[0].start, said[-1].end
            lead = Passage(
                f"{article.id}#lead", article.id, start, end, article.text[start:end], tuple(said)
            )
            made.append(Found(lead, article, 1.0, 1.0, 0.0))
    return made
