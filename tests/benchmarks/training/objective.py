"""What training lessens (the heads' losses) and what it is judged by (scores on held-back titles)."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch
from adapters import Halves
from examples import Example, token_spans
from sklearn.metrics import roc_auc_score
from torch import Tensor
from torch.nn import functional as F

from index.embedder import fast_dtype
from qa.reading.model import ReaderModel
from qa.reading.packing import batch
from qa.reading.reader import MAX_SPAN_TOKENS

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
FAST = DEVICE == "cuda" or fast_dtype() == "bfloat16"


def forward(
    model: ReaderModel, examples: Sequence[Example], pad: int, halves: Halves | None = None
) -> tuple[tuple[Tensor, ...], Tensor, Tensor]:
    """The heads' logits in float32 with the types and the mask they were computed for."""
    ids, types, mask = batch([e.packed for e in examples if e.packed], pad)
    ids, types, mask = (part.to(DEVICE) for part in (ids, types, mask))
    with torch.autocast(DEVICE, dtype=torch.bfloat16, enabled=FAST):
        heads = model.heads(halves(ids, mask)) if halves else model(ids, types, mask)
    return tuple(head.float() for head in heads), types, mask


def loss_of(
    model: ReaderModel, examples: Sequence[Example], pad: int, halves: Halves | None = None
) -> Tensor:
    """The sum of the heads' losses, each a mean over the examples that say something about it."""
    (span, token, answers, support), types, mask = forward(model, examples, pad, halves)
    if examples[0].task == "claim":
        return claim_loss(support, examples)
    total = span_loss(span, types, mask, examples) + sentence_loss(token, examples)
    wanted = torch.tensor([float(e.label) for e in examples], device=answers.device)
    total = total + F.binary_cross_entropy_with_logits(answers, wanted)
    return total + pair_loss(answers, examples)


def claim_loss(support: Tensor, examples: Sequence[Example]) -> Tensor:
    """Supported or not, and, half as much, contradicted or not; where newsroom claims say only that
    they are not supported, nothing is learnt about contradiction."""
    labels = torch.tensor([e.label for e in examples], device=support.device)
    total = F.binary_cross_entropy_with_logits(support[:, 0], (labels > 0).float())
    known = torch.tensor([not e.group for e in examples], device=support.device)
    if known.any():
        against = (labels[known] < 0).float()
        total = total + 0.5 * F.binary_cross_entropy_with_logits(support[known, 1], against)
    return total + pair_loss(support[:, 0], examples)


def pair_loss(logits: Tensor, examples: Sequence[Example]) -> Tensor:
    """Of twins in one batch the better one should have the higher logit (RankNet, Burges et al. 2005)."""
    places: dict[str, list[int]] = {}
    for place, example in enumerate(examples):
        if example.twin:
            places.setdefault(example.twin, []).append(place)
    losses = []
    for some in places.values():
        good = [n for n in some if examples[n].label > 0]
        bad = [n for n in some if examples[n].label <= 0]
        losses += [F.softplus(logits[b] - logits[a]) for a in good for b in bad]
    return torch.stack(losses).mean() if losses else logits.sum() * 0


def span_loss(span: Tensor, types: Tensor, mask: Tensor, examples: Sequence[Example]) -> Tensor:
    """Start and end of the answer's words, at the first token for none."""
    blocked = (1 - mask).bool() | (types == 0)
    blocked[:, 0] = False
    logp = F.log_softmax(span.masked_fill(blocked[..., None], -1e4), dim=1)
    losses = []
    for row, example in enumerate(examples):
        if example.spans is not None:
            ways = [logp[row, a, 0] + logp[row, b, 1] for a, b in token_spans(example)]
            losses.append(-torch.logsumexp(torch.stack(ways), 0))
    return torch.stack(losses).mean() if losses else span.sum() * 0


