"""Every language says everything, with the same gaps to fill."""

import json
from dataclasses import asdict, fields
from pathlib import Path
from string import Formatter
from types import SimpleNamespace
from typing import Any

import pytest

from ui import texts
from ui.texts import ENGLISH, Texts, languages

SAME = {"supported_mark", "original"}  # signs and words that another language may share


def gaps(text: str) -> list[str]:
    return sorted(
        str(name) + str(form) for _, name, form, _ in Formatter().parse(text) if name is not None
    )


@pytest.mark.parametrize("path", texts.files(), ids=lambda path: path.stem)
def test_a_translation_is_whole(path: Path) -> None:
    """A third language is a file and nothing else; what it lacks is named."""
    english, other = asdict(ENGLISH), json.loads(path.read_text("utf-8"))
    assert sorted(english.keys() - other.keys()) == [], "texts missing"
    assert sorted(other.keys() - english.keys()) == [], "texts that the page has not"
    same = {name for name in english if other[name] == english[name]}
    assert sorted(same - SAME) == [], "texts not translated"
    unlike = [name for name in english if gaps(other[name]) != gaps(english[name])]
    assert unlike == [], "other gaps to fill"
    assert len(other["months"].split()) == 12
    assert other["language"] == path.stem


@pytest.mark.parametrize(
    ("asked", "given"),
    [("de-CH,fr;q=0.8", "de"), ("en-US", "en"), ("fr-FR,de;q=0.5", "en"), ("", "en"), ("DE", "de")],
)
def test_the_browser_chooses_the_language(asked: str, given: str) -> None:
    request: Any = SimpleNamespace(headers={"accept-language": asked})
    assert texts.of(request).language == given


def test_gradio_gets_every_text_under_a_key_of_its_own() -> None:
    given = texts.translations().translations_dict
    assert given.keys() == languages().keys()
    assert len(given["de"]) == len(fields(Texts))
    with pytest.raises(AssertionError, match="no_such_text"):
        texts.label("no_such_text")
