"""One line about the index: how much is in it, where that came from, who writes, when it was last
looked for more."""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index.fetch import is_address
from index.index import Index
from index.records import Filters
from ui.html import attribute, html
from ui.intake import SEEDS
from ui.texts import ENGLISH, Texts
from ui.uploads import UPLOADED
from ui.watch import Watch

if TYPE_CHECKING:
    from qa.pipeline import Pipeline

SAMPLE = Path(__file__).parents[1] / "seeds"
PLACES = 3  # that the head of the page names; of more it says how many


def overview(
    pipeline: "Pipeline", say: Texts, held: Filters = Filters(), watch: Watch | None = None
) -> str:
    """The line for the head of the page."""
    line = attribute(" · ".join(filter(None, (told(pipeline, say, held), looked(watch, say)))))
    return str(html('<p class="fn-line" lang="{}">{}</p>', say.language, line))


def told(pipeline: "Pipeline", say: Texts = ENGLISH, held: Filters = Filters()) -> str:
    """How much is in the index, where it came from, and who writes."""
    writer = say.quoting
    if pipeline.writer == "llm":
        writer = say.writing.format(model=pipeline.model)
    total = pipeline.index.count(held)
    origin = whose(pipeline.index, say, held)
    samples_alone = total > 0 and origin == _samples(say, total)
    count = "" if samples_alone else say.count(total)
    return " · ".join(filter(None, (count, origin, writer)))


def whose(index: Index, say: Texts, held: Filters = Filters()) -> str:
    """Where the articles came from, in a few words: the samples and how many, a folder's name,
    added here."""
    seeds = index.collections(held).get(SEEDS, 0)
    names = dict.fromkeys(_place(origin, say, seeds) for origin in index.origins(held))
    if len(names) > PLACES:
        return ", ".join(filter(None, (say.places.format(len(names)), _samples(say, seeds))))
    return ", ".join(names)


def _place(origin: str | None, say: Texts, seeds: int) -> str:
    if origin is None or origin.startswith(UPLOADED):
        return say.added_here
    if Path(origin) == SAMPLE:
        return _samples(say, seeds) or say.sample
    return urlsplit(origin).hostname or origin if is_address(origin) else Path(origin).name


def _samples(say: Texts, seeds: int) -> str:
    if seeds == 1:
        return say.seed
    return say.seeds.format(seeds) if seeds else ""


def looked(watch: Watch | None, say: Texts) -> str:
    """When what is watched was last looked at, in the server's own time; nothing where nothing
    is."""
    if watch is None or watch.looked is None:
        return ""
    return say.looked.format(f"{watch.looked.astimezone():%H:%M}")
