"""Train the small reader that ships in `qa/weights`, from a folder of open data (see `qa/weights/README.md`).

usage: python tests/benchmarks/train_reader.py DATA_DIR OUT_DIR [--passes 1.3] [--seed 0] [--limit N] [--from FOLDER]

Reads squadshifts, qed, squad2_dev_part, squad_subset_flaneval, qadiscourse, qamr, nqg_squad_sentences and selqa for questions,
fever_dev_pairs, fool_me_twice, begin and wice_tokens_train for claims. Four titles of squad2_dev_part and three of new_wiki are
held back and scored at the end. Writes `reader.safetensors` (the six layers and the heads in half precision) and `training.json`.
"""

import argparse
import gzip
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import roc_auc_score
from torch.nn import functional as F
from transformers import BertConfig

from index.embedder import load_embedder
from index.sentences import split
from qa.reader import MAX_SPAN_TOKENS, MAX_TOKENS, Packed, ReaderModel, batch, load_tokenizer, pack

HELD_BACK_SQUAD2 = 4
HELD_BACK_WIKI = 3
WORDS = 140
OPPOSITES = dict(
    pair
    for a, b in (
        line.split("/")
        for line in (
            "first/last largest/smallest before/after most/least highest/lowest more/fewer increase/decrease oldest/youngest "
            "north/south northern/southern east/west eastern/western win/lose won/lost start/end began/ended above/below "
            "mother/father son/daughter wife/husband longest/shortest biggest/smallest earliest/latest best/worst left/right "
            "upper/lower major/minor positive/negative inside/outside buy/sell bought/sold like/dislike public/private men/women "
            "male/female strong/weak early/late cause/prevent support/oppose supported/opposed allow/forbid gain/lose"
        ).split()
    )
    for pair in ((a, b), (b, a))
)


@dataclass
class Example:
    """A question (or claim) and a text. `spans` and `good` (sentence numbers) are None when the source does not say."""

    task: str
    question: str
    title: str
    text: str
    sentences: list[tuple[int, int]]
    spans: list[tuple[int, int]] | None = None
    good: set[int] | None = None
    label: int = 1
    group: str = ""
    packed: Packed | None = field(default=None, repr=False)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def ranges(text: str) -> list[tuple[int, int]]:
    return [(s.start, s.end) for s in split(text)]


