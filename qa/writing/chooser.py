"""Lets another language model write, without a restart."""

from threading import Lock
from typing import TYPE_CHECKING

from qa.settings import Settings, SettingsError
from qa.writing.choice import Choice, Choices, settings_with
from qa.writing.models import Model, connect
from qa.writing.offered import Offer, found

if TYPE_CHECKING:
    from qa.pipeline import Pipeline


class Chooser:
    """The choice of a model for one pipeline and its data folder."""

    def __init__(self, pipeline: "Pipeline", settings: Settings) -> None:
        self.pipeline, self.settings = pipeline, settings
        self._one = Lock()  # a choice at a time

    @property
    def in_use(self) -> str | None:
        return self.pipeline.model

    @property
    def fixed(self) -> bool:
        """Whether the settings say what writes."""
        said = self.settings
        return bool(said.llm_url or said.llm_gguf or said.writer == "quote")

    def found(self) -> list[Offer]:
        """What can be chosen now; nothing where it is fixed."""
        return [] if self.fixed else found(self.settings.data)

    def choose(self, name: str | None) -> None:
        """Writes with this model from the next answer on, or quotes again, and remembers it. Raises
        SettingsError, and changes nothing, for one that is not there or does not answer."""
        with self._one:
            if self.fixed:
                raise SettingsError(
                    "FOOTNOTE_LLM_URL, FOOTNOTE_LLM_GGUF, FOOTNOTE_WRITER: "
                    "one of them says what writes; unset it to choose here"
                )
            choice = self._choice(name) if name is not None else None
            model = self._connected(choice) if choice else None
            try:
                Choices(self.settings.data).put(choice)
            except SettingsError:
                if model:
                    model.close()
                raise
            if before := self.pipeline.use(model):
                before.close()  # what it is writing now is quoted instead

    def _choice(self, name: str) -> Choice:
        for one in self.found():
            if one.model == name:
                return one.choice
        raise SettingsError(f"model {name!r}: not found on this machine; take one that is listed")

    def _connected(self, choice: Choice) -> Model:
        model = connect(settings_with(self.settings, choice))
        assert model is not None, choice
        if model.error:
            model.close()
            raise SettingsError(model.error)
        return model
