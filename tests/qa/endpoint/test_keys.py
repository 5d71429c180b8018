"""Keys: what is kept of them, and that only they match."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa.endpoint.keys import Keys
from qa.settings import SettingsError


def test_a_key_is_shown_once_and_kept_hashed(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "data")
    text = keys.add("desk", write=True)
    file = tmp_path / "data" / "keys.json"
    assert text not in file.read_text()
    assert len(json.loads(file.read_text())[0]["sha256"]) == 64
    assert file.stat().st_mode & 0o077 == 0
    assert {path.name for path in file.parent.iterdir()} <= {"keys.json", "keys.lock"}
    [key] = keys.all()
    assert (key.name, key.write) == ("desk", True)


def test_only_the_key_itself_matches(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    reader, writer = keys.add("reader"), keys.add("writer", write=True)
    for text, name in ((reader, "reader"), (writer, "writer")):
        found = keys.match(text)
        assert found is not None
        assert found.name == name
    for text in (
        "",
        reader[:-1],
        reader + "x",
        reader.upper(),
        "\ud800",
        json.loads(keys.path.read_text())[0]["sha256"],
    ):
        assert keys.match(text) is None


def test_another_process_adds_and_removes(tmp_path: Path) -> None:
    here, there = Keys(tmp_path), Keys(tmp_path)
    assert here.all() == ()
    text = there.add("late")
    assert here.match(text)
    assert there.remove("late")
    assert not there.remove("late")
    assert here.match(text) is None


def test_of_keys_made_at_once_none_is_lost(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: Keys(tmp_path).add(f"desk{n}"), range(24)))
    assert all(Keys(tmp_path).match(text) for text in made)
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda n: Keys(tmp_path).remove(f"desk{n}"), range(24)))
    assert Keys(tmp_path).all() == ()


def test_names_are_plain_and_single(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    keys.add("desk")
    for name in ("desk", "", "a b", "../x", "x" * 65):
        with pytest.raises(SettingsError, match="key name"):
            keys.add(name)


@pytest.mark.parametrize("text", ["", "{", '{"keys": 1}', '[{"nom": 1}]', "[1]"])
def test_a_broken_file_opens_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "keys.json").write_text(text)
    with pytest.raises(SettingsError, match=r"keys\.json: not a file of keys"):
        Keys(tmp_path).match("x")


def test_a_key_that_gets_the_name_of_another_is_not_that_one(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    keys.add("desk", write=True)
    [first] = keys.all()
    keys.remove("desk")
    keys.add("desk", write=True)
    [second] = keys.all()
    assert first.id != second.id
    assert first.id != first.name


def test_a_key_of_before_keeps_what_it_has_under_its_name(tmp_path: Path) -> None:
    row = '[{"name": "desk", "write": true, "created": "2025", "sha256": "00"}]'
    (tmp_path / "keys.json").write_text(row)
    keys = Keys(tmp_path)
    keys.add("other")
    [old, _] = keys.all()
    assert old.id == "desk"
    keys.remove("desk")
    keys.add("desk")
    assert "desk" not in {key.id for key in keys.all()}


def test_an_id_that_is_no_text_opens_nothing(tmp_path: Path) -> None:
    Keys(tmp_path).add("desk")
    file = tmp_path / "keys.json"
    rows = json.loads(file.read_text())
    file.write_text(json.dumps([rows[0] | {"id": 7}]))
    with pytest.raises(SettingsError, match="id is 7"):
        Keys(tmp_path).all()
