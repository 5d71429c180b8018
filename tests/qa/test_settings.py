"""Settings from the environment: what is wrong stops the start with one clear line that tells no
secret."""

import os

import pytest

from qa.settings import PREFIX, Settings, SettingsError, load


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        monkeypatch.delenv(name)


def test_defaults():
    found = load()
    assert (found.host, found.port, found.writer, str(found.data)) == (
        "127.0.0.1",
        7860,
        "auto",
        ".footnote",
    )
    assert found.llm_url is found.llm_gguf is found.llm_api_key is None


def test_the_environment_is_read_in_any_case_and_an_empty_value_is_none(monkeypatch):
    monkeypatch.setenv("FOOTNOTE_PORT", "8001")
    monkeypatch.setenv("footnote_writer", "quote")
    monkeypatch.setenv("FOOTNOTE_LLM_URL", "")
    found = load()
    assert (found.port, found.writer, found.llm_url) == (8001, "quote", None)


@pytest.mark.parametrize("name", ["FOOTNOTE_PROT", "footnote_llm_key", "FOOTNOTE_"])
def test_an_unknown_name_stops_the_start_and_tells_the_known_ones(monkeypatch, name):
    monkeypatch.setenv(name, "sk-secret")
    with pytest.raises(SettingsError) as caught:
        load()
    message = str(caught.value)
    assert message.startswith(f"{name}: unknown setting; ")
    assert "FOOTNOTE_PORT" in message
    assert "sk-secret" not in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FOOTNOTE_PORT", "eighty"),
        ("FOOTNOTE_PORT", "70000"),
        ("FOOTNOTE_WRITER", "poet"),
        ("FOOTNOTE_LLM_URL", "localhost:11434"),
        ("FOOTNOTE_LLM_TIMEOUT", "0"),
        ("FOOTNOTE_TOP_K", "0"),
        ("FOOTNOTE_THREADS", "-1"),
        ("FOOTNOTE_OPEN", "maybe"),
        ("FOOTNOTE_CHROMA_URL", "file:///chroma"),
    ],
)
def test_a_bad_value_is_one_line_with_name_value_and_remedy(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    message = str(caught.value)
    assert message.startswith(f"{name}: {value!r} is not usable: ")
    assert message.endswith("; change it or unset it")
    assert "\n" not in message


@pytest.mark.parametrize("name", ["FOOTNOTE_LLM_URL", "FOOTNOTE_CHROMA_URL"])
def test_a_password_in_a_bad_address_is_not_shown(monkeypatch, name):
    monkeypatch.setenv(name, "ftp://reader:hunter2@models.example")
    with pytest.raises(SettingsError, match=f"{name}: .hidden. is not usable") as caught:
        load()
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_key_is_never_shown(monkeypatch):
    monkeypatch.setenv("FOOTNOTE_LLM_API_KEY", "sk-secret")
    found = load()
    assert found.llm_api_key is not None
    assert found.llm_api_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in f"{found!r} {found} {found.model_dump()} {found.model_dump_json()}"


@pytest.mark.parametrize(
    "given",
    ['{"X-Chroma-Token": "sesame", "X-Team": "news"}', "X-Chroma-Token: sesame\nX-Team:news"],
)
def test_headers_are_json_or_lines_and_never_shown(monkeypatch, given):
    monkeypatch.setenv("FOOTNOTE_CHROMA_HEADERS", given)
    found = load()
    assert found.chroma()["chroma_headers"] == {"X-Chroma-Token": "sesame", "X-Team": "news"}
    assert "sesame" not in f"{found!r} {found} {found.model_dump()} {found.model_dump_json()}"


@pytest.mark.parametrize(
    "given",
    [
        "sesame",
        '{"a": "sesame"',
        '{"a b": "sesame"}',
        '{"a": ["sesame"]}',
        "a: sesam\x7fe",
        "a: sesamé",
    ],
)
def test_headers_that_cannot_be_sent_are_refused_without_showing_them(monkeypatch, given):
    monkeypatch.setenv("FOOTNOTE_CHROMA_HEADERS", given)
    with pytest.raises(
        SettingsError, match=r"FOOTNOTE_CHROMA_HEADERS: .hidden. is not usable"
    ) as caught:
        load()
    assert "sesam" not in str(caught.value)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_is(name):
    described = Settings.model_fields[name].description
    assert described
    assert described.endswith(".")
