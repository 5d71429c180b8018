"""What the page does with language models: list those that are there, and choose one."""

import gradio as gr
from starlette.exceptions import HTTPException

from qa.endpoint.service import Service
from qa.settings import SettingsError
from ui import texts
from ui.panel import Panel
from ui.turns import refused


class Models:
    """The events over one service."""

    def __init__(self, service: Service) -> None:
        self.service, self.models = service, service.models

    async def listed(self, request: gr.Request) -> tuple[str, bool]:
        """The panel with the models that can be chosen, each a click."""
        show = Panel(texts.of(request))
        if self.models.fixed:
            return show.message(show.say.model_fixed), True
        found = await self.service.reads.run(self.models.found)
        return show.models(self.models.in_use, found), True

    async def choose(self, request: gr.Request, event: gr.EventData) -> tuple[str, bool]:
        """The panel after another model was chosen, or none."""
        say = texts.of(request)
        if not getattr(request.request.state, "write", True):  # type: ignore[union-attr]
            raise gr.Error(say.read_only, print_exception=False)
        name = str((event._data or {}).get("model") or "") or None
        try:
            await self.service.answers.run(self.models.choose, name)
        except SettingsError as error:
            raise gr.Error(str(error), print_exception=False) from None
        except HTTPException as error:
            raise gr.Error(getattr(say, refused(error)), print_exception=False) from None
        return await self.listed(request)
