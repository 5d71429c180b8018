"""Which questions to offer: those that the pipeline, asked them once, answered for sure from the
very sentence."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from starlette.exceptions import HTTPException

from index.records import Filters
from qa.endpoint.reach import sees
from qa.endpoint.service import Service
from ui.suggest import Offer, made

FILE = "offered.json"
SURE = 0.8  # probability from which a question is offered
NEWEST, EACH = 40, 4  # articles that questions are made from, and questions tried of each
KEPT = 24  # questions after which no more are tried
EXAMPLES = 4  # on the empty page, of different articles
POLITE = 0.2  # seconds between two looks at whether somebody's question is being answered


class Offers:
    """The questions of one index, made anew when its articles change, and kept in the data folder
    over a restart."""

    def __init__(self, service: Service, folder: Path) -> None:
        self.service = service
        self.pipeline = service.pipeline.quoting()  # trying questions costs nobody's tokens
        self.index = service.pipeline.index
        self.path = folder / FILE
        self.kept: list[Offer] = []
        self._left: list[Offer] = []
        self._generation = -1
        self._lock = asyncio.Lock()

    def within(self, held: Filters) -> list[Offer]:
        """Those found so far whose articles a key with these bounds sees."""
        if not held.within:
            return self.kept
        ids = dict.fromkeys(offer.article_id for offer in self.kept)
        articles = [article for id in ids if (article := self.index.article(id))]
        seen = {article.id for article in articles if sees(held, article)}
        return [offer for offer in self.kept if offer.article_id in seen]

    def examples(self, held: Filters = Filters()) -> list[str]:
        """Those found so far for the empty page: one of each article first."""
        first: dict[str, Offer] = {}
        kept = self.within(held)
        for offer in kept:
            first.setdefault(offer.article_id, offer)
        rest = [offer for offer in kept if offer not in first.values()]
        return [offer.question for offer in (*first.values(), *rest)][:EXAMPLES]

    async def grow(self, held: Filters = Filters()) -> AsyncIterator[list[str]]:
        """The examples, each time there is another one of them. Whoever comes while somebody else
        tries, waits for it; a visitor who leaves leaves the rest to the next one."""
        async with self._lock:
            await asyncio.to_thread(self._start)
            shown: list[str] = []
            while True:
                if (found := await asyncio.to_thread(self.examples, held)) != shown:
                    shown = found
                    yield found
                if not self._left or len(self.kept) >= KEPT:
                    break
                try:
                    await self._try(self._left.pop(0))
                except HTTPException:  # too busy: the next visitor goes on
                    return
            self._left = []
            await asyncio.to_thread(self._save)

    async def _try(self, offer: Offer) -> None:
        while self.service.answers.pending:
            await asyncio.sleep(POLITE)
        record = await self.service.reads.run(self.pipeline.answer, offer.question)
        if record.probability >= SURE and offer.answered(record):
            self.kept.append(offer)

    def _start(self) -> None:
        """Makes the questions of another generation of the index; those tried before come from the
        file."""
        generation = self.index.generation
        if generation == self._generation:
            return
        self._generation = generation
        self.kept = self._read(generation)
        tried: list[list[Offer]] = []
        if not self.kept:
            tried = [list(made(article))[:EACH] for article in self.index.articles(NEWEST)]
        rounds = range(max(map(len, tried), default=0))
        self._left = [row[turn] for turn in rounds for row in tried if turn < len(row)]

    def _read(self, generation: int) -> list[Offer]:
        """What the file holds for this generation; nothing when it is of another one or cannot be
        read."""
        try:
            stored = json.loads(self.path.read_text("utf-8"))
            if stored["generation"] != generation:
                return []
            return [Offer(**row) for row in stored["offers"]]
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def _save(self) -> None:
        rows = [offer.to_dict() for offer in self.kept]
        text = json.dumps({"generation": self._generation, "offers": rows}, ensure_ascii=False)
        with suppress(OSError):  # a folder that cannot be written costs the work again
            self.path.write_text(text, "utf-8")
