"""The central sentences on a subject, or of the newest articles: the answer to "summarise this" and
"what is new on X"."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index import terms
from index.embedder import embed
from index.index import Index
from index.records import Filters, Found, Passage
from qa.checking import injection
from qa.reading.choose import Candidate, stems
from qa.reading.looked import Looked
from qa.reading.scales import SentenceFeatures, sigmoid
from qa.words import stem

ARTICLES = 5
SHORTEST = 30  # characters; what is not longer tells nothing by itself
ALIKE = 0.6  # of a sentence's words that an earlier one has: it tells the same
LEAD = 6  # sentences of an article that may stand for it when no subject is named
FIRST = 0.08  # what an article's first sentence gains: news says the main thing first
NOTHING = SentenceFeatures(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
COSINE, SHARE, LEAST = 8.0, 10.0, 10.5  # weights of `told_of` and what they must come to
NEAR = 0.34  # cosine from which a passage is on a subject whose words it does not have

Vector = NDArray[np.float32]  # (dim,), unit length


def central(index: Index, topic: str, filters: Filters, k: int) -> Looked:
    """One sentence an article, newest article first; the probability is that they are on the
    topic."""
    found = _on(index, topic, filters, k) if topic else _newest(index, filters)
    if not found:
        return Looked(index.find(topic, k, filters) if topic else [])
    chosen = _distinct(_best(index, found, _centre(index, topic, found)))
    chosen.sort(key=lambda candidate: candidate.article.published or "", reverse=True)
    return Looked(found, chosen, probability=told_of(topic, found) if topic else 1.0)


def told_of(topic: str, found: Sequence[Found]) -> float:
    """The probability that passages found for a topic tell of it: by how near the nearest one is,
    and by the share of the topic's words that one of them has with its title. Set by hand on 44
    topics, 24 of which the seeds do not tell of."""
    if not found:
        return 0.0
    words = [{stem(word), stem(terms.name(word))} for word in terms.query(topic)]
    shares = [
        sum(bool(word & stems(f"{one.article.title} {one.passage.text}")) for word in words)
        for one in found
    ]
    nearness = max(one.cosine for one in found)
    return sigmoid(COSINE * nearness + SHARE * max(shares) / len(words) - LEAST)


def _centre(index: Index, topic: str, found: Sequence[Found]) -> Vector:
    """Half the topic, or the titles where there is none, and half the passages; of unit length."""
    about = topic or " ".join(evidence.article.title for evidence in found)
    whole = embed(index.embedder, [about])[0]
    passages = embed(index.embedder, [evidence.passage.text for evidence in found])
    centre = whole + passages.mean(0)
    return np.asarray(centre / np.linalg.norm(centre))


def _best(index: Index, found: Sequence[Found], centre: Vector) -> list[Candidate]:
    """The sentence of each article that is nearest to the centre, the nearest first."""
    best: dict[str, Candidate] = {}
    for number, evidence in enumerate(found):
        article, sentences = evidence.article, evidence.passage.sentences
        fitting = [
            place
            for place, sentence in enumerate(sentences)
            if len(sentence.text) > SHORTEST and injection.citable(sentence, article)
        ]
        if not fitting:
            continue
        cosines = embed(index.embedder, [sentences[place].text for place in fitting]) @ centre
        for place, cosine in zip(fitting, cosines, strict=True):
            sentence = sentences[place]
            score = float(cosine)
            if not article.text[: sentence.start].strip():
                score += FIRST
            known = best.get(article.id)
            if known is None or score > known.probability:
                best[article.id] = Candidate(article, sentence, number, place, NOTHING, score, None)
    return sorted(best.values(), key=lambda candidate: -candidate.probability)


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The first ARTICLES of those that do not tell what an earlier one told."""
    chosen: list[Candidate] = []
    for candidate in candidates:
        own = stems(candidate.sentence.text)
        shared = [len(own & stems(earlier.sentence.text)) for earlier in chosen]
        if all(count < ALIKE * len(own) for count in shared):
            chosen.append(candidate)
        if len(chosen) == ARTICLES:
            break
    return chosen


def _on(index: Index, topic: str, filters: Filters, k: int) -> list[Found]:
    """The passages that are on the topic: near to it, or with all of its words."""
    wanted = stems(topic)

    def fits(evidence: Found) -> bool:
        if evidence.cosine >= NEAR:
            return True
        text = f"{evidence.article.title} {evidence.passage.text}"
        return evidence.bm25 != 0 and wanted <= stems(text)

    return [
        evidence for evidence in index.find(topic, max(k, 2 * ARTICLES), filters) if fits(evidence)
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
