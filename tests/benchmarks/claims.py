"""Measures the claim check: python tests/benchmarks/claims.py CLAIMS [--split dev|report|all] [--fit TRAINING].

CLAIMS holds wice_dev.jsonl and expertqa_val.jsonl; planted errors are made from the corpora of ../xquad and ../clapnq beside it.
--fit prints the coefficients for qa/checking/check.py, learnt from TRAINING's claims and the dev rows of CLAIMS.
"""

import argparse
import gzip
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import sets
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.embedder import fast_dtype, load_embedder
from index.sentences import split
from qa.checking.check import Likeness, Source, check, features, rank
from qa.reading.encoders import small
from qa.reading.reader import Reader
from qa.words import FUNCTION, listed

MONTHS = listed(
    "January February March April May June July August September October November December"
)
DAYS = listed("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
COUNTS = listed("two three four five six seven eight nine ten eleven twelve twenty thirty fifty")
NUMBER = re.compile(rf"(?<![\w.,$-])\d+(?:[,.]\d+)*(?![\w,-]|\.\d)|\b(?:{'|'.join(COUNTS)})\b")
DATE = re.compile(
    rf"\b(?:{'|'.join(MONTHS)}) \d{{1,2}}\b|\b(?:{'|'.join(DAYS)})\b|\b(?:in|of|since|by) (?P<year>1\d{{3}}|20[0-2]\d)\b(?! ?[-–])"
)
NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][a-zé]+)(?: [A-Z][a-zé]+)*(?= [a-z,.])")
NOT = re.compile(r" (?:not|never)\b(?! only)|(?<=did|oes|was|are|uld)n't\b|\bno(?= [a-z])| n't\b")
DAY = re.compile(r".*PUBLISHED DATETIME: (\d{4}-\d\d-\d\d)")
OPEN = ("fever_dev_pairs", "fool_me_twice", "begin")
VERB = re.compile(
    r"(?<= )(?:is|are|was|were|can|could|will|would|had been|has been|have been)(?= [a-z])(?! not| n't| never)"
)
DEED = re.compile(
    r"(?<!of )(?<!of the )(?P<one>[A-Z][a-zé]+(?: [A-Z][a-zé]+)*)(?P<verb> (?:[a-z]+ ){0,3}?(?:[a-z]+ed|beat|won|lost|told|gave"
    r"|took|made|led|saw|became|left|sent|sold|built|wrote|held|found|struck|cut|shot|brought|bought|taught|ran) (?:[a-z]+ ){0,4}?)"
    r"(?P<other>[A-Z][a-zé]+(?: [A-Z][a-zé]+)*)(?! ?(?:of|['’]|[A-Z]))"
)
KINDS = ["number", "date", "name", "negation", "swap"]


@dataclass
class Planted:
    """A claim made from a sentence; `change` names what was changed, empty when nothing was."""

    claim: str
    sentence: str
    change: str


def shorten(sentence: str, chance: random.Random) -> str:
    """The sentence without a bracket, an inserted clause, its opening or its end; itself when it has none of them."""
    cuts = [
        re.sub(r" ?\([^()]*\)", "", sentence, count=1),
        re.sub(r" ?, [^,]{5,80} ?,(?= )", "", sentence, count=1),
    ]
    head, comma, tail = sentence.partition(", ")
    cuts += [tail[:1].upper() + tail[1:]] if comma else []
    head, comma, tail = sentence.rpartition(", ")
    cuts += [head.rstrip() + "."] if comma else []
    cuts = [
        cut for cut in cuts if len(cut.split()) >= 6 and cut != sentence and cut.count('"') % 2 == 0
    ]
    return chance.choice(cuts) if cuts else sentence


def other_number(old: str, sentence: str, chance: random.Random) -> str:
    if old.isalpha():
        return chance.choice([word for word in COUNTS if word not in sentence.lower()])
    while True:
        new = (
            re.sub(r"\d", lambda d: str(chance.randint(1, 9)), old)
            if chance.random() < 0.5
            else f"{chance.randint(2, 990)}"
        )
        if new not in sentence and float(
            new.replace(",", "") if new.count(".") < 2 else 0
        ) != float(re.sub(r",|\.(?=.*\.)", "", old)):
            return new


