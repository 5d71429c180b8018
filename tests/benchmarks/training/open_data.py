"""Examples from the folder of open data sets (`qa/weights/README.md` names them with their licences)."""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from examples import Example, Ranges, from_spans, joined, ranges, rows, trimmed
from sklearn.feature_extraction.text import TfidfVectorizer

from qa.reading.premise import Source, premise

HELD_BACK_SQUAD2 = 4
HELD_BACK_WIKI = 3
CLAIM_WORDS = 150
NUMBER = re.compile(r"\b\d[\d,.]*\b")  # 1,300 or 3.5
NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*")  # "Anna Holm" inside a sentence


def sample(rng: random.Random, items: Sequence[Any], most: int) -> list[Any]:
    return rng.sample(list(items), min(most, len(items)))


def held_titles(folder: Path) -> dict[str, list[str]]:
    """The titles that no training sees, whatever the seed: four of SQuAD 2.0, three of new_wiki."""
    always = random.Random(0)
    squad2 = {row["title"] for row in rows(folder / "squad2_dev_part/qa_no_eval_overlap.jsonl.gz")}
    wiki = {row["title"] for row in rows(folder / "squadshifts/qa_new_wiki.jsonl.gz")}
    first = sorted(always.sample(sorted(squad2), HELD_BACK_SQUAD2))
    return {
        "squad2_dev_part": first,
        "new_wiki": sorted(always.sample(sorted(wiki), HELD_BACK_WIKI)),
    }


def held_back(folder: Path) -> list[Example]:
    """All questions on the held-back titles; nothing of squad2_dev_part is trained on."""
    titles = held_titles(folder)
    cache: dict[str, Ranges] = {}
    held = []
    for name, path in (
        ("squad2_dev_part", "squad2_dev_part/qa_no_eval_overlap.jsonl.gz"),
        ("new_wiki", "squadshifts/qa_new_wiki.jsonl.gz"),
    ):
        for row in rows(folder / path):
            if row["title"] in titles[name]:
                example = from_spans(row, cache)
                example.group = f"{name}:{row['title']}"
                held.append(example)
    return held


def questions(folder: Path, rng: random.Random, share: float, words: int) -> list[Example]:
    """Questions of all sets with passages of at most `words` words: `share` of what there is of each, of
    the twins four times as much; two in five without an answer."""
    made = twins(folder, rng, min(1.0, 4 * share), words)
    made += spans(folder, rng, share)
    made += sentences(folder, rng, share)
    plain = [e for e in made if e.label and e.spans and not e.twin]
    made += near_passages(plain, int(2500 * share), rng)
    made += [n for e in sample(rng, plain, int(1500 * share)) if (n := without_answer(e))]
    return [trimmed(example, rng, words) for example in made]


def twins(folder: Path, rng: random.Random, share: float, words: int) -> list[Example]:
    """SQuAD 2.0's pairs: one question that the paragraph answers, one slightly changed that it does not."""
    whole = _pairs(folder)
    kept = sample(rng, whole, int(len(whole) * share))
    for pair in kept:
        _cut_alike(pair, rng, words)
        for example in pair:
            example.question = disguised(example.question, rng)
    return [example for pair in kept for example in pair]


def _pairs(folder: Path) -> list[list[Example]]:
    """All twins of SQuAD 2.0's training half."""
    cache: dict[str, Ranges] = {}
    pairs: dict[str, list[Example]] = defaultdict(list)
    for row in rows(folder / "squad2_train_pairs/qa_pairs.jsonl.gz"):
        example = from_spans(row, cache)
        example.twin = min(row["id"], row["twin"])
        pairs[example.twin].append(example)
    return [pair for pair in pairs.values() if len(pair) == 2]


def asked(folder: Path, rng: random.Random, pairs: int) -> list[Example]:
    """Twins of SQuAD 2.0 held against the sentence that answers one of them, as claims are."""
    made = []
    for pair in sample(rng, _pairs(folder), pairs):
        answered = max(pair, key=lambda e: e.label)
        if not answered.good:
            continue
        place = min(answered.good)
        texts = [answered.text[a:b] for a, b in answered.sentences]
        source = Source(texts[place], None, answered.title, texts[place - 1] if place else "")
        for one in pair:
            question = disguised(one.question, rng)
            text = premise(source)
            made.append(
                Example(
                    "claim", question, "", text, [], label=one.label, group="squad2", twin=one.twin
                )
            )
    return made


