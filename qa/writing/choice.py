"""The language model that was chosen for a data folder, and remembered there."""

from dataclasses import dataclass
from pathlib import Path

from qa.endpoint.rows import Rows
from qa.settings import Settings, SettingsError

FILE = "model.json"


@dataclass(frozen=True, slots=True)
class Choice:
    """A model behind a server's `url`, or a `gguf` file; exactly one of the two."""

    model: str
    url: str | None = None
    gguf: str | None = None

    def __post_init__(self) -> None:
        if (self.url is None) == (self.gguf is None):
            raise TypeError("a choice has a url or a gguf")


class Choices:
    """The choice of one data folder. Raises SettingsError when its file cannot be read or
    written."""

    def __init__(self, data: Path) -> None:
        self._rows = Rows(data / FILE, Choice, "remove it and choose again: footnote model NAME")

    def get(self) -> Choice | None:
        return next(iter(self._rows.all()), None)

    def put(self, choice: Choice | None) -> None:
        """None goes back to quoting."""
        self._rows.change(lambda _: (choice,) if choice else ())


def with_choice(settings: Settings) -> Settings:
    """The settings with the chosen model, unless they name one themselves. Raises SettingsError for
    a file that is gone."""
    if settings.llm_url or settings.llm_gguf or settings.writer == "quote":
        return settings
    choice = Choices(settings.data).get()
    if choice is None:
        return settings
    if choice.gguf and not Path(choice.gguf).is_file():
        raise SettingsError(
            f"{settings.data / FILE}: {choice.gguf} is gone; choose again: footnote model NAME"
        )
    return settings_with(settings, choice)


def settings_with(settings: Settings, choice: Choice) -> Settings:
    """The settings as if they named this model."""
    if choice.gguf:
        return settings.model_copy(update={"llm_gguf": Path(choice.gguf)})
    named = {"llm_url": choice.url, "llm_model": settings.llm_model or choice.model}
    return settings.model_copy(update=named)