def sentence_loss(token: Tensor, examples: Sequence[Example]) -> Tensor:
    """Each sentence of a passage answers or not."""
    losses = []
    for row, example in enumerate(examples):
        places = whole_sentences(example)
        if example.good is None or not places:
            continue
        logits = torch.stack([token[row, a:b].mean() for _, a, b in places])
        wanted = torch.tensor([float(n in example.good) for n, _, _ in places], device=token.device)
        losses.append(F.binary_cross_entropy_with_logits(logits, wanted, reduction="sum") / 2)
    return torch.stack(losses).mean() if losses else token.sum() * 0


def whole_sentences(example: Example) -> list[tuple[int, int, int]]:
    """Number, first token and the token behind of each sentence that was not cut off."""
    packed = example.packed
    assert packed
    limit = packed.first + len(packed.offsets)
    marks = enumerate(packed.sentence_tokens)
    return [(n, a, b) for n, (a, b) in marks if a < b <= limit]


@torch.inference_mode()
def score(model: ReaderModel, held: Sequence[Example], pad: int) -> dict[str, float]:
    """AUROC of answerable or not over the groups named squad2 or newsroom; gold sentence first and
    F1 of the words over the answerable ones; AUROC of supported over claims."""
    model.eval()
    seen: list[tuple[int, float, float]] = []
    supported: list[tuple[int, float]] = []
    first, f1s = [], []
    for start in range(0, len(held), 32):
        part = held[start : start + 32]
        (span, token, answers, support), _, _ = forward(model, part, pad)
        for row, example in enumerate(part):
            if example.task == "claim":
                supported.append((int(example.label > 0), float(support[row, 0])))
                continue
            words, margin = best_words(span[row].cpu(), example)
            if example.group.startswith(("squad2", "newsroom")):
                seen.append((example.label, float(answers[row]), margin))
            if example.label and example.good:
                places = whole_sentences(example)
                best = max(places, key=lambda p: float(token[row, p[1] : p[2]].mean()))
                first.append(best[0] in example.good)
            if example.label and example.spans:
                f1s.append(max(token_f1(words, example.text[a:b]) for a, b in example.spans))
    model.train()
    scores = {"gold_first": float(np.mean(first)), "span_f1": float(np.mean(f1s))} if first else {}
    if seen:
        scores["auroc_answers"] = auroc([(label, logit) for label, logit, _ in seen])
        scores["auroc_sum"] = auroc([(label, logit + 0.5 * span) for label, logit, span in seen])
    if supported:
        scores["auroc_support"] = auroc(supported)
    return {name: round(value, 4) for name, value in scores.items()}


def auroc(pairs: Sequence[tuple[int, float]]) -> float:
    labels, logits = zip(*pairs, strict=True)
    return float(roc_auc_score(labels, logits))


def best_words(span: Tensor, example: Example) -> tuple[str, float]:
    """The best words of the passage and how far they are above "no answer"."""
    packed = example.packed
    assert packed
    inside = span[packed.first : packed.first + len(packed.offsets)]
    grid = inside[:, 0][:, None] + inside[:, 1][None, :]
    size = len(inside)
    allowed = (
        torch.ones(size, size).triu().bool()
        & torch.ones(size, size).tril(MAX_SPAN_TOKENS - 1).bool()
    )
    best = int(grid.masked_fill(~allowed, -1e4).argmax())
    low, high = divmod(best, size)
    words = example.text[packed.offsets[low][0] : packed.offsets[high][1]]
    return words, float(grid[low, high] - span[0].sum())


def token_f1(words: str, gold: str) -> float:
    """SQuAD's F1 over words without articles."""
    bags = [
        Counter(re.findall(r"\w+", re.sub(r"\b(a|an|the)\b", " ", t.lower())))
        for t in (words, gold)
    ]
    same = sum((bags[0] & bags[1]).values())
    return 2 * same / sum(sum(bag.values()) for bag in bags) if same else 0.0
