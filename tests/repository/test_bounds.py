"""How large what the federation is made of may be: what is larger is several things."""

import ast
from collections.abc import Iterator

from .package import PACKAGE

FEDERATION = PACKAGE / "federation"

MOST_LINES = 450
MOST_METHODS = 25
MOST_LINES_OF_FUNCTION = 60

MOST_LINES_OF_ACCOUNT = 300
MOST_ATTRIBUTES_OF_ACCOUNT = 15

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def too_large() -> Iterator[tuple[str, str, int]]:
    """Yield the files, classes and functions that are, each with its size."""
    for path in FEDERATION.rglob("*.py"):
        name, text = path.relative_to(FEDERATION).as_posix(), path.read_text()
        if (lines := len(text.splitlines())) > MOST_LINES:
            yield name, "", lines
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, FUNCTIONS) and node.end_lineno is not None:
                if (lines := node.end_lineno - node.lineno + 1) > MOST_LINES_OF_FUNCTION:
                    yield name, node.name, lines
            elif isinstance(node, ast.ClassDef):
                methods = sum(isinstance(one, FUNCTIONS) for one in node.body)
                if methods > MOST_METHODS:
                    yield name, node.name, methods


def test_no_file_class_or_function_of_the_federation_is_too_large() -> None:
    assert sorted(too_large()) == []


def test_an_account_hands_on_and_does_nothing_itself() -> None:
    text = (FEDERATION / "account.py").read_text()
    assert len(text.splitlines()) <= MOST_LINES_OF_ACCOUNT
    attributes = {
        node.attr
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }
    assert 0 < len(attributes) <= MOST_ATTRIBUTES_OF_ACCOUNT
