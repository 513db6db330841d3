"""What is remembered tells of a home: only the user of Home Assistant may read its files."""

import ast

from .package import PACKAGE


def test_every_store_is_private() -> None:
    found = 0
    for path in PACKAGE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func).split("[")[0] == "Store":
                found += 1
                said = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
                assert said.get("private") == "True", f"{path}:{call.lineno}"
    assert found > 5