def holding(sentences: list[tuple[int, int]], spans: list[tuple[int, int]]) -> set[int]:
    """Numbers of the sentences that hold the middle of a span."""
    return {n for n, (a, b) in enumerate(sentences) for s, e in spans if a <= (s + e) // 2 < b}


def from_spans(row: dict[str, Any], cache: dict[str, list[tuple[int, int]]]) -> Example:
    text = row["context"]
    if text not in cache:
        cache[text] = ranges(text)
    spans = sorted({(a["start"], a["start"] + len(a["text"].rstrip())) for a in row["answers"] if a["text"].strip()})
    title = row.get("title") or ""
    title = "" if title.startswith(("Amazon", "Filtered")) else title.replace("_", " ").replace("%E2%80%93", "-")
    return Example(
        "qa",
        row["question"],
        title,
        text,
        cache[text],
        spans,
        holding(cache[text], spans),
        int(bool(spans)),
        row.get("title") or text,
    )


def trimmed(example: Example, rng: random.Random) -> Example:
    """A run of sentences of at most WORDS words around the answer (or anywhere), as long as the passages that will be read."""
    marks = example.sentences
    words = [len(example.text[a:b].split()) for a, b in marks]
    if sum(words) <= WORDS or not marks:
        return example
    good = sorted(example.good or {rng.randrange(len(marks))})
    low = high = rng.choice(good)
    total = words[low]
    while True:
        sides = [n for n in (low - 1, high + 1) if 0 <= n < len(marks) and total + words[n] <= WORDS]
        if not sides:
            break
        n = rng.choice(sides)
        low, high, total = min(low, n), max(high, n), total + words[n]
    start, end = marks[low][0], marks[high][1]
    example.text = example.text[start:end]
    example.sentences = [(a - start, b - start) for a, b in marks[low : high + 1]]
    if example.good is not None:
        example.good = {n - low for n in example.good if low <= n <= high}
    if example.spans is not None:
        example.spans = [(a - start, b - start) for a, b in example.spans if start <= a and b <= end]
    return example


def joined(items: list[tuple[str, dict[str, Any]]]) -> Iterator[Example]:
    """Sentences of one text joined in order, so that single-sentence sources give passages to choose in."""
    sentences = list(dict.fromkeys(s for s, _ in items))
    starts, text = {}, ""
    for s in sentences:
        starts[s] = len(text)
        text += s.strip() + " "
    marks = [(starts[s], starts[s] + len(s.strip())) for s in sentences]
    for s, row in items:
        shift = starts[s] - (len(s) - len(s.lstrip()))
        if "answers" in row:
            spans = sorted({(a["start"] + shift, a["start"] + shift + len(a["text"])) for a in row["answers"]}) or None
        else:
            spans = None
        yield Example("qa", row["question"], "", text.strip(), marks, spans, {sentences.index(s)}, 1, sentences[0])


def questions(folder: Path, rng: random.Random) -> tuple[list[Example], list[Example], dict[str, list[str]]]:
    """Training examples, held-back examples, and which titles are held back."""
    cache: dict[str, list[tuple[int, int]]] = {}
    train: list[Example] = []
    held: list[Example] = []
    squad2 = list(rows(folder / "squad2_dev_part/qa_no_eval_overlap.jsonl.gz"))
    wiki = list(rows(folder / "squadshifts/qa_new_wiki.jsonl.gz"))
    always = random.Random(0)  # whatever the seed, the same titles stay unseen
    out = {
        "squad2_dev_part": sorted(always.sample(sorted({r["title"] for r in squad2}), HELD_BACK_SQUAD2)),
        "new_wiki": sorted(always.sample(sorted({r["title"] for r in wiki}), HELD_BACK_WIKI)),
    }
    for name, data in (("squad2_dev_part", squad2), ("new_wiki", wiki)):
        for row in data:
            example = from_spans(row, cache)
            if row["title"] in out[name]:
                example.group = f"{name}:{row['title']}"
                held.append(example)
            else:
                train.append(example)
    for name, keep in (
        ("squadshifts/qa_reddit", 6000),
        ("squadshifts/qa_amazon_reviews", 3500),
        ("squad_subset_flaneval/qa", 10**6),
    ):
        data = list(rows(folder / f"{name}.jsonl.gz"))
        train += [from_spans(r, cache) for r in rng.sample(data, min(keep, len(data)))]
    for name in ("qed/qa_train_shards", "qed/qa_dev"):
        for row in rows(folder / f"{name}.jsonl.gz"):
            if row.get("explanation_type") != "single_sentence" or not row["answers"]:
                continue
            cuts = [*row["sentence_starts"], len(row["context"])]
            cache[row["context"]] = [(a, len(row["context"][:b].rstrip())) for a, b in pairwise(cuts)]
            train.append(from_spans(row, cache))
    groups: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for path in sorted(folder.glob("qadiscourse/*.gz")):
        for row in rows(path):
            groups["d" + row["sent_id"].rsplit(":", 2)[0]].append((row["context"], row))
    per_sentence: Counter[str] = Counter()
    for path in sorted(folder.glob("qamr/*.gz")):
        for row in rows(path):
            if row["votes_same"] >= 2 and per_sentence[row["sent_id"]] < 4:
                per_sentence[row["sent_id"]] += 1
                groups["m" + row["sent_id"].rsplit(":", 2)[0]].append((row["context"], row))
    for items in groups.values():
        for k in range(0, len(items), 24):
            train += rng.sample(part := list(joined(items[k : k + 24])), min(10, len(part)))
    pairs = [
        (r["sentence"], {"question": r["question"]})
        for r in rows(folder / "nqg_squad_sentences/as2_pairs_test.jsonl.gz")
    ]
    for k in range(0, len(pairs), 10):
        train += rng.sample(part := list(joined(pairs[k : k + 10])), min(5, len(part)))
    for path in sorted(folder.glob("selqa/*.gz")):
        for row in rows(path):
            items = [(s, {"question": row["question"]}) for s in row["candidates"]]
            good = {n for n, v in enumerate(row["labels"]) if v}
            example = next(joined(items))
            example.title, example.good, example.label = row["title"], good, int(bool(good))
            if len(set(row["candidates"])) == len(row["candidates"]):
                train.append(example)
    return [trimmed(e, rng) for e in train], held, out


def negative(example: Example, text: str, sentences: list[tuple[int, int]], question: str | None = None) -> Example:
    return Example("qa", question or example.question, example.title, text, sentences, [], set(), 0, example.group)


def answer_strings(example: Example) -> list[str]:
    return [example.text[a:b].lower() for a, b in example.spans or []]


def without_answer(example: Example) -> Example | None:
    """The same passage with the answering sentences taken out, unless the answer's words stand elsewhere too."""
    if not example.good or len(example.sentences) < 4:
        return None
    kept = [example.text[a:b] for n, (a, b) in enumerate(example.sentences) if n not in example.good]
    text = " ".join(kept)
    if any(a in text.lower() for a in answer_strings(example)):
        return None
    marks, at = [], 0
    for s in kept:
        marks.append((at, at + len(s)))
        at += len(s) + 1
    return negative(example, text, marks)


NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w'’-]+)(?: (?:of |the )?[A-Z][\w'’-]+)*")
NUMBER = re.compile(r"\b\d[\d,.]*\b")


