"""Scores one answer against one row of a question set; each score is there only where it means
something."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from index.index import Index
from qa.evaluation.measures import citations, holds, same, token_f1
from qa.records import Answer, Citation

Row = Mapping[str, Any]

SMALL_TALK = ("greeting", "thanks")
MARKED = ("fact", "followup", "spelling", "typo")  # the kinds whose answer is a few words
DEPTHS = (1, 3, 5)


@dataclass(frozen=True, slots=True)
class Gold:
    """What is right for a row: its articles' ids and one list of sentences for each annotator.

    `literal`: the answers are words of these sentences, so an answer that quotes can be asked to
    hold them.
    """

    articles: tuple[str, ...]
    sentences: tuple[tuple[str, ...], ...]
    literal: bool

    @classmethod
    def of(cls, row: Row, index: Index, ids: Mapping[str, str]) -> "Gold":
        """`ids` maps the names a set may use for an article to its id. Without quotes, where an
        answer starts is the sentence."""
        named = row.get("article_ids") or ([row["article_id"]] if row.get("article_id") else [])
        articles = tuple(ids.get(name, name) for name in named)
        lists = [tuple(one) for one in row.get("quotes") or () if one]
        if not lists and row["answerable"] and articles:
            own = index.sentences(articles[0])
            lists = [
                (s.text,)
                for at in row.get("answer_starts") or ()
                for s in own
                if s.start <= at < s.end
            ]
        pairs = [
            (text, answer) for one in lists for text in one for answer in row.get("answers") or ()
        ]
        literal = any(holds(text, answer) and 2 * len(answer) < len(text) for text, answer in pairs)
        literal = literal or bool(row.get("must") or row.get("answer_starts"))
        return cls(articles, tuple(dict.fromkeys(lists)), literal)

    def has(self, citation: Citation) -> bool:
        return citation.article_id in self.articles and any(
            same(citation.text, text) for one in self.sentences for text in one
        )


def kind_of(row: Row) -> str:
    """Sets without kinds: an unanswerable question about an article that is there is on the very
    topic."""
    plain = "fact" if row["answerable"] else "ontopic" if row.get("article_id") else "offtopic"
    return str(row.get("kind") or plain)


def invalid(answer: Answer, index: Index) -> list[int]:
    """The numbers of the citations whose place in the stored article does not hold their text."""
    articles = {
        citation.article_id: index.article(citation.article_id) for citation in answer.citations
    }
    return [
        c.number
        for c in answer.citations
        if (found := articles[c.article_id]) is None or found.text[c.start : c.end] != c.text
    ]


def score(row: Row, answer: Answer, gold: Gold) -> dict[str, float]:
    """From 0 to 1. A share over all questions is the mean of a score over the questions that have
    it."""
    refused, kind = answer.status == "no_answer", kind_of(row)
    expected = answer.status == row["status"] if "status" in row else refused != row["answerable"]
    if kind in SMALL_TALK:
        return {"right": float(expected), "expected": float(expected)}
    scores = {"expected": float(expected)}
    if refused:
        scores["refusal_precision"] = float(not row["answerable"])
    if not row["answerable"]:
        named = {"ontopic": "false_ontopic", "offtopic": "false_offtopic"}.get(kind)
        scores |= {
            "right": float(refused),
            "refusal_recall": float(refused),
            "false_answer": float(not refused),
        }
        return scores | ({named: float(not refused)} if named else {})
    scores |= {"answered": float(not refused)} | _retrieved(answer, gold) | _said(row, answer, gold)
    fits = scores.get("answer_hit", 1.0) or not gold.literal or kind in ("summary", "news")
    scores["right"] = float(expected and scores.get("gold_cited", 1.0) == 1.0 and bool(fits))
    return scores


def _retrieved(answer: Answer, gold: Gold) -> dict[str, float]:
    """recall@k: a gold sentence stands in one of the first k passages looked at."""
    if not gold.sentences:
        return {}
    quotes = [text for one in gold.sentences for text in one]
    hits = [
        e.article_id in gold.articles and any(holds(e.text, q) for q in quotes)
        for e in answer.evidence
        if not e.sentence
    ]
    return {f"recall@{k}": float(any(hits[:k])) for k in DEPTHS} | {"recall@all": float(any(hits))}


def _said(row: Row, answer: Answer, gold: Gold) -> dict[str, float]:
    """What the answer says and cites; a refusal says and cites nothing."""
    refused, wanted, must = (
        answer.status == "no_answer",
        row.get("answers") or (),
        row.get("must") or (),
    )
    cited = () if refused else answer.citations
    text = "" if refused else " ".join(claim.text for claim in answer.claims) or answer.answer
    scores: dict[str, float] = {}
    if wanted or must:
        hit = not wanted or any(holds(text, one) for one in wanted)
        scores["answer_hit"] = float(hit and all(holds(text, one) for one in must))
    if gold.sentences:
        precision, recall, f1 = citations([c.text for c in cited], gold.sentences)
        has = [gold.has(one) for one in cited]
        scores |= {"gold_cited": float(any(has)), "gold_first": float(has[:1] == [True])}
        scores |= {"citation_recall": recall, "quote_f1": f1}
        scores |= {} if refused else {"citation_precision": precision}
    if not refused and wanted and gold.literal and kind_of(row) in MARKED:
        marked = answer.short_answer.text if answer.short_answer else ""
        scores |= {"short_marked": float(bool(marked)), "short_f1": token_f1(marked, wanted)}
        scores |= {"short_f1_marked": token_f1(marked, wanted)} if marked else {}
    return scores
