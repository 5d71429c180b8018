"""The second look: the strong reader holds the question against each of the best sentences, as it
does a claim."""

from collections.abc import Sequence
from dataclasses import replace

from index.records import Found
from qa.reading.choose import Candidate
from qa.reading.premise import Source, premise
from qa.reading.readings import Judges
from qa.reading.scales import Again, Scales, log_odds, weighed

LOOKED = 3  # sentences: with 2 a sixth of the time is saved, and fewer right ones come first
HOPELESS = 0.05  # a probability of the first look; below it there is no second


def look_again(
    question: str,
    found: Sequence[Found],
    ranked: Sequence[Candidate],
    strong: Judges,
    scales: Scales,
) -> list[Candidate]:
    """The candidates with the first LOOKED judged again and put in order anew; the others stay
    behind these."""
    first, others = ranked[:LOOKED], ranked[LOOKED:]
    pairs = [(question, premise(source_of(one, found))) for one in first]
    logits = strong.support(pairs)[:, 0]
    judged = [_judged(one, float(logit), scales) for one, logit in zip(first, logits, strict=True)]
    judged.sort(key=lambda one: -one.probability)
    least = min((one.probability for one in judged), default=1.0)
    return judged + [replace(one, probability=min(least, one.probability)) for one in others]


def _judged(one: Candidate, logit: float, scales: Scales) -> Candidate:
    features = Again(log_odds(one.probability), logit)
    return replace(one, again=logit, probability=weighed(scales.again_sentence, features))


def decide_again(probability: float, ranked: Sequence[Candidate], scales: Scales) -> float:
    """The first look's probability that the evidence answers, with the best of the second look's
    logits."""
    logits = [one.again for one in ranked if one.again is not None]
    if not logits:
        return probability
    return weighed(scales.again_decision, Again(log_odds(probability), max(logits)))


def source_of(one: Candidate, found: Sequence[Found]) -> Source:
    """The sentence with its title, its day and the sentence before it."""
    article, said = one.article, found[one.found].passage.sentences
    before = said[one.place - 1].text if one.place else ""
    return Source(one.sentence.text, article.published, article.title, before)