def twisted(example: Example, names: list[str], rng: random.Random) -> Example | None:
    """The question with one number, name or direction exchanged, so that the passage no longer answers it."""
    question, options = example.question, []
    for m in NUMBER.finditer(question):
        others = [n for n in NUMBER.findall(example.text) if n not in question]
        value = (
            rng.choice(others)
            if others and rng.random() < 0.5
            else str(int(re.sub(r"\D", "", m[0]) or 7) + rng.choice([-10, -3, 2, 5, 20]))
        )
        options.append(question[: m.start()] + value + question[m.end() :])
    for m in NAME.finditer(question):
        here = [n for n in NAME.findall(example.text) if n not in question and n.lower() not in answer_strings(example)]
        pool = here if here and rng.random() < 0.4 else names
        if pool and (name := rng.choice(pool)) not in question:
            options.append(question[: m.start()] + name + question[m.end() :])
    for m in re.finditer(r"[a-z]+", question):
        if m[0] in OPPOSITES:
            options += [question[: m.start()] + OPPOSITES[m[0]] + question[m.end() :]] * 2
    for m in re.finditer(r"\b(did|does|was|is|are|were|has|can)\b(?! not)", question):
        if rng.random() < 0.15:
            subject = re.match(r" (?:the |a |an )?\w+", question[m.end() :])
            cut = m.end() + (subject.end() if subject and m[0] in ("did", "does") else 0)
            options.append(question[:cut] + " not" + question[cut:])
    if not options or not example.text:
        return None
    return negative(example, example.text, example.sentences, rng.choice(options))


def mined(examples: list[Example], wanted: int, rng: random.Random) -> list[Example]:
    """Questions with the most similar passage that is not theirs and does not hold their answer's words."""
    texts = list(dict.fromkeys(e.text for e in examples))
    place = {t: k for k, t in enumerate(texts)}
    some = {e.text: e for e in examples}
    vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit(texts)
    corpus = vectors.transform(texts)
    picked = rng.sample([e for e in examples if e.spans], wanted)
    found = []
    for k in range(0, len(picked), 500):
        scores = (vectors.transform([e.question for e in picked[k : k + 500]]) @ corpus.T).toarray()
        for e, row in zip(picked[k : k + 500], scores, strict=True):
            row[place[e.text]] = 0
            best = [texts[i] for i in np.argsort(-row)[:6] if row[i] > 0.05]
            best = [t for t in best if not any(a in t.lower() for a in answer_strings(e))]
            if best:
                other = some[rng.choice(best[:3])]
                example = negative(e, other.text, other.sentences)
                example.title = other.title
                found.append(example)
    return found