def change(claim: str, kind: str, names: Sequence[str], chance: random.Random) -> str | None:
    """The claim with one thing of this kind made wrong, None when it has no such thing."""
    if kind == "negation":
        found = list(NOT.finditer(claim)) if chance.random() < 0.5 else list(VERB.finditer(claim))
        if not found:
            return None
        at = chance.choice(found)
        if at.re is NOT:
            return claim[: at.start()] + claim[at.end() :].removeprefix(
                " " if at[0] == "no" else ""
            )
        where = at.start() + len(at[0].split()[0])
        return f"{claim[:where]} not{claim[where:]}"
    if kind == "swap":
        deeds = [d for d in DEED.finditer(claim) if {d["one"], d["other"]} <= set(names)]
        deeds = [
            d
            for d in deeds
            if not re.search(r" (?:and|with|married|between) ", d["verb"])
            and d["one"] not in d["other"]
        ]
        deeds = [
            d for d in deeds if d["other"] not in d["one"] and d["one"].lower() not in FUNCTION
        ]
        if not deeds:
            return None
        at = chance.choice(deeds)
        return claim[: at.start()] + at["other"] + at["verb"] + at["one"] + claim[at.end() :]
    found = list({"number": NUMBER, "date": DATE, "name": NAME}[kind].finditer(claim))
    if not found:
        return None
    at = chance.choice(found)
    old = at[0]
    if kind == "number":
        new = other_number(old, claim, chance)
    elif kind == "date" and at["year"]:
        new = old.replace(
            at["year"], str(chance.choice([y for y in range(1700, 2020) if str(y) not in claim]))
        )
    elif kind == "date" and old in DAYS:
        new = chance.choice([day for day in DAYS if day not in claim])
    elif kind == "date":
        new = f"{chance.choice([m for m in MONTHS if m not in claim])} {chance.randint(1, 28)}"
    else:
        known = set(re.findall(r"\w+", claim.lower()))
        new = chance.choice([name for name in names if not known & set(name.lower().split())])
    return claim[: at.start()] + new + claim[at.end() :]


def planted(folder: Path, part: str, seed: int, size: int = 500) -> list[Planted]:
    """`size` changed claims, each kind in turn, and as many untouched ones, from sentences of one split's articles."""
    chance = random.Random(seed)
    sentences: list[str] = []
    names: list[str] = []
    for name in ("xquad", "clapnq"):
        rows = [json.loads(line) for line in (folder.parent / name / "questions.jsonl").open()]
        wanted = {row["article_id"] for row in rows if part in (row["split"], "all")}
        for line in (folder.parent / name / "corpus.jsonl").open():
            article = json.loads(line)
            if article["id"] in wanted:
                own = [s.text for s in split(article["text"])]
                names += NAME.findall(article["text"])
                sentences += [
                    s
                    for s in own
                    if 8 <= len(s.split()) <= 45 and s[0].isupper() and s.rstrip()[-1] in ".!?"
                ]
    names = sorted({name for name in names if name not in MONTHS + DAYS and len(name) > 3})
    made: list[Planted] = []
    while len(made) < 2 * size:
        sentence = chance.choice(sentences)
        claim = shorten(sentence, chance) if chance.random() < 0.5 else sentence
        if len(made) < size:
            kind = KINDS[len(made) % 5]
            wrong = change(claim, kind, names, chance)
            made += [Planted(wrong, sentence, kind)] if wrong else []
        else:
            made.append(Planted(claim, sentence, ""))
    return made


def measure_planted(folder: Path, part: str, seed: int, show: int) -> dict[str, float]:
    rows = planted(folder, part, seed)
    verdicts = [check(row.claim, [Source(row.sentence)]) for row in rows]
    changed, caught = Counter(row.change for row in rows), Counter[str]()
    for row, verdict in zip(rows, verdicts, strict=True):
        good = (verdict.support == "supported") == (not row.change)
        caught[row.change] += good
        if not good and (show := show - 1) >= 0:
            print(
                f"  {row.change or 'untouched'}: {verdict.support} {verdict.reason}\n    {row.claim}\n    {row.sentence}"
            )
    kinds = [kind for kind in changed if kind]
    total = sum(caught[kind] for kind in kinds) / sum(changed[kind] for kind in kinds)
    refused = sum(
        v.support == "unsupported" for r, v in zip(rows, verdicts, strict=True) if not r.change
    )
    print(
        f"planted errors ({part}, seed {seed}): caught {total:.3f} of {sum(changed[kind] for kind in kinds)}",
        end=" ",
    )
    print({kind: round(caught[kind] / changed[kind], 3) for kind in kinds})
    print(
        f"  untouched: not supported {1 - caught[''] / changed['']:.3f}, unsupported {refused / changed['']:.3f}"
    )
    return {"planted errors caught": total, "untouched ones refused": refused / changed[""]}


