"""Every language says everything, with the same gaps to fill."""

from dataclasses import asdict, fields
from string import Formatter
from types import SimpleNamespace
from typing import Any

import pytest

from ui import texts
from ui.texts import ENGLISH, Texts, languages

SAME = {
    "supported_mark",
    "timing",
    "name",
    "original",
}  # words and signs that another language may share


def gaps(text: str) -> list[str]:
    return sorted(
        str(name) + str(form) for _, name, form, _ in Formatter().parse(text) if name is not None
    )


@pytest.mark.parametrize("say", list(languages().values())[1:], ids=lambda say: say.language)
def test_a_translation_is_whole(say: Texts) -> None:
    english, other = asdict(ENGLISH), asdict(say)
    assert {name for name in english if other[name] == english[name]} <= SAME
    assert {name for name in english if gaps(other[name]) != gaps(english[name])} == set()
    assert len(say.months.split()) == 12
    assert len(say.columns.split()) == len(ENGLISH.columns.split())
    assert len(say.upload_columns.split()) == len(ENGLISH.upload_columns.split())


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