def claims(folder: Path, rng: random.Random) -> list[Example]:
    """Claim and evidence with label 1 (supported), 0 (not) or -1 (contradicted)."""
    train = []

    def add(claim: str, evidence: str, label: int, title: str = "") -> None:
        train.append(Example("claim", claim, title, evidence, [], label=label))

    everything = list(rows(folder / "fever_dev_pairs/claims.jsonl.gz"))
    fever = rng.sample(everything, min(7000, len(everything)))
    by_claim = {r["claim"]: r["evidence"] for r in fever}
    for row in fever:
        add(row["claim"], row["evidence"], 1 if row["label"] == "supported" else -1)
    vectors = TfidfVectorizer(stop_words="english").fit(by_claim.values())
    evidence = list(dict.fromkeys(by_claim.values()))
    corpus = vectors.transform(evidence)
    for k in range(0, 2500, 500):
        part = fever[k : k + 500]
        scores = (vectors.transform([r["claim"] for r in part]) @ corpus.T).toarray()
        for row, line in zip(part, scores, strict=True):
            best = [evidence[i] for i in np.argsort(-line)[:4] if evidence[i] != row["evidence"] and line[i] > 0.1]
            if best:
                add(row["claim"], rng.choice(best), 0)
    for path in sorted(folder.glob("fool_me_twice/*.gz")):
        for row in rows(path):
            add(row["claim"], row["evidence"], 1 if row["label"] == "supported" else -1, row["title"])
            if row["other_evidence"] and rng.random() < 0.5:
                add(row["claim"], rng.choice(row["other_evidence"]), 0, row["title"])
    for path in sorted(folder.glob("begin/*.gz")):
        for row in rows(path):
            if rng.random() < 0.7:
                add(row["claim"], row["evidence"], int(row["label"] == "supported"))
    for row in rows(folder / "wice_tokens_train/claims.jsonl.gz"):
        add(row["claim"], row["evidence"], 0)
    return train


def changed(sentence: str, names: list[str], rng: random.Random) -> str | None:
    """The sentence with one number, name or direction changed or a negation put in or taken out."""
    options = []
    for m in NUMBER.finditer(sentence):
        digits = re.sub(r"\D", "", m[0])
        options.append(
            sentence[: m.start()]
            + str(max(1, int(digits or 3) + rng.choice([-7, -2, 1, 3, 10, 100])))
            + sentence[m.end() :]
        )
    for m in NAME.finditer(sentence):
        if (name := rng.choice(names)) not in sentence:
            options.append(sentence[: m.start()] + name + sentence[m.end() :])
    for m in re.finditer(r"[a-z]+", sentence):
        if m[0] in OPPOSITES:
            options.append(sentence[: m.start()] + OPPOSITES[m[0]] + sentence[m.end() :])
    for m in re.finditer(r"\b(is|are|was|were|has|have|had|can|could|will|would) (not )?", sentence):
        options.append(sentence[: m.start()] + m[1] + (" " if m[2] else " not ") + sentence[m.end() :])
    return rng.choice(options) if options else None


def planted(examples: list[Example], wanted: int, rng: random.Random, names: list[str]) -> list[Example]:
    """Claims made from sentences: verbatim or cut short (supported), or with one thing changed (contradicted)."""
    made: list[Example] = []
    for e in rng.sample(examples, wanted):
        a, b = rng.choice(e.sentences)
        sentence = e.text[a:b]
        pieces = re.split(r"(?<=,) | (?=and |who |which |because |after )", sentence)
        claim = (
            sentence
            if len(pieces) < 2 or rng.random() < 0.5
            else " ".join(pieces[: rng.randint(1, len(pieces) - 1)]).rstrip(",")
        )
        evidence = sentence if rng.random() < 0.7 else e.text
        if rng.random() < 0.5:
            made.append(Example("claim", claim, "", evidence, [], label=1))
        elif (other := changed(claim, names, rng)) and other != claim:
            made.append(Example("claim", other, "", evidence, [], label=-1))
    return made


def prepare(examples: list[Example], tokenizer: Any) -> list[Example]:
    """Packs every example; drops those whose answer was cut off."""
    kept = []
    for e in examples:
        e.packed = pack(tokenizer, e.question, e.title, e.text, e.sentences)
        limit = e.packed.first + len(e.packed.offsets)
        if e.good and not any(a < b <= limit for n, (a, b) in enumerate(e.packed.sentence_tokens) if n in e.good):
            continue
        kept.append(e)
    return kept


