"""Compare what the tests do not reach with what is named as such, and why.

Beside the tests of each part, `uncovered.toml` names the functions of which a line or a branch is
reached by none of them, with the reason: a table a module, a line a function.
"""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import sys
import tomllib

PROJECT = Path(__file__).parents[1]
PACKAGE = Path("custom_components/sen1")

type Found = dict[str, dict[str, list[int]]]


def functions(tree: ast.AST, within: str = "") -> Iterator[tuple[str, int, int]]:
    """Yield the functions of a tree by their full names, outer ones first: first and last line."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{within}{node.name}"
            if not isinstance(node, ast.ClassDef):
                yield name, node.lineno, node.end_lineno or node.lineno
            yield from functions(node, f"{name}.")
        else:
            yield from functions(node, within)


def unreached(report: Path) -> Found:
    """Return the lines of each function that a report of coverage.py (JSON) says are not reached.

    Of a branch it is the line where it begins.
    """
    found: Found = {}
    for path, told in json.loads(report.read_text())["files"].items():
        lines = {*told["missing_lines"], *(begin for begin, _ in told["missing_branches"])}
        named = list(functions(ast.parse((PROJECT / path).read_text())))
        for line in sorted(lines):
            at = [name for name, first, last in named if first <= line <= last]
            module = Path(path).relative_to(PACKAGE).as_posix()
            found.setdefault(module, {}).setdefault(at[-1] if at else "", []).append(line)
    return found


def explained() -> dict[str, dict[str, str]]:
    """Return the reasons that are given, by module and function."""
    reasons: dict[str, dict[str, str]] = {}
    for path in sorted((PROJECT / "tests").rglob("uncovered.toml")):
        reasons |= tomllib.loads(path.read_text())
    return reasons


def main(report: str) -> None:
    """Print what is reached by no test and not named, and what is named and reached by now."""
    found, reasons = unreached(Path(report)), explained()
    unnamed = [
        f"{module}:{lines[0]} {function}: lines {', '.join(map(str, lines))}"
        for module, of_module in found.items()
        for function, lines in of_module.items()
        if function not in reasons.get(module, {})
    ]
    outdated = [
        f"{module} {function}: is reached"
        for module, of_module in reasons.items()
        for function in of_module
        if function not in found.get(module, {})
    ]
    totals = json.loads(Path(report).read_text())["totals"]
    print("\n".join([*unnamed, *outdated]))
    print(
        f"{totals['covered_lines']} of {totals['num_statements']} lines,"
        f" {totals['covered_branches']} of {totals['num_branches']} branches reached;"
        f" {sum(map(len, reasons.values()))} functions named, {len(unnamed)} not"
    )
    # What is reached by chance is named, and reached in some runs.
    sys.exit(bool(unnamed))


if __name__ == "__main__":
    main(*sys.argv[1:])