@dataclass
class Row:
    """A claim with the sentences it may rest on; `gold` holds the sets of sentences that support it, where they are known."""

    name: str
    claim: str
    sentences: list[str]
    label: str
    gold: list[list[int]] = field(default_factory=list)
    title: str = ""

    def sources(self, places: Sequence[int]) -> list[Source]:
        """The chosen sentences; a page's own lines on its title and day are what an article's record would hold."""
        day = next((found[1] for s in self.sentences[:8] if (found := DAY.match(s))), None)
        return [
            Source(self.sentences[i], day, self.title, self.sentences[i - 1] if i else "")
            for i in places
        ]


def rows_of(folder: Path, part: str) -> list[Row]:
    """The two claim sets' rows of this split."""
    rows = []
    for row in map(json.loads, (folder / "wice_dev.jsonl").open()):
        gold, sentences = (
            [ids for ids in row["supporting_sentences"] if ids],
            row["evidence_sentences"],
        )
        if part in (row["split"], "all"):
            rows.append(
                Row(
                    "wice",
                    row["claim"],
                    sentences,
                    row["support"],
                    gold,
                    sentences[0].rpartition("TITLE: ")[2],
                )
            )
    for row in map(json.loads, (folder / "expertqa_val.jsonl").open()):
        sentences = [s.text for text in row["evidence"] for s in split(text)]
        if part in (row["split"], "all") and sentences:
            rows.append(Row("expertqa", row["claim"], sentences, row["support"]))
    return rows


class Reading:
    """Chooses the sentences for a claim, with what the embedder and the reader make of them."""

    def __init__(self) -> None:
        self.embedder = load_embedder()
        self.reader = Reader(small(), dtype=getattr(torch, fast_dtype()))

    def chosen(self, row: Row, keep: int = 3) -> tuple[list[int], Likeness]:
        """The best sentences and their likeness; only the 16 nearest by words are embedded and read."""
        near = np.argsort(-np.array(rank(row.claim, row.sentences)), kind="stable")[:16]
        vectors = self.embedder.embed([row.claim, *(row.sentences[i] for i in near)])
        likeness = np.full((len(row.sentences), 2), (0.0, -4.0), np.float32)
        likeness[near, 0] = vectors[1:] @ vectors[0]
        likeness[near, 1] = self.reader.support([(row.claim, row.sentences[i]) for i in near])[:, 0]
        top = [
            int(i)
            for i in np.argsort(-np.array(rank(row.claim, row.sentences, likeness)), kind="stable")[
                :keep
            ]
        ]
        joined = " ".join(row.sentences[i] for i in sorted(top))
        support = self.reader.support([(row.claim, joined)])[0, 0]
        return top, (float(likeness[top, 0].max()), float(support))


def measure_claims(folder: Path, part: str) -> dict[str, float]:
    reading = Reading()
    found: list[float] = []
    scores: dict[str, list[tuple[bool, float]]] = {"wice": [], "expertqa": []}
    for row in rows_of(folder, part):
        top, likeness = reading.chosen(row)
        found += (
            [max(len(set(ids) & set(top)) / len(set(ids)) for ids in row.gold)] if row.gold else []
        )
        if row.name == "wice" or row.label != "partly":
            verdict = check(row.claim, row.sources(top), likeness=likeness)
            scores[row.name].append((row.label == "supported", verdict.probability))
    print(f"wice ({part}): supporting sentences in the top 3 {np.mean(found):.3f}")
    areas = {name: roc_auc_score(*zip(*pairs, strict=True)) for name, pairs in scores.items()}
    for name, area in areas.items():
        print(f"{name} ({part}): AUROC {area:.3f} of {len(scores[name])}")
    return {"wice in the top 3": float(np.mean(found))} | {
        f"{name} AUROC": area for name, area in areas.items()
    }