def token_spans(e: Example) -> list[tuple[int, int]]:
    """Answer spans as inclusive token positions; (0, 0) for none."""
    assert e.packed
    starts = [a for a, _ in e.packed.offsets]
    found = []
    for a, b in (e.spans or [])[:4]:
        low = int(np.searchsorted(starts, a, side="right")) - 1
        high = int(np.searchsorted(starts, b)) - 1
        if 0 <= low <= high < len(starts) and b <= e.packed.offsets[-1][1]:
            found.append((low + e.packed.first, high + e.packed.first))
    return found or [(0, 0)]


def loss_of(model: ReaderModel, examples: list[Example]) -> torch.Tensor:
    """The sum of the heads' losses, each a mean over the examples that say something about it."""
    ids, types, mask = batch([e.packed for e in examples if e.packed])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        span, token, answers, support = model(ids, types, mask)
    total = torch.zeros(())
    span, token, answers, support = span.float(), token.float(), answers.float(), support.float()
    if examples[0].task == "claim":
        labels = torch.tensor([e.label for e in examples])
        total = total + F.binary_cross_entropy_with_logits(support[:, 0], (labels > 0).float())
        return total + 0.5 * F.binary_cross_entropy_with_logits(support[:, 1], (labels < 0).float())
    blocked = (1 - mask).bool() | (types == 0)
    blocked[:, 0] = False
    logp = F.log_softmax(span.masked_fill(blocked[..., None], -1e4), dim=1)
    span_losses, sentence_losses = [], []
    for row, e in enumerate(examples):
        assert e.packed
        if e.spans is not None:
            both = [logp[row, a, 0] + logp[row, b, 1] for a, b in token_spans(e)]
            span_losses.append(-torch.logsumexp(torch.stack(both), 0))
        if e.good is not None:
            pairs = [
                (n, a, b)
                for n, (a, b) in enumerate(e.packed.sentence_tokens)
                if a < b <= e.packed.first + len(e.packed.offsets)
            ]
            if pairs:
                logits = torch.stack([token[row, a:b].mean() for _, a, b in pairs])
                wanted = torch.tensor([float(n in e.good) for n, _, _ in pairs])
                sentence_losses.append(F.binary_cross_entropy_with_logits(logits, wanted, reduction="sum") / 2)
    if span_losses:
        total = total + torch.stack(span_losses).mean()
    if sentence_losses:
        total = total + torch.stack(sentence_losses).mean()
    return total + F.binary_cross_entropy_with_logits(answers, torch.tensor([float(e.label) for e in examples]))


def batches(examples: list[Example], size: int, rng: random.Random) -> list[list[Example]]:
    """Batches of like length and one task, in random order."""
    made = []
    for task in ("qa", "claim"):
        some = [e for e in examples if e.task == task]
        rng.shuffle(some)
        for k in range(0, len(some), size * 40):
            block = sorted(some[k : k + size * 40], key=lambda e: len(e.packed.ids) if e.packed else 0)
            made += [block[n : n + size] for n in range(0, len(block), size)]
    rng.shuffle(made)
    return made


