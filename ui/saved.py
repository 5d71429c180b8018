"""What the page does with saved questions: save the one of an answer, list them, look at what is
new, remove one."""

from dataclasses import replace
from typing import Any

import gradio as gr
from starlette.exceptions import HTTPException

from qa.endpoint.saved_for import Who, who
from qa.endpoint.service import Service
from qa.saved.question import NewSentence, SavedQuestion, drafted
from ui import texts
from ui.filters import filters
from ui.panel import Panel
from ui.turns import Turns, refused, turn_of

Looked = tuple[SavedQuestion, list[NewSentence]]


class Saved:
    """The events over one service; whoever reads what they show has opened something."""

    def __init__(self, service: Service) -> None:
        self.service, self.asking = service, service.saved

    async def save(
        self, request: gr.Request, event: gr.EventData, turns: Turns | None, *limits: Any
    ) -> None:
        """Saves the question of an answer with the page's own limits."""
        say, turn = texts.of(request), turn_of(event, turns)
        if not turns or turn is None:
            return
        asker = _who(request)
        if self.asking.kept.full(asker.id):
            raise gr.Error(say.saved_full, print_exception=False)
        limited = replace(filters(request, *limits), within=())
        question = turns[turn].standalone_question
        draft = drafted(question, limited, owner=asker.name, key=asker.id)
        try:
            await self.service.answers.run(self.asking.save, draft)
        except HTTPException as error:
            raise gr.Error(getattr(say, refused(error)), print_exception=False) from None
        gr.Info(say.question_saved, duration=4)

    async def listed(self, request: gr.Request) -> tuple[str, bool]:
        """The panel with the saved questions that this visitor may see, and how much is new for
        each."""
        show, asker = Panel(texts.of(request)), _who(request)

        def read() -> list[tuple[SavedQuestion, int]]:
            rows = [row for row in self.asking.kept.all() if asker.sees(row)]
            return [(row, len(self.asking.new(row))) for row in rows]

        return show.saved(await self.service.reads.run(read)), True

    async def look(self, request: gr.Request, event: gr.EventData) -> tuple[str, bool]:
        """The panel with what is new for one question, which then is new no more."""
        show, id = Panel(texts.of(request)), self._id(request, event)

        def look() -> Looked | None:
            return self.asking.look(id) if id else None

        try:
            looked = await self.service.answers.run(look)
        except HTTPException as error:
            return show.message(getattr(show.say, refused(error))), True
        if looked is None:
            return await self.listed(request)
        return show.looked(*looked), True

    async def forget(self, request: gr.Request, event: gr.EventData) -> tuple[str, bool]:
        """The list without the question that was removed."""
        if id := self._id(request, event):
            await self.service.reads.run(self.asking.kept.remove, id)
        return await self.listed(request)

    def _id(self, request: gr.Request, event: gr.EventData) -> str | None:
        """The question that an event is about; None when there is none in sight."""
        row = self.asking.kept.get(str((event._data or {}).get("saved")))
        return row.id if row and _who(request).sees(row) else None


def _who(request: gr.Request) -> Who:
    return who(request.request.state)  # type: ignore[union-attr]
