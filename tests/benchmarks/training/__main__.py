"""Train a reader for `qa/weights`: python tests/benchmarks/training SIZE DATA OUT [--newsroom FOLDER] …

SIZE is small or strong. Two rounds: the open data of the folder DATA, then the newsroom set among some of them. Each
round keeps a checkpoint in OUT every 200 steps; the same command goes on from there. At the end OUT holds
SIZE.safetensors (half precision, only what was trained) and SIZE.json (seed, counts, scores). A CUDA device is used
where there is one.
"""

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from adapters import Halves, adapt, merge
from examples import Example, prepare
from newsroom import Newsroom
from objective import DEVICE, loss_of, score
from open_data import asked as asked_twins
from open_data import claims, held_back, held_titles, news_pairs, planted, questions, sample
from safetensors.torch import save_file
from torch import Tensor

from qa.reading.deltas import shrink
from qa.reading.encoders import ENCODERS, Encoder
from qa.reading.model import ReaderModel, load_weights

BATCH = {"small": 32, "strong": 16}
RATE = {"small": 2e-4, "strong": 4e-4}
TASKS = {"small": "question", "strong": "claim"}  # of the second round
WORDS = {
    "small": 140,
    "strong": 64,
}  # a passage; the strong reader sees the best sentence and those around it
KEPT = 200  # steps between two checkpoints


def batches(examples: Sequence[Example], size: int, rng: random.Random) -> list[list[Example]]:
    """Batches of one task and of like length, in random order; twins stand in one batch."""
    made = []
    for task in ("question", "claim"):
        units: dict[str, list[Example]] = {}
        for number, example in enumerate(examples):
            if example.task == task:
                units.setdefault(example.twin or str(number), []).append(example)
        some = list(units.values())
        rng.shuffle(some)
        for start in range(0, len(some), size * 30):
            block = sorted(
                some[start : start + size * 30], key=lambda unit: len(unit[0].packed.ids)
            )
            flat = [example for unit in block for example in unit]
            made += [flat[n : n + size] for n in range(0, len(flat), size)]
    rng.shuffle(made)
    return made


def trained(model: ReaderModel, base: Encoder) -> dict[str, Tensor]:
    """The tensors that training changes, by the names they are shipped under."""
    state = model.state_dict()
    return {name: t for name, t in state.items() if not base.frozen(name.removeprefix("encoder."))}


def learning(model: ReaderModel) -> dict[str, Tensor]:
    """The tensors that the optimizer changes."""
    return {name: p.detach() for name, p in model.named_parameters() if p.requires_grad}


def learn(
    model: ReaderModel, base: Encoder, plan: Sequence[Sequence[Example]], rate: float, place: Path
) -> None:
    """One descent; of the strong reader only low-rank changes are learnt, and merged at the end."""
    if base.size == "small":
        descend(model, base, plan, rate, place)
        return
    adapt(model, base)
    descend(model, base, plan, rate, place, Halves(model, base))
    merge(model, base)


def descend(
    model: ReaderModel,
    base: Encoder,
    plan: Sequence[Sequence[Example]],
    rate: float,
    place: Path,
    halves: Halves | None = None,
) -> None:
    """AdamW over the planned batches with a linear fall; goes on from the checkpoint at `place`."""
    weights = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, len(plan) + 1, pct_start=0.06, anneal_strategy="linear"
    )
    first = 0
    if place.exists():
        saved = torch.load(place, weights_only=True)
        model.load_state_dict(saved["model"], strict=False)
        optimizer.load_state_dict(saved["optimizer"])
        schedule.load_state_dict(saved["schedule"])
        first = saved["step"]
    begun, done, mean = time.time(), 0, None
    for step in range(first, len(plan)):
        loss = loss_of(model, plan[step], base.pad, halves)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        schedule.step()
        done += len(plan[step])
        value = float(loss.detach())
        mean = value if mean is None else 0.98 * mean + 0.02 * value
        if step % 50 == 49:
            pace = done / (time.time() - begun)
            print(
                f"{step + 1}/{len(plan)} loss {mean:.3f}, {pace:.1f} examples a second", flush=True
            )
        if step % KEPT == KEPT - 1:
            state = {
                "model": learning(model),
                "optimizer": optimizer.state_dict(),
                "schedule": schedule.state_dict(),
                "step": step + 1,
            }
            torch.save(state, place.with_suffix(".new"))
            place.with_suffix(".new").replace(place)


def first_round(asked: argparse.Namespace, rng: random.Random) -> list[Example]:
    """The open data alone: questions and claims."""
    asked_for = questions(asked.data, rng, asked.share, WORDS[asked.size])
    marked = [e for e in asked_for if e.label and e.spans]
    facts = claims(asked.data, rng, min(1.0, 2 * asked.share))
    facts += planted(marked, int(3000 * asked.share), rng)
    return asked_for + facts


