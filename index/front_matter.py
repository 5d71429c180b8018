"""Reads the fields that a note writes above its text: YAML between lines of ---, TOML between
+++."""

import re
import tomllib
from typing import Any

from index.tables import Fields, fields

LONGEST = 20_000  # characters
BRACKETS = 100  # the YAML loader takes quadratic time
DOTS = 1_000  # in one line, since a key of TOML with so many parts takes quadratic time
OPENING = re.compile(r"(---|\+\+\+)[ \t]*\n(?=\S)")
FIRST_FIELD = {"---": re.compile(r"[\w-]+[ \t]*:"), "+++": re.compile(r"[\w-]+[ \t]*=")}
CLOSING = {"---": re.compile(r"(?m)^---+\s*$"), "+++": re.compile(r"(?m)^\+\+\++\s*$")}


def front_matter(text: str) -> Fields:
    """The body as `text` and the fields above it; a text without any is all body. Raises ValueError
    with the reason."""
    opening = OPENING.match(text)
    if not opening:
        return {"text": text}
    mark = opening[1]
    closing = CLOSING[mark].search(text[:LONGEST], opening.end())
    if not closing:
        if FIRST_FIELD[mark].match(text, opening.end()):
            raise ValueError(f"front matter does not end; close it with a line of {mark}")
        return {"text": text}  # it only begins with a rule
    matter = text[opening.end() : closing.start()]
    given = _yaml(matter) if mark == "---" else _toml(matter)
    tags = next((name for name in given if name.lower() == "tags"), None)
    if tags and not {"collection", "collections"} & {name.lower() for name in given}:
        given["collections"] = given[tags]
    found = fields(given | {"text": text[closing.end() :].strip()}, {"text": "text"})
    if isinstance(found, ValueError):
        raise ValueError("has front matter and no text; add some")
    return found


def _yaml(matter: str) -> dict[str, Any]:
    import yaml  # type: ignore[import-untyped]

    try:
        if matter.count("[") + matter.count("{") > BRACKETS:
            raise ValueError(f"it has more than {BRACKETS} brackets")
        # text stays text; in Python, since the C loader crashes on deep nesting
        given = yaml.load(matter, yaml.BaseLoader) or {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f" in line {mark.line + 2}" if mark else ""
        reason = f"front matter is not YAML{line}: {error.problem}; put the value in quotes"
        raise ValueError(reason) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ValueError(f"front matter cannot be read: {error}; simplify it") from None
    if not isinstance(given, dict):
        raise ValueError("front matter has no fields; write them as name: value")
    return {name: value for name, value in given.items() if value not in ("null", "~")}


def _toml(matter: str) -> dict[str, Any]:
    """Its dates as they are written."""
    try:
        if max(line.count(".") for line in matter.split("\n")) > DOTS:
            raise ValueError(f"a line has more than {DOTS:,} dots")
        given = tomllib.loads(matter)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"front matter is not TOML: {error}; put the value in quotes") from None
    except (RecursionError, ValueError) as error:
        raise ValueError(f"front matter cannot be read: {error}; simplify it") from None
    for name, value in given.items():
        if hasattr(value, "isoformat"):
            given[name] = value.isoformat()
    return given
