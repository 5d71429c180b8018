"""Measures the verifier: python tests/benchmarks/claims.py CLAIMS [--newsroom FOLDER] [--split report] [--only pairs|pages].

CLAIMS holds news_pairs_dev.jsonl, of whose groups every other one was trained on and the rest is measured here, and
fresh_pairs.jsonl, whose author no training has seen, and wice_dev.jsonl and
expertqa_val.jsonl, claims with the whole page they may rest on. For pairs it prints for each set the AUROC of the
strong reader alone, which share of the wrong claims passes the whole check and which of the right ones is refused, the same for
sentences cited verbatim or cut short, and the kinds that are judged wrongly most often. --fit prints slope and constant of the
probability, fitted on the newsroom's dev part.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.embedder import fast_dtype, load_embedder
from index.sentences import split
from qa.checking.sides import LearnedSides, Sides
from qa.checking.verify import Verifier, exact_fault
from qa.reading.encoders import strong
from qa.reading.premise import Source, premise
from qa.reading.reader import Reader
from qa.reading.scales import WEIGHTS, Scales

OWN_WORDS = ("verbatim", "shortened")
NEAREST = 12


@dataclass(frozen=True)
class Pair:
    """A claim with the sources it cites, whether they bear it out, and of which kind it is."""

    claim: str
    sources: tuple[Source, ...]
    right: bool
    kind: str


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.open(encoding="utf-8")]


def loose(path: Path) -> list[Pair]:
    """Pairs that carry their source with them; of news_pairs_dev only the groups that training leaves out."""
    made = []
    rows = lines(path)
    groups = sorted({row["group"] for row in rows})
    kept = groups[1::2] if path.stem == "news_pairs_dev" else groups
    for row in [row for row in rows if row["group"] in kept]:
        before = row.get("context_before") or ""
        source = Source(row["source"], row.get("published"), row.get("title") or "", before)
        kind = row.get("kind") or row.get("group") or ""
        made.append(Pair(row["claim"], (source,), row["label"] == "supported", kind))
    return made


def newsroom(folder: Path, part: str) -> list[Pair]:
    """The newsroom set's claims, each with its sentences as the product shows them."""
    articles = {row["id"]: row for row in lines(folder / "articles.jsonl")}
    made = []
    for row in lines(folder / "claims.jsonl"):
        if row["split"] != part:
            continue
        article = articles[row["article_id"]]
        places = [tuple(pair) for pair in article["sentences"]]
        sources = []
        for start, end in row["sentences"]:
            at = places.index((start, end))
            before = article["text"][slice(*places[at - 1])] if at else ""
            text = article["text"][start:end]
            sources.append(Source(text, article["published"], article["title"], before))
        made.append(Pair(row["claim"], tuple(sources), row["label"] == "supported", row["kind"]))
    return made


class Judged:
    """A reader that remembers what it made of a claim and a premise, and reads many at once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[tuple[str, str], np.ndarray] = {}

    def support(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        """As `Reader.support`."""
        new = sorted({pair for pair in pairs if pair not in self._known}, key=lambda p: len(p[1]))
        for start in range(0, len(new), 16):
            some = new[start : start + 16]
            self._known.update(zip(some, self._reader.support(some), strict=True))
        return np.array([self._known[pair] for pair in pairs], np.float32).reshape(-1, 2)


def premises(pair: Pair) -> list[tuple[str, str]]:
    """The claim with each source's premise, and with all of them together where there are several."""
    texts = [premise(source) for source in pair.sources]
    if len(texts) > 1:
        texts.append(" ".join(texts))
    return [(pair.claim, text) for text in texts]


def logits(reader: Judged, pairs: Sequence[Pair]) -> np.ndarray:
    """The best logit over each source and all of them together."""
    reader.support([one for pair in pairs for one in premises(pair)])
    return np.array([float(reader.support(premises(pair))[:, 0].max()) for pair in pairs])


def fitted(reader: Judged, pairs: Sequence[Pair], sides: Sides) -> tuple[float, ...]:
    """Slope and constant of the probability, from the pairs that no exact fact decides."""
    x = logits(reader, pairs)[:, None]
    open_ = np.array([exact_fault(pair.claim, pair.sources, sides) is None for pair in pairs])
    right = np.array([pair.right for pair in pairs])
    model = LogisticRegression(C=10).fit(x[open_], right[open_])
    return tuple(round(float(v), 4) for v in (*model.coef_[0], *model.intercept_))