def news_pairs(file: Path) -> list[Example]:
    """Every other group of a file of claims with their sources: the rest stays to measure with."""
    everything = list(rows(file))
    groups = sorted({row["group"] for row in everything})[::2]
    made = []
    for row in everything:
        if row["group"] in groups:
            source = Source(row["source"], row["published"], row["title"], row["context_before"])
            label = int(row["label"] == "supported")
            text = premise(source)
            made.append(Example("claim", row["claim"], "", text, [], label=label, group="pairs"))
    return made


def _cut_alike(pair: list[Example], rng: random.Random, words: int) -> None:
    """Cuts both twins to the same sentences, so that only the question tells them apart."""
    answered = max(pair, key=lambda e: e.label)
    text = answered.text
    trimmed(answered, rng, words)
    start = text.find(answered.text)
    for other in pair:
        if other is not answered:
            other.text, other.sentences = answered.text, list(answered.sentences)
            kept = [(a - start, b - start) for a, b in other.spans or []]
            other.spans = [(a, b) for a, b in kept if a >= 0 and b <= len(other.text)]


def disguised(question: str, rng: random.Random) -> str:
    """The question with or without its mark and capitals, so that no source is known by its style."""
    if rng.random() < 0.3:
        question = question.rstrip("? ")
    return question.lower() if rng.random() < 0.3 else question


def spans(folder: Path, rng: random.Random, share: float) -> list[Example]:
    """Questions with marked answers, and without."""
    cache: dict[str, Ranges] = {}
    titles = set(held_titles(folder)["new_wiki"])
    plan = (
        ("squadshifts/qa_new_wiki", 2500, lambda r: r["title"] not in titles),
        ("squadshifts/qa_reddit", 1500, lambda r: True),
        ("squad1_train_parts/qa_du_test", 3500, lambda r: True),
        ("squad2_train_10_articles/qa", 1500, lambda r: True),
        ("nomiracl_en/qa_non_relevant", 1900, lambda r: r["word_overlap"] >= 0.5),
        ("timeqa_human/qa_train", 700, lambda r: True),
        ("condaqa/qa", 480, lambda r: not r["answerable"]),
        ("condaqa/qa", 700, lambda r: r["answerable"] and not r["answers"]),
    )
    made = []
    for name, most, wanted in plan:
        path = next(folder.glob(f"{name}*.jsonl.gz"))
        for row in sample(rng, [r for r in rows(path) if wanted(r)], int(most * share)):
            example = from_spans(row, cache)
            example.question = disguised(example.question, rng)
            if name.startswith("condaqa") and row["answerable"]:
                example.spans, example.good, example.label = None, None, 1
            made.append(example)
    for row in sample(rng, list(_qed(folder)), int(3500 * share)):
        cuts = [*row["sentence_starts"], len(row["context"])]
        marks = [(a, len(row["context"][:b].rstrip())) for a, b in pairwise(cuts)]
        cache[row["context"]] = marks
        made.append(from_spans(row, cache))
    return made


def _qed(folder: Path) -> list[dict[str, Any]]:
    paths = [folder / f"qed/{name}.jsonl.gz" for name in ("qa_train_shards", "qa_dev")]
    everything = [row for path in paths for row in rows(path)]
    single = [row for row in everything if row.get("explanation_type") == "single_sentence"]
    return [row for row in single if row["answers"]]


def sentences(folder: Path, rng: random.Random, share: float) -> list[Example]:
    """Questions on single sentences of Wikinews and Wikipedia, joined to passages again."""
    groups: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for path in sorted(folder.glob("qadiscourse/*.gz")):
        for row in rows(path):
            groups["d" + row["sent_id"].rsplit(":", 2)[0]].append((row["context"], row))
    per_sentence: Counter[str] = Counter()
    for path in sorted(folder.glob("qamr/*.gz")):
        for row in rows(path):
            if row["votes_same"] >= 2 and per_sentence[row["sent_id"]] < 3:
                per_sentence[row["sent_id"]] += 1
                groups["m" + row["sent_id"].rsplit(":", 2)[0]].append((row["context"], row))
    made: list[Example] = []
    for items in groups.values():
        for start in range(0, len(items), 24):
            made += sample(rng, list(joined(items[start : start + 24])), 6)
    return sample(rng, made, int(4500 * share))


def negative(example: Example, text: str, marks: Ranges, title: str) -> Example:
    return Example("question", example.question, title, text, marks, [], set(), 0, example.group)


