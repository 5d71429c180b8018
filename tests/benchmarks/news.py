"""Makes a corpus of news-like articles: the same seed gives the same articles, no two of them are copies.

    python tests/benchmarks/news.py 2000 corpus.jsonl [--seed 7]

Rows: id, title, source, published, text; 150 to 1,300 words each, about 550 on average, in paragraphs.
"""

import argparse
import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

WORDS = {  # slots of the templates; {n}, {money}, {name}, {town} and {day} are made up
    "role": "minister|mayor|spokeswoman|analyst|governor|engineer|professor|commander|judge|trader|farmer|surgeon|director"
    "|negotiator|senator|auditor|geologist|coach|novelist|envoy|prosecutor|curator|pilot|union leader|chief economist",
    "body": "ministry|council|central bank|court of appeal|port authority|grid operator|commission|parliament|health service"
    "|tax office|railway|university|space agency|football league|fisheries board|statistics office|border guard|museum",
    "topic": "grain exports|energy prices|ceasefire terms|rail fares|flood defences|school meals|chip factories|water rights"
    "|pension rules|vaccine stocks|mining licences|airport noise|data centres|fishing quotas|steel tariffs|wildfire smoke"
    "|doping tests|rare orchids|offshore wind|asylum claims|bank mergers|stage lighting|bus lanes|satellite debris",
    "thing": "bridge|reactor|pipeline|stadium|dam|tunnel|archive|hospital wing|drone factory|orchard|ferry|reservoir|telescope"
    "|cable|warehouse|cathedral|harbour wall|refinery|tram line|prison|lighthouse|vineyard|landfill|observatory",
    "adj": "sweeping|modest|delayed|contested|costly|secret|temporary|unusual|fragile|ambitious|joint|emergency|provisional"
    "|regional|disputed|record|quiet|binding|second|partial|illegal|long-awaited|narrow|symbolic|digital",
    "did": "approved|rejected|postponed|defended|criticised|welcomed|leaked|rewrote|suspended|funded|inspected|abandoned"
    "|reopened|doubled|halved|questioned|endorsed|blocked|expanded|audited|renamed|insured|sold|mapped",
    "act": "plan|ruling|deal|inquiry|budget|report|strike|vote|tender|survey|trial|summit|ban|subsidy|merger|rescue|treaty"
    "|recall|census|lawsuit|loan|pilot scheme|curfew|festival",
    "why": "after heavy rain|despite warnings|under pressure from creditors|amid a shortage of staff|before the election"
    "|because tests had failed|to calm investors|while talks went on|following an accident|in return for guarantees"
    "|for want of spare parts|since costs had risen|against legal advice|as winter set in|without a quorum",
    "verb": "warned|argued|conceded|insisted|told reporters|predicted|denied|recalled|estimated|promised|complained|joked",
    "group": "residents|opposition parties|shipowners|nurses|small firms|students|pensioners|lorry drivers|insurers|divers"
    "|beekeepers|climate scientists|tenants|veterans|archaeologists|referees|software firms|dairy farms|choirs",
    "felt": "protested|cheered|hesitated|went to court|asked for details|stayed away|raised money|signed a petition"
    "|demanded compensation|moved out|changed sides|kept working|lost patience|wrote letters|hired lawyers",
    "unit": "tonnes|jobs|households|kilometres|passengers|patients|hectares|megawatts|tickets|containers|species|voters",
    "when": "last spring|on {day}|two weeks ago|in {year}|late at night|within hours|by the end of {month}|next {month}",
    "month": "January|February|March|April|May|June|July|August|September|October|November|December",
    "day": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
    "place": "in {town}|near {town}|outside {town}|between {town} and {town}|on the coast of {town}|north of {town}",
}
SENTENCES = (
    "The {body} of {town} {did} {adj} {act} on {topic} {when}, {why}.",
    "{name}, {a_role} {place}, {verb} that {topic} would cost {money} {when}.",
    "“{Group} {felt} {why},” {name} {verb}.",
    "“Nobody {did} the {thing}; it stood empty {when},” said {name}, the {role}.",
    "{Why_}, {group} {place} {felt}.",
    "About {n} {unit} were affected, {pct} per cent more than {when}.",
    "Work at the {thing} {place} stopped {when} and {group} {felt}.",
    "{name} and {name} {did} the {adj} {thing}, though {group} {felt} {when}.",
    "According to the {body}, {topic} and {topic} together take {money} a year.",
    "Figures of {n} {unit} were {did} by {a_role}, {name}, {when}.",
    "The {adj} {act} {place} has divided {group}: some {felt}, others {felt}.",
    "Asked about {topic}, the {role} {verb}; the {body} gave no figures.",
    "{Town_} {did} its {thing} {when} for {money}.",
    "Only {n} of {n} {unit} remained {place}, the {body} {verb}.",
    "Its {act} {why} surprised {group} and the {body} alike.",
    "Whether the {thing} will be {did} depends on {topic}, {name} {verb}.",
    "{name} had {did} {a_adj} {act} {when}, {why}, and the {role} {verb} that {group} {felt}.",
    "Rules on {topic} changed {when}; {group} {place} {felt}.",
)
TITLES = (
    "{Town_} {did} {adj} {act}",
    "{Group} {felt} over {topic}",
    "{Body_} {did} {thing} {place}",
    "{name} on {topic}",
)
SOURCES = (
    "The Courier",
    "Harbour Times",
    "North Wire",
    "Daily Ledger",
    "Evening Post",
    "Valley Herald",
    "Metro Note",
)
ONSETS = "b br c ch d dr f fl g gr h j k kl l m n p pr r s st t tr v w z sh".split()
VOWELS = "a e i o u ai ea ou ie".split()
CODAS = "n r l s m d t k nd rt ll v g ska ton berg ville mouth".split()
LISTS = {slot: words.split("|") for slot, words in WORDS.items()}