def second_round(asked: argparse.Namespace, rng: random.Random) -> list[Example]:
    """The newsroom set several times, its questions for the small reader and its claims for the strong one, with
    a part of the open data so that nothing is forgotten."""
    newsroom = Newsroom(asked.newsroom, WORDS[asked.size])
    task = TASKS[asked.size]
    news: list[Example] = []
    for number in range(asked.passes):
        same = random.Random(asked.seed)  # the same inputs each time: their lower half is known
        if task == "question":
            some = newsroom.questions("train", rng)
        else:
            some = newsroom.claims("train", same, vary=True)
            some += newsroom.verbatim("train", same, 150)
        news += tagged(some, number)
    if task == "claim":
        news += newsroom.asked("train", rng) + asked_twins(asked.data, rng, int(1200 * asked.share))
        news += (news_pairs(asked.pairs) if asked.pairs else []) * 2
    others = [e for e in first_round(asked, rng) if e.task == task]
    pairs = sorted({e.twin for e in others if e.twin})
    kept = set(sample(rng, pairs, int(800 * asked.share)))
    twins = [e for e in others if e.twin in kept]
    return news + twins + sample(rng, [e for e in others if not e.twin], int(700 * asked.share))


def tagged(examples: list[Example], number: int) -> list[Example]:
    """Twins of one pass get names of their own: they must not meet those of another."""
    for example in examples:
        if example.twin:
            example.twin = f"{example.twin}/{number}"
    return examples


def scores(
    model: ReaderModel, asked: argparse.Namespace, base: Encoder, task: str
) -> dict[str, Any]:
    """Of questions on every fourth one of the held-back titles, and of either task on the newsroom's dev part."""
    found: dict[str, Any] = {}
    if task == "question":
        found["held_back"] = score(model, prepare(held_back(asked.data)[::4], base), base.pad)
    if asked.newsroom:
        newsroom, rng = Newsroom(asked.newsroom, WORDS[asked.size]), random.Random(0)
        news = newsroom.claims("dev", rng, vary=False)
        if task == "question":
            news = newsroom.questions("dev", rng)
        found["newsroom_dev"] = score(model, prepare(news, base), base.pad)
    return found


def run(
    asked: argparse.Namespace, number: int, model: ReaderModel, base: Encoder
) -> dict[str, Any]:
    """One round, done once: its end is kept in OUT and taken from there when it is asked for again."""
    end, notes = (
        asked.out / f"{asked.size}.round{number}.safetensors",
        asked.out / f"{asked.size}.round{number}.json",
    )
    if end.exists():
        load_weights(model, base, end)
        done: dict[str, Any] = json.loads(notes.read_text())
        return done
    rng = random.Random(asked.seed + number)
    examples = prepare((first_round if number == 1 else second_round)(asked, rng), base)
    rate = (asked.rate or RATE[base.size]) * (1 if number == 1 else 0.6)
    plan = batches(examples, BATCH[base.size], rng)
    begun = time.time()
    counts = Counter(f"{e.task} {e.label}" for e in examples)
    print(f"round {number}: {dict(counts)}, {len(plan)} batches", flush=True)
    learn(model, base, plan, rate, asked.out / f"{asked.size}.checkpoint{number}.pt")
    report = {
        "rate": rate,
        "examples": dict(counts),
        "scores": scores(model, asked, base, "question" if number == 1 else TASKS[base.size]),
        "minutes": round((time.time() - begun) / 60, 1),
    }
    save_file({name: t.half().contiguous().cpu() for name, t in trained(model, base).items()}, end)
    notes.write_text(json.dumps(report))
    print(json.dumps(report), flush=True)
    return report


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("size", choices=ENCODERS)
    ask.add_argument("data", type=Path)
    ask.add_argument("out", type=Path)
    ask.add_argument("--newsroom", type=Path)
    ask.add_argument("--passes", type=int, default=2)
    ask.add_argument("--share", type=float, default=1.0, help="of the open data, from 0 to 1")
    ask.add_argument("--seed", type=int, default=0)
    ask.add_argument("--rate", type=float, help="of the first round; the second takes 0.6 of it")
    ask.add_argument("--pairs", type=Path, help="a file of claims, half of whose groups are learnt")
    ask.add_argument("--start", type=Path, help="weights of an earlier training to begin with")
    asked = ask.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(asked.seed)
    base = ENCODERS[asked.size]()
    model = ReaderModel(base)
    if asked.start:
        load_weights(model, base, asked.start)
    for name, parameter in model.encoder.named_parameters():
        parameter.requires_grad_(not base.frozen(name))
    model.to(DEVICE).train()
    report: dict[str, Any] = {"size": asked.size, "seed": asked.seed, "torch": torch.__version__}
    report["held_back"] = held_titles(asked.data)
    report["rounds"] = [run(asked, 1, model, base)]
    if asked.newsroom:
        report["rounds"].append(run(asked, 2, model, base))
    weights = {name: tensor.cpu() for name, tensor in trained(model, base).items()}
    if asked.size == "strong":
        weights = shrink(weights, base.weights)
    else:
        weights = {name: tensor.half().contiguous() for name, tensor in weights.items()}
    save_file(weights, asked.out / f"{asked.size}.safetensors")
    (asked.out / f"{asked.size}.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