def training(folder: Path, claims: Path, seed: int) -> list[Row]:
    """A sample of each open set, and the dev rows of CLAIMS."""
    chance = random.Random(seed)
    rows = []
    for path in sorted(folder.glob("*/claims*.jsonl.gz")):
        with gzip.open(path, "rt") as lines:
            read = [json.loads(line) for line in lines]
        for row in chance.sample(read, min(len(read), 200)) if path.parent.name in OPEN else ():
            sentences = [s.text for s in split(row["evidence"]) if s.text.strip()][:40]
            if sentences:
                rows.append(
                    Row(
                        path.parent.name,
                        row["claim"],
                        sentences,
                        row["label"],
                        title=row.get("title", ""),
                    )
                )
    return rows + [
        row for row in rows_of(claims, "dev") if row.name == "wice" or row.label != "partly"
    ]


def fit(folder: Path, claims: Path, seed: int) -> None:
    """Each set weighs the same, the dev rows of CLAIMS three times as much, and both labels of a set the same.

    The weights of words come from all rows. Those of the likeness are the ones with the best mean AUROC on the dev rows of CLAIMS,
    the only ones that are read: in the open sets, whose wrong claims are in the words of their evidence, a cosine says nothing.
    """
    rows, reading = training(folder, claims, seed), Reading()
    own = np.array([row.name not in OPEN for row in rows])
    read = [
        reading.chosen(row) if mine else (nearest(row), (0.0, 0.0))
        for row, mine in zip(rows, own, strict=True)
    ]
    words = np.array(
        [
            features(row.claim, row.sources(top)).values
            for row, (top, _) in zip(rows, read, strict=True)
        ]
    )
    likeness, labels = (
        np.array([one for _, one in read]),
        np.array([row.label == "supported" for row in rows]),
    )
    counts = Counter((row.name, label) for row, label in zip(rows, labels, strict=True))
    sizes = np.array(
        [
            counts[row.name, label] / (3 if mine else 1)
            for row, label, mine in zip(rows, labels, own, strict=True)
        ]
    )
    model = LogisticRegression(max_iter=5000).fit(words, labels, sample_weight=1000 / sizes)
    told("_PLAIN", [*model.intercept_, *model.coef_[0]])
    sets = [np.array([row.name == name for row in rows]) for name in ("wice", "expertqa")]
    lexical = words @ model.coef_[0]
    best = max(
        (
            (cosine, support)
            for cosine in np.arange(1, 12.1, 1)
            for support in np.arange(0, 0.61, 0.1)
        ),
        key=lambda pair: sum(
            roc_auc_score(labels[at], (lexical + likeness @ pair)[at]) for at in sets
        ),
    )
    score = (lexical + likeness @ best)[own, None]
    scale = LogisticRegression(max_iter=5000).fit(
        score, labels[own], sample_weight=1000 / sizes[own]
    )
    told("_WITH", [*scale.intercept_, *(scale.coef_[0][0] * np.array([*model.coef_[0], *best]))])


GOALS = {
    **{"planted errors caught": ">0.97", "untouched ones refused": "<0.03"},
    **{"wice in the top 3": ">0.80", "wice AUROC": ">0.80", "expertqa AUROC": ">0.70"},
}


def nearest(row: Row, keep: int = 3) -> list[int]:
    """The best sentences by their words alone."""
    return [
        int(i) for i in np.argsort(-np.array(rank(row.claim, row.sentences)), kind="stable")[:keep]
    ]


def told(name: str, weights: Sequence[float]) -> None:
    print(f"{name} = ({', '.join(f'{weight:.2f}' for weight in weights)})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "claims", type=Path, help="folder with wice_dev.jsonl and expertqa_val.jsonl"
    )
    parser.add_argument("--split", choices=["dev", "report", "all"], default="dev")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--show", type=int, default=0, help="print this many errors on planted claims"
    )
    parser.add_argument("--only", choices=["planted", "claims"], help="measure only this")
    parser.add_argument(
        "--fit", type=Path, metavar="TRAINING", help="print new coefficients instead"
    )
    options = parser.parse_args()
    if options.fit:
        fit(options.fit, options.claims, options.seed)
        return
    figures: dict[str, float] = {}
    if options.only != "claims":
        figures |= measure_planted(options.claims, options.split, options.seed, options.show)
    if options.only != "planted":
        figures |= measure_claims(options.claims, options.split)
    sys.exit(bool(sets.missed(figures, GOALS)))


if __name__ == "__main__":
    main()