def measure(name: str, reader: Judged, verifier: Verifier, pairs: Sequence[Pair]) -> None:
    right = np.array([pair.right for pair in pairs])
    alone = (
        roc_auc_score(right, logits(reader, pairs))
        if right.any() and not right.all()
        else float("nan")
    )
    verdicts = [verifier.verdicts(pair.claim, [pair.sources])[0] for pair in pairs]
    passed = np.array([verdict.support == "supported" for verdict in verdicts])
    partly = np.array([verdict.support == "partly" for verdict in verdicts])
    whole = roc_auc_score(right, [verdict.probability for verdict in verdicts])
    print(
        f"{name}: {len(pairs)} pairs, AUROC by the model {alone:.3f}, with exact facts {whole:.3f}; wrong passed "
        f"{passed[~right].mean():.3f} (partly {partly[~right].mean():.3f}), right refused {(~passed)[right].mean():.3f} "
        f"(of these partly {partly[right].mean():.3f})"
    )
    for own in OWN_WORDS:
        some = np.array([pair.kind == own for pair in pairs])
        if some.any():
            print(f"  {own}: {some.sum()}, refused {(~passed)[some & right].mean():.3f}")
    wrong = Counter(pair.kind for pair, ok in zip(pairs, passed, strict=True) if ok != pair.right)
    every = Counter(pair.kind for pair in pairs)
    print(
        "  judged wrongly: "
        + ", ".join(f"{kind} {n} of {every[kind]}" for kind, n in wrong.most_common(12))
    )
    faults = Counter(
        v.reason for v, pair in zip(verdicts, pairs, strict=True) if pair.right and v.reason
    )
    print(
        "  reasons for refusing right ones: "
        + "; ".join(f"{n} {text}" for text, n in faults.most_common(6))
    )


@dataclass(frozen=True)
class Page:
    """A claim with the sentences it may rest on; `gold` holds the sets of sentences that support it, where known."""

    name: str
    claim: str
    sentences: list[str]
    label: str
    gold: list[list[int]]
    title: str

    def source(self, place: int) -> Source:
        return Source(
            self.sentences[place], None, self.title, self.sentences[place - 1] if place else ""
        )


def pages(folder: Path, part: str) -> list[Page]:
    """The rows of this split of the two sets."""
    made = []
    for row in lines(folder / "wice_dev.jsonl"):
        sentences, gold = (
            row["evidence_sentences"],
            [ids for ids in row["supporting_sentences"] if ids],
        )
        if part in (row["split"], "all"):
            title = sentences[0].rpartition("TITLE: ")[2]
            made.append(Page("wice", row["claim"], sentences, row["support"], gold, title))
    for row in lines(folder / "expertqa_val.jsonl"):
        sentences = [sentence.text for text in row["evidence"] for sentence in split(text)]
        if part in (row["split"], "all") and sentences:
            made.append(Page("expertqa", row["claim"], sentences, row["support"], [], ""))
    return made


def measure_pages(folder: Path, part: str, reader: Judged, verifier: Verifier) -> None:
    """The three sentences that bear the claim out best, of the NEAREST by cosine, and whether they do."""
    embedder = load_embedder()
    shares: list[float] = []
    scores: dict[str, list[tuple[bool, float]]] = {"wice": [], "expertqa": []}
    for page in pages(folder, part):
        vectors = embedder.embed([page.claim, *page.sentences])
        near = [int(n) for n in np.argsort(-(vectors[1:] @ vectors[0]), kind="stable")[:NEAREST]]
        borne = reader.support([(page.claim, premise(page.source(n))) for n in near])[:, 0]
        top = [near[int(n)] for n in np.argsort(-borne, kind="stable")[:3]]
        if page.gold:
            shares.append(max(len(set(ids) & set(top)) / len(set(ids)) for ids in page.gold))
        if page.name == "wice" or page.label != "partly":
            (verdict,) = verifier.verdicts(page.claim, [[page.source(n) for n in sorted(top)]])
            scores[page.name].append((page.label == "supported", verdict.probability))
    print(f"wice ({part}): supporting sentences in the top 3 {np.mean(shares):.3f}")
    for name, rows in scores.items():
        print(
            f"{name} ({part}): AUROC {roc_auc_score(*zip(*rows, strict=True)):.3f} of {len(rows)}"
        )


def main() -> None:
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("claims", type=Path)
    ask.add_argument("--newsroom", type=Path)
    ask.add_argument("--split", choices=["dev", "report", "all"], default="report")
    ask.add_argument("--only", choices=["pairs", "pages"])
    ask.add_argument("--weights", type=Path, default=WEIGHTS)
    ask.add_argument("--fit", action="store_true")
    asked = ask.parse_args()
    reader = Judged(Reader(strong(), asked.weights, getattr(torch, fast_dtype())))
    sides = LearnedSides(load_embedder())
    scale = Scales.load().support
    if asked.fit:
        pairs = newsroom(asked.newsroom, "dev")
        scale = fitted(reader, pairs, sides)
        print(f"support: {scale}")
    verifier = Verifier(reader.support, scale, sides)
    if asked.newsroom:
        measure(f"newsroom {asked.split}", reader, verifier, newsroom(asked.newsroom, asked.split))
    if asked.only != "pages":
        for name in ("news_pairs_dev", "fresh_pairs"):
            measure(name, reader, verifier, loose(asked.claims / f"{name}.jsonl"))
    if asked.only != "pairs":
        measure_pages(asked.claims, asked.split, reader, verifier)


if __name__ == "__main__":
    main()
