"""The models that are there to choose: those of Ollama, LM Studio and llama.cpp at their usual
ports of this machine, and the one that was fetched."""

import json
from dataclasses import dataclass
from pathlib import Path

import httpx

from qa.writing.choice import Choice
from qa.writing.fetched import NAME, FetchedModel

SECONDS = 2.0  # for one server to list its models
OWN = "in Footnote's own process"
LARGEST = 1_000_000  # bytes of a list


@dataclass(frozen=True, slots=True)
class Place:
    """Where a kind of server listens, and what lists its models there."""

    kind: str
    url: str
    path: str = "/v1/models"


@dataclass(frozen=True, slots=True)
class Offer:
    """A model by name, at a server, or the file that was fetched."""

    model: str
    kind: str
    url: str

    @property
    def choice(self) -> Choice:
        if self.kind == OWN:
            return Choice(self.model, gguf=self.url)
        return Choice(self.model, url=self.url)


USUAL = (
    Place("Ollama", "http://127.0.0.1:11434", "/api/tags"),
    Place("LM Studio", "http://127.0.0.1:1234"),
    Place("llama.cpp", "http://127.0.0.1:8080"),
)


def models_folder(data: Path) -> Path:
    """Where a model is fetched to."""
    return data / "models"


def fetched(data: Path) -> Offer | None:
    """The model that was fetched for this data folder."""
    file = FetchedModel(models_folder(data)).file.absolute()
    return Offer(NAME, OWN, str(file)) if file.exists() else None


def found(data: Path) -> list[Offer]:
    """Everything that can be chosen now."""
    own = fetched(data)
    return [*offers(), *([own] if own else [])]


def offers(places: tuple[Place, ...] = USUAL) -> list[Offer]:
    """What servers offer now; one that is not there, or no such server, offers nothing."""
    with httpx.Client(trust_env=False, timeout=SECONDS, follow_redirects=False) as client:
        found = [(place, name) for place in places for name in _names(client, place)]
    return [Offer(name, place.kind, place.url) for place, name in found]


def _names(client: httpx.Client, place: Place) -> list[str]:
    """`{"data": [{"id": ...}]}` as OpenAI has it, or `{"models": [{"name": ...}]}` as Ollama has
    it."""
    content = bytearray()
    try:
        with client.stream("GET", place.url + place.path) as reply:
            reply.raise_for_status()
            for part in reply.iter_bytes():
                content += part
                if len(content) > LARGEST:
                    return []
        told = json.loads(content)
        rows, field = (told["data"], "id") if "data" in told else (told["models"], "name")
        return [str(row[field]) for row in rows]
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return []