@torch.inference_mode()
def score(model: ReaderModel, held: list[Example]) -> dict[str, float]:
    """AUROC of answerable or not on squad2's held-back titles; gold sentence first and span F1 on both sets' answerable ones."""
    model.eval()
    seen, first, f1s, total = [], 0, [], 0
    for k in range(0, len(held), 32):
        part = held[k : k + 32]
        ids, types, mask = batch([e.packed for e in part if e.packed])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            span, token, answers, _ = (t.float() for t in model(ids, types, mask))
        for row, e in enumerate(part):
            assert e.packed
            top = e.packed.first + len(e.packed.offsets)
            s, t = span[row, e.packed.first : top, 0], span[row, e.packed.first : top, 1]
            grid = torch.triu(s[:, None] + t[None, :]).masked_fill(
                torch.ones(len(s), len(s)).triu(MAX_SPAN_TOKENS).bool() | torch.ones(len(s), len(s)).tril(-1).bool(),
                -1e4,
            )
            best = int(grid.argmax())
            null = float(span[row, 0].sum())
            if e.group.startswith("squad2"):
                seen.append((e.label, float(answers[row]), float(grid.max()) - null))
            if e.label:
                total += 1
                logits = [float(token[row, a:b].mean()) if a < b <= top else -99.0 for a, b in e.packed.sentence_tokens]
                first += int(np.argmax(logits)) in (e.good or set())
                low, high = divmod(best, len(s))
                said = e.text[e.packed.offsets[low][0] : e.packed.offsets[high][1]]
                f1s.append(max(token_f1(said, e.text[a:b]) for a, b in e.spans or [(0, 0)]))
    model.train()
    y = [v[0] for v in seen]
    return {
        "auroc_answers": round(roc_auc_score(y, [v[1] for v in seen]), 4),
        "auroc_span": round(roc_auc_score(y, [v[2] for v in seen]), 4),
        "auroc_sum": round(roc_auc_score(y, [v[1] + 0.5 * v[2] for v in seen]), 4),
        "gold_first": round(first / total, 4),
        "span_f1": round(float(np.mean(f1s)), 4),
    }


def token_f1(said: str, gold: str) -> float:
    a, b = (re.findall(r"\w+", re.sub(r"\b(a|an|the)\b", " ", t.lower())) for t in (said, gold))
    same = sum((Counter(a) & Counter(b)).values())
    return 2 * same / (len(a) + len(b)) if same else 0.0


def save(model: ReaderModel, out: Path) -> None:
    frozen = {f"encoder.{name}" for name in model.encoder.state_dict() if name.startswith("embeddings.")}
    state = {k: v.detach().to(torch.float16).contiguous() for k, v in model.state_dict().items() if k not in frozen}
    save_file(state, str(out / "reader.safetensors"))


def first_round(train: list[Example], folder: Path, tokenizer: Any, rng: random.Random) -> list[Example]:
    """About 90,000 examples: all that the sources give, with three kinds of wrong passage and with claims."""
    names = sorted({n for e in train for n in NAME.findall(e.question)})
    positives = [e for e in train if e.label and e.spans]
    extra = mined(positives, min(8000, len(positives)), rng)
    extra += [n for e in rng.sample(positives, min(9000, len(positives))) if (n := without_answer(e))]
    extra += [n for e in rng.sample(positives, min(13000, len(positives))) if (n := twisted(e, names, rng))]
    facts = claims(folder, rng) + planted(positives, 6000, rng, names)
    return prepare(train + extra + facts, tokenizer)


def found_hard(model: ReaderModel, examples: list[Example], picked: list[Example], tokenizer: Any) -> list[Example]:
    """For each picked question the near passage without its answer's words that the model itself takes most for an answer.

    The highest scores are often true answers in other words, so only those below 3 count, and below -4 there is nothing to learn.
    """
    embedder = load_embedder()
    some = {e.text: e for e in examples}
    texts = list(some)
    place = {t: k for k, t in enumerate(texts)}
    vectors = embedder.embed([f"{e.title}\n{e.text}" for e in some.values()])
    words = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit(texts)
    corpus = words.transform(texts)
    asked = embedder.embed([e.question for e in picked])
    pairs: list[tuple[int, Example]] = []
    for n, e in enumerate(picked):
        lexical = (words.transform([e.question]) @ corpus.T).toarray()[0]
        dense = vectors @ asked[n]
        lexical[place[e.text]] = dense[place[e.text]] = -1
        for k in dict.fromkeys([*np.argsort(-dense)[:3], *np.argsort(-lexical)[:2]]):
            if not any(a in texts[k].lower() for a in answer_strings(e)):
                other = negative(e, texts[k], some[texts[k]].sentences)
                other.title = some[texts[k]].title
                pairs.append((n, other))
    prepare([e for _, e in pairs], tokenizer)
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i][1].packed.ids))  # type: ignore[union-attr]
    best: dict[int, tuple[float, Example]] = {}
    for k in range(0, len(order), 64):
        part = order[k : k + 64]
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            answers = model(*batch([p for i in part if (p := pairs[i][1].packed)]))[2]
        for i, value in zip(part, answers.float().tolist(), strict=True):
            n, e = pairs[i]
            if -4 < value < 3 and (n not in best or value > best[n][0]):
                best[n] = (value, e)
    return [e for _, e in best.values()]


