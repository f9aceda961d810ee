"""The shape of the project, held by tests: what is public is said, what is there is tested, what is packed is whole."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "linli"
MODULES = sorted(
    path for path in SOURCE.rglob("*.py") if path.name != "__init__.py" and path.parent.name != "migrations"
)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_every_module_has_its_test(module):
    place = module.relative_to(SOURCE)
    test = ROOT / "tests" / place.parent / f"test_{place.stem.lstrip('_')}.py"
    assert test.exists(), f"{place} has no {test.relative_to(ROOT)}"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_every_module_says_what_it_is_and_what_it_exports(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "no module docstring"
    targets = [
        target
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    assert "__all__" in names or module.name.startswith("_"), "no __all__"


def test_nothing_public_names_this_machine_or_asks_the_outside():
    bad = re.compile(r"/work/|/root/|https?://[^\s\"')]*(?:cdn|unpkg|jsdelivr|googleapis|fonts\.)")
    for path in SOURCE.rglob("*"):
        if path.suffix in {".py", ".yaml", ".html", ".css", ".js", ".typ"}:
            assert not bad.search(path.read_text(encoding="utf-8")), path


def test_the_version_is_that_of_the_changelog():
    import linli

    newest = re.search(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest
    assert newest[1] == linli.__version__
