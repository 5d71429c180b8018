"""Decides whether the chosen sentences answer the question: few features and one weight each."""

from collections.abc import Sequence

from index.records import Article, Found
from qa.reading.choose import Candidate, asked, stems
from qa.reading.scales import DecisionFeatures, Scales, weighed


def decide(
    question: str, found: Sequence[Found], ranked: Sequence[Candidate], scales: Scales
) -> float:
    """The calibrated probability that the evidence answers the question; 0 without evidence."""
    if not ranked:
        return 0.0
    return weighed(scales.decision, decision_features(question, found, ranked))


def decision_features(
    question: str, found: Sequence[Found], ranked: Sequence[Candidate]
) -> DecisionFeatures:
    """What the decision looks at, of at least one ranked sentence."""
    top = ranked[0]
    best = max(one.answers for one in ranked)
    share = covered(question, found[top.found], top.article)
    return DecisionFeatures(*top.features, top.answers, best, share)


def covered(question: str, one: Found, article: Article) -> float:
    """The share of the question's words that the passage and its title have."""
    words = asked(question)
    if not words:
        return 0.0
    return len(words & stems(f"{article.title} {one.passage.text}")) / len(words)