def misspelt(e: Example, rng: random.Random) -> Example:
    """The question with a slip or two in its longer words, half of the time all in small letters."""
    parts = e.question.split(" ")
    long = [i for i, w in enumerate(parts) if len(w) > 4 and w.isalpha()]
    for i in rng.sample(long, min(len(long), rng.choice([1, 1, 2]))):
        w = parts[i]
        k = rng.randrange(1, len(w) - 1)
        parts[i] = rng.choice([w[:k] + w[k + 1] + w[k] + w[k + 2 :], w[:k] + w[k + 1 :], w[:k] + w[k] + w[k:]])
    asked = " ".join(parts)
    return replace(e, question=asked.lower() if rng.random() < 0.5 else asked)


AUX = re.compile(
    r"^((?:The |A |An )?[\w'’.,() -]{2,50}?) (is|was|are|were|has|had|have|can|will|did|does) (?:not )?(?=\w)(.+?)\.?$"
)


def yes_or_no(folder: Path, rng: random.Random) -> list[Example]:
    """Claims turned into yes-or-no questions about their evidence among other sentences; in a quarter the evidence is taken out."""
    pairs = [(r, r["other_evidence"] or []) for p in sorted(folder.glob("fool_me_twice/*.gz")) for r in rows(p)]
    fever = list(rows(folder / "fever_dev_pairs/claims.jsonl.gz"))
    pairs += [(r, [o["evidence"] for o in rng.sample(fever, 2)]) for r in rng.sample(fever, min(6000, len(fever)))]
    made = []
    for row, others in pairs:
        found = AUX.match(row["claim"].strip())
        if not found or len(found[1].split()) > 7:
            continue
        subject = found[1][0].lower() + found[1][1:] if found[1].split()[0] in ("The", "A", "An") else found[1]
        said = [s for s in others if s != row["evidence"]][:5]
        at, keep = rng.randrange(len(said) + 1), rng.random() < 0.75
        if keep:
            said.insert(at, row["evidence"])
        starts = np.cumsum([0, *(len(s) + 1 for s in said)]).tolist()
        marks = [(a, a + len(s)) for a, s in zip(starts, said, strict=False)]
        question = f"{found[2].capitalize()} {subject} {found[3]}?"
        if said:
            title, good = row.get("title", ""), {at} if keep else set()
            made.append(Example("qa", question, title, " ".join(said), marks, None if keep else [], good, int(keep)))
    return made


def second_round(
    model: ReaderModel, train: list[Example], folder: Path, tokenizer: Any, rng: random.Random
) -> list[Example]:
    """About 16,000 examples: where the first round's reader is still misled, with some of everything it must not forget."""
    names = sorted({n for e in train for n in NAME.findall(e.question)})
    whole = [e for e in train if e.label and e.spans and e.title and len(e.text.split()) > 50]
    hard = found_hard(model, whole, rng.sample(whole, min(4200, len(whole))), tokenizer)
    answered = some_of(whole, 4700, rng) + some_of([e for e in train if e.label and not e.title], 1500, rng)
    answered += some_of([e for e in train if e.label and e.title and not e.spans], 700, rng)
    answered = [misspelt(e, rng) if rng.random() < 0.1 else e for e in answered]
    wrong = [n for e in some_of(whole, 2000, rng) if (n := twisted(e, names, rng))]
    wrong += [n for e in some_of(whole, 1500, rng) if (n := without_answer(e))]
    facts = some_of(claims(folder, rng), 1000, rng) + planted(whole, min(400, len(whole)), rng, names)
    asked = some_of(yes_or_no(folder, rng), 1200, rng)
    return prepare(answered + [e for e in train if not e.label] + hard + wrong + asked + facts, tokenizer)


def some_of(examples: list[Example], most: int, rng: random.Random) -> list[Example]:
    return rng.sample(examples, min(most, len(examples)))


