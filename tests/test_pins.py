"""Every package that an installation brings along is pinned, so that two of them have the same."""

import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent


def needed(
    texts: Iterable[str], extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]
) -> Iterator[str]:
    """The names that these requirements ask for here, and what those need."""
    for one in map(Requirement, texts):
        wanted = (canonicalize_name(one.name), frozenset(one.extras))
        here = one.marker is None or any(
            one.marker.evaluate({"extra": extra}) for extra in extras | {""}
        )
        if here and wanted not in seen:
            seen.add(wanted)
            yield wanted[0]
            yield from needed(requires(one.name) or (), wanted[1], seen)


def test_the_whole_tree_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [
        project["dependencies"],
        *(project["optional-dependencies"][extra] for extra in ("dev", "gguf")),
    ]
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {canonicalize_name(line.partition("==")[0]) for line in lines}
    tree = set(needed([text for some in asked for text in some], frozenset(), set()))
    assert len(tree) > 100
    assert tree - pinned == set()
