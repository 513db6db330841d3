"""What no test reaches is named by its function."""

import ast

from testbed.uncovered import PACKAGE, PROJECT, explained, functions

SOURCE = """
class Kettle:
    def boil(self):
        def tell():
            pass

async def pour(): pass
"""


def test_functions_are_named_in_full_the_outer_ones_first() -> None:
    assert list(functions(ast.parse(SOURCE))) == [
        ("Kettle.boil", 3, 5),
        ("Kettle.boil.tell", 4, 5),
        ("pour", 7, 7),
    ]


def test_what_has_a_reason_is_there() -> None:
    for module, reasons in explained().items():
        tree = ast.parse((PROJECT / PACKAGE / module).read_text())
        assert reasons.keys() <= {"", *(name for name, *_ in functions(tree))}, module
        assert all(len(reason) > 10 for reason in reasons.values()), module