def descend(model: ReaderModel, plan: list[list[Example]], rate: float, held: list[Example], out: Path) -> None:
    """One run of AdamW over the planned batches, the rate falling to nothing; what is learnt is kept on the way."""
    model.train()
    weights = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, len(plan), pct_start=0.06, anneal_strategy="linear")
    begun, mean, done = time.time(), 0.0, 0
    for step, part in enumerate(plan):
        loss = loss_of(model, part)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        schedule.step()
        done += len(part)
        mean = 0.98 * mean + 0.02 * float(loss.detach()) if step else float(loss.detach())
        if step % 50 == 49:
            print(f"{step + 1}/{len(plan)} loss {mean:.3f} {done / (time.time() - begun):.1f} examples/s", flush=True)
        if step % 800 == 799:
            print(score(model, held[:: max(1, len(held) // 400)]), flush=True)
            save(model, out)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("data", type=Path)
    ask.add_argument("out", type=Path)
    ask.add_argument("--passes", type=float, default=1.3)
    ask.add_argument("--seed", type=int, default=0)
    ask.add_argument("--limit", type=int)
    ask.add_argument("--rate", type=float, default=3e-4)
    ask.add_argument("--from", dest="start", type=Path, help="a first round's folder: only the second round is run")
    asked = ask.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    rng = random.Random(asked.seed)
    torch.manual_seed(asked.seed)
    base = load_embedder().weights
    tokenizer = load_tokenizer(base)
    train, held, out = questions(asked.data, rng)
    held = prepare(held, tokenizer)
    config = BertConfig.from_pretrained(
        base, attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.0
    )  # twice as fast
    model = ReaderModel(config)
    model.encoder.load_state_dict(load_file(base / "model.safetensors"), strict=False)
    model.encoder.embeddings.requires_grad_(False)
    begun = time.time()
    if asked.start:
        model.load_state_dict(load_file(asked.start / "reader.safetensors"), strict=False)
        report = json.loads((asked.start / "training.json").read_text())
    else:
        examples = first_round(train, asked.data, tokenizer, rng)
        examples = some_of(examples, asked.limit or len(examples), rng)
        whole = int(asked.passes)
        plan = [b for _ in range(whole) for b in batches(examples, 32, rng)]
        rest = batches(examples, 32, rng)
        plan += rest[: int(len(rest) * (asked.passes - whole))]
        descend(model, plan, asked.rate, held, asked.out)
        report = {
            "seed": asked.seed,
            "passes": asked.passes,
            "rate": asked.rate,
            "examples": {f"{t} {k}": n for (t, k), n in Counter((e.task, e.label) for e in examples).items()},
            "held_back": out,
            "held_back_scores": score(model, held),
            "minutes": round((time.time() - begun) / 60, 1),
            "torch": torch.__version__,
            "max_tokens": MAX_TOKENS,
        }
    begun = time.time()
    model.eval()
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    again = second_round(model, train, asked.data, tokenizer, random.Random(asked.seed + 1))
    again = some_of(again, asked.limit or len(again), rng)
    print("second round", Counter((e.task, e.label) for e in again), f"{time.time() - begun:.0f} s", flush=True)
    for layer in model.encoder.encoder.layer[:2]:
        layer.requires_grad_(False)
    descend(model, batches(again, 32, rng), asked.rate / 3, held, asked.out)
    report["second_round"] = {
        "rate": round(asked.rate / 3, 6),
        "frozen_layers": 2,
        "examples": {f"{t} {k}": n for (t, k), n in Counter((e.task, e.label) for e in again).items()},
        "held_back_scores": score(model, held),
        "minutes": round((time.time() - begun) / 60, 1),
    }
    # The mean of both rounds has most of what the second gains and, unlike it, keeps what the first knew of questions on the very
    # topic ("model soups", Wortsman et al. 2022); figures in qa/weights/README.md.
    after = model.state_dict()
    model.load_state_dict({name: (weight + after[name]) / 2 for name, weight in before.items()})
    save(model, asked.out)
    report["mean_of_both_scores"] = score(model, held)
    (asked.out / "training.json").write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