def answer_strings(example: Example) -> list[str]:
    return [example.text[a:b].lower() for a, b in example.spans or []]


def without_answer(example: Example) -> Example | None:
    """The same passage without its answering sentences, unless the answer's words stand elsewhere too."""
    if not example.good or len(example.sentences) < 4:
        return None
    kept = [
        example.text[a:b] for n, (a, b) in enumerate(example.sentences) if n not in example.good
    ]
    text = " ".join(kept)
    if any(words in text.lower() for words in answer_strings(example)):
        return None
    marks, at = [], 0
    for sentence in kept:
        marks.append((at, at + len(sentence)))
        at += len(sentence) + 1
    return negative(example, text, marks, example.title)


def near_passages(examples: list[Example], wanted: int, rng: random.Random) -> list[Example]:
    """Questions with a similar passage that is not theirs and does not hold their answer's words."""
    some = {e.text: e for e in examples}
    texts = list(some)
    place = {text: n for n, text in enumerate(texts)}
    vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit(texts)
    corpus = vectors.transform(texts)
    picked = sample(rng, examples, wanted)
    found = []
    for start in range(0, len(picked), 500):
        part = picked[start : start + 500]
        scores = (vectors.transform([e.question for e in part]) @ corpus.T).toarray()
        for example, line in zip(part, scores, strict=True):
            line[place[example.text]] = 0
            best = [texts[i] for i in np.argsort(-line)[:6] if line[i] > 0.05]
            best = [
                t for t in best if not any(words in t.lower() for words in answer_strings(example))
            ]
            if best:
                other = some[rng.choice(best[:3])]
                found.append(negative(example, other.text, other.sentences, other.title))
    return found


def claims(folder: Path, rng: random.Random, share: float) -> list[Example]:
    """Claims with evidence: 1 supported, 0 not said, -1 contradicted."""
    labels = {"supported": 1, "contradicted": -1}
    made: list[Example] = []
    plan = (
        ("fever_dev_pairs", 2500),
        ("fool_me_twice", 2000),
        ("begin", 1200),
        ("sufficient_facts", 2600),
        ("fever_symmetric", 1092),
        ("faithdial_audit", 800),
        ("factcg", 1500),
        ("wice_tokens_train", 374),
    )
    for name, most in plan:
        everything = [row for path in sorted(folder.glob(f"{name}/*.gz")) for row in rows(path)]
        for row in sample(rng, everything, int(most * share)):
            label = labels.get(row["label"], 0)
            title = row.get("title") or ""
            text = " ".join(str(row["evidence"]).split()[:CLAIM_WORDS])
            made.append(Example("claim", row["claim"], title, text, [], label=label))
            others = row.get("other_evidence")
            if others and rng.random() < 0.3:
                made.append(Example("claim", row["claim"], title, rng.choice(others), [], label=0))
    return made


def planted(examples: list[Example], wanted: int, rng: random.Random) -> list[Example]:
    """Claims made from sentences: verbatim or cut short (supported), with a number or two names exchanged (not)."""
    made: list[Example] = []
    for example in sample(rng, examples, wanted):
        start, end = rng.choice(example.sentences or ranges(example.text))
        sentence = example.text[start:end]
        pieces = re.split(r"(?<=,) ", sentence)
        claim = sentence
        if len(pieces) > 1 and rng.random() < 0.4:
            claim = " ".join(pieces[: rng.randint(1, len(pieces) - 1)]).rstrip(",")
        evidence = sentence if rng.random() < 0.6 else example.text
        changed = exchanged(sentence, rng)
        if changed and rng.random() < 0.5:
            made.append(Example("claim", changed, "", evidence, [], label=0))
        else:
            made.append(Example("claim", claim, "", evidence, [], label=1))
    return made


def exchanged(sentence: str, rng: random.Random) -> str | None:
    """The sentence with two of its names changing places, or one number changed."""
    options = []
    names = list(NAME.finditer(sentence))
    for one, other in pairwise(names):
        if one[0] != other[0]:
            between = sentence[one.end() : other.start()]
            options.append(
                sentence[: one.start()] + other[0] + between + one[0] + sentence[other.end() :]
            )
    for match in NUMBER.finditer(sentence):
        digits = re.sub(r"\D", "", match[0]) or "3"
        value = str(max(1, int(digits) + rng.choice([-7, -2, 1, 3, 10, 100])))
        options.append(sentence[: match.start()] + value + sentence[match.end() :])
    return rng.choice(options) if options else None
