"""The house: which module may import which, and that none imports itself by a detour.

Every import counts, wherever it stands: at the top, in a function, for types only, or by name
through `import_module`. A name that a package hands on counts as an import of the module that
defines it. That a module's packages are imported before it does not count.

The floors are listed lowest first. A module belongs to the entry that is the longest beginning of
its path, and may import from its own floor and those below. Nothing breaks this.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import factcli

ROOT = Path(factcli.__file__).parent

FLOORS = [
    ["errors"],
    ["spans", "text"],
    ["dates", "quantity"],
    ["model", "query"],
    ["agreement", "encoding"],
    ["record", "store"],
    ["database"],
    ["opening"],
    ["disagreement", "totals", "archive"],
    ["checks"],
    ["transaction"],
    ["drafting", "importing", "storage"],
    ["rows"],
    ["output"],
    ["factcli"],  # the package's own face
    ["cli"],
    ["__main__"],
]

KNOWN_CIRCLES: set[frozenset[str]] = set()
KNOWN_UPWARD: set[tuple[str, str]] = set()

Graph = dict[str, set[str]]
"""Modules by their path below factcli (the package itself is `factcli`), and what each imports."""


def short(module: str) -> str:
    """A module's path below factcli."""
    return module.removeprefix("factcli.")


@cache
def files() -> dict[str, Path]:
    """Every module, by its whole name."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(files()[module].read_text(encoding="utf-8"))


@cache
def texts(module: str) -> frozenset[str]:
    """The text constants of a module."""
    return frozenset(_texts_in(tree(module)))


def _texts_in(tree: ast.AST) -> set[str]:
    nodes = ast.walk(tree)
    return {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def origin(module: str, node: ast.ImportFrom) -> str:
    """The module that a `from … import` names, the relative ones made whole."""
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    if files()[module].name == "__init__.py":
        parts.append("")
    return ".".join([*parts[: -node.level], *([node.module] if node.module else [])])


@cache
def handed_on(package: str) -> dict[str, str]:
    """The names that a package has from other modules, and which modules those are.

    What its `__getattr__` hands on is imported for types as well, and seen there.
    """
    found = {}
    for node in ast.walk(tree(package)):
        if isinstance(node, ast.ImportFrom) and origin(package, node) in files():
            for name in node.names:
                found[name.asname or name.name] = home(origin(package, node), name.name)
    return found


def home(module: str, name: str) -> str:
    """The module that defines a name which another imports from a module."""
    if f"{module}.{name}" in files():
        return f"{module}.{name}"
    if files()[module].name != "__init__.py":
        return module
    return handed_on(module).get(name, module)


def imports(module: str) -> Iterator[str]:
    """Everything of factcli that a module imports, by whole names."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in files())
        elif isinstance(node, ast.ImportFrom) and origin(module, node) in files():
            yield from (home(origin(module, node), name.name) for name in node.names)
        elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__"):
            yield from _by_name(module, node.args[0])


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _by_name(module: str, name: ast.expr) -> Iterator[str]:
    """The modules that a computed name may be.

    Its literal beginning is followed by a text: one within the expression, else one of the module
    or of those that it imports from.
    """
    start = name.values[0] if isinstance(name, ast.JoinedStr) else None
    prefix = str(start.value) if isinstance(start, ast.Constant) else ""
    words = _texts_in(name) - {prefix}
    if not words:
        places = _near(module) if prefix else [module]
        words = {word for near in places for word in texts(near)}
    found = {prefix + word for word in words} & files().keys()
    assert found, f"{module} imports something by name, and it cannot be seen what"
    yield from found


def _near(module: str) -> Iterator[str]:
    """A module and those that it imports from at its top."""
    yield module
    for node in tree(module).body:
        if isinstance(node, ast.ImportFrom) and origin(module, node) in files():
            yield from (home(origin(module, node), name.name) for name in node.names)


@pytest.fixture(scope="module")
def graph() -> Graph:
    found = {}
    for module in files():
        found[short(module)] = {short(imported) for imported in imports(module)} - {short(module)}
    return found


def circles(graph: Graph) -> set[frozenset[str]]:
    """The sets of modules of which each imports every other, by whatever detour.

    Found by Tarjan's algorithm.
    """
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: set[frozenset[str]] = set()

    def visit(module: str) -> None:
        order[module] = low[module] = len(order)
        stack.append(module)
        for imported in sorted(graph[module]):
            if imported not in order:
                visit(imported)
                low[module] = min(low[module], low[imported])
            elif imported in stack:
                low[module] = min(low[module], order[imported])
        if low[module] == order[module]:
            at = stack.index(module)
            if len(stack) - at > 1:
                found.add(frozenset(stack[at:]))
            del stack[at:]

    for module in sorted(graph):
        if module not in order:
            visit(module)
    return found


def floor(module: str) -> int:
    """The number of a module's floor."""
    levels = {entry: level for level, entries in enumerate(FLOORS) for entry in entries}
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        if (level := levels.get(".".join(parts[:length]))) is not None:
            return level
    raise AssertionError(f"{module} is on no floor: put it on one")


def upward(graph: Graph) -> set[tuple[str, str]]:
    """The imports of a module on a higher floor."""
    arrows = ((module, imported) for module in graph for imported in graph[module])
    return {(module, imported) for module, imported in arrows if floor(module) < floor(imported)}


def test_no_module_imports_itself_by_a_detour_but_those_known(graph: Graph) -> None:
    assert circles(graph) == KNOWN_CIRCLES


def test_no_module_imports_one_of_a_higher_floor_but_those_known(graph: Graph) -> None:
    assert upward(graph) == KNOWN_UPWARD


def test_every_floor_is_lived_on(graph: Graph) -> None:
    entries = {entry for entries in FLOORS for entry in entries}
    paths = [f"{module}." for module in graph]
    assert [e for e in entries if not any(path.startswith(f"{e}.") for path in paths)] == []


def test_imports_of_every_kind_are_seen(graph: Graph) -> None:
    assert "rows.claims" in graph["rows.registry"], "by name, from a table"
    assert "query" in graph["factcli"], "by name, from a table of whole names"
    assert "cli.curate" in graph["cli.commands"], "by name, from a table in another module"
    assert "database.answer" in graph["cli.session"], "for types"
    assert "cli.inventory" in graph["cli.commands"], "in a function"
