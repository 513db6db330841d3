"""What is remembered tells of a home: only the user of Home Assistant may read its files.

Nor is one torn by a power cut.
"""

import ast

from .package import PACKAGE, parsed


def test_every_store_is_private_and_written_whole() -> None:
    found = 0
    for path in PACKAGE.rglob("*.py"):
        for call in ast.walk(parsed(path)):
            if isinstance(call, ast.Call) and ast.unparse(call.func).split("[")[0] == "Store":
                found += 1
                said = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
                for wanted in ("private", "atomic_writes"):
                    assert said.get(wanted) == "True", f"{path}:{call.lineno}"
    assert found > 5
