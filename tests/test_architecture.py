"""Who imports whom: what a person touches uses the answers, answers use the index and the prompts, and never the other way."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ALLOWED = {
    "ui": {"ui", "qa", "index"},
    "qa": {"qa", "index", "prompts"},
    "index": {"index"},
    "prompts": {"prompts"},
}
OURS = {*ALLOWED, "tests"}


def imported(module: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(module.read_text(encoding="utf-8"))))
    names = [one.name for node in nodes if isinstance(node, ast.Import) for one in node.names]
    froms = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    names += [module.parent.name if node.level else node.module or "" for node in froms]
    return {name.split(".")[0] for name in names} & OURS


@pytest.mark.parametrize(
    "module",
    [path for package in ALLOWED for path in (ROOT / package).rglob("*.py")],
    ids=lambda path: str(path)[-30:],
)
def test_imports_point_one_way(module: Path) -> None:
    package = module.relative_to(ROOT).parts[0]
    assert imported(module) <= ALLOWED[package]


@pytest.mark.parametrize("package", ALLOWED)
def test_every_module_opens_with_its_purpose(package: str) -> None:
    for module in (ROOT / package).rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        assert not text.strip() or ast.get_docstring(ast.parse(text)), module
