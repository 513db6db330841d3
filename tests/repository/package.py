"""The integration as the checks see it: its files, parsed but not imported."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PACKAGE = PROJECT / "custom_components" / "sen1"
PACKAGE_NAME = "custom_components.sen1"


@cache
def _parsed(text: str, name: str) -> ast.Module:
    return ast.parse(text, name)


def parsed(path: Path) -> ast.Module:
    """Return a file of Python, parsed once for all checks of what it says."""
    return _parsed(path.read_text(), str(path))


@dataclass(frozen=True)
class Module:
    """One Python file of a package; `name` is dotted and relative to it, "" for its root."""

    name: str
    path: Path

    @property
    def tree(self) -> ast.Module:
        return parsed(self.path)

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"


def modules(package: Path) -> dict[str, Module]:
    """Return the modules of `package` by dotted relative name."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(name, path)
    return found


@dataclass(frozen=True)
class Import:
    """One imported thing: `target` is absolute; `internal` is relative to the package."""

    line: int
    target: str
    internal: str | None


def imports(module: Module, known: dict[str, Module], package: str) -> Iterator[Import]:
    """Yield what `module` imports, wherever the statement stands in it."""

    def one(line: int, target: str) -> Import:
        internal = None
        if target == package or target.startswith(f"{package}."):
            internal = target[len(package) + 1 :]
            while internal and internal not in known:
                internal = internal.rpartition(".")[0]
        return Import(line, target, internal)

    here = [package, *module.name.split(".")] if module.name else [package]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield one(node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                up = node.level - 1 if module.is_package else node.level
                base = here[: len(here) - up]
            else:
                base = []
            source = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield one(node.lineno, f"{source}.{alias.name}")