def made_up(rng: random.Random) -> str:
    return "".join(
        rng.choice(ONSETS) + rng.choice(VOWELS) for _ in range(rng.randint(1, 2))
    ).capitalize() + rng.choice(CODAS)


def filled(rng: random.Random, template: str, people: list[str], towns: list[str]) -> str:
    """The template with its slots filled, from the left; an article's own people and towns come back in it."""
    while "{" in template:
        before, rest = template.split("{", 1)
        slot, after = rest.split("}", 1)
        plain = slot.removeprefix("a_").rstrip("_").lower()
        if plain in LISTS:
            value = rng.choice(LISTS[plain])
        elif plain == "n":
            value = f"{rng.choice((rng.randint(3, 90), rng.randint(100, 9_000), rng.randint(10_000, 900_000))):,}"
        else:
            value = {
                "pct": str(rng.randint(2, 60)),
                "year": str(rng.randint(1990, 2025)),
                "money": f"{rng.choice('€$£')}{rng.randint(1, 990)} {rng.choice(('million', 'billion'))}",
                "name": rng.choice(people),
                "town": rng.choice(towns),
            }[plain]
        if slot.startswith("a_"):
            value = ("an " if value[0] in "aeiou" else "a ") + value
        if slot[0].isupper():
            value = value[0].upper() + value[1:]
        template = before + value + after
    return template


def article(number: int, seed: int = 7) -> dict[str, str]:
    rng = random.Random(f"{seed} {number}")
    people = [f"{made_up(rng)} {made_up(rng)}" for _ in range(rng.randint(3, 6))]
    towns = [made_up(rng) for _ in range(rng.randint(2, 5))]
    sentences = [
        filled(rng, rng.choice(SENTENCES), people, towns)
        for _ in range(int(rng.triangular(10, 85, 25)))
    ]
    text, at = "", 0
    while at < len(sentences):
        size = rng.randint(1, 4)
        text += " ".join(sentences[at : at + size]) + "\n\n"
        at += size
    title = filled(rng, rng.choice(TITLES), people, towns)
    day = date(2023, 1, 1) + timedelta(days=rng.randrange(1000))
    return {
        "id": f"news-{number}",
        "title": title[0].upper() + title[1:],
        "source": rng.choice(SOURCES),
        "published": day.isoformat(),
        "text": text.strip(),
    }


def articles(count: int, seed: int = 7) -> Iterator[dict[str, str]]:
    return (article(number, seed) for number in range(count))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("count", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with options.file.open("w", encoding="utf-8") as out:
        for row in articles(options.count, options.seed):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
