"""A table as a file, read again by Python's own reader."""

import csv
from typing import Any

from .conftest import Modules
from .test_formats import person

COLUMNS: list[dict[str, Any]] = [
    {"title": "Day", "values": ["2026-06-01", "2026-06-02", "2026-06-03"]},
    {"title": "Bought, all (kWh)", "values": [1234.5678, None, -0.5], "digits": 3},
    {"title": 'The "dear" (€)', "values": [0.1, 0, 12], "digits": 2},
]


def written(modules: Modules, language: str, columns: list[dict[str, Any]]) -> str:
    found: str = modules.value(
        "file.csvOf(columns, formats.formatsOf(who))", columns=columns, who=person(language)
    )
    return found


def rows(text: str, delimiter: str) -> list[list[str]]:
    assert text.endswith("\r\n")
    return list(csv.reader(text.splitlines(), delimiter=delimiter, strict=True))


def test_a_file_has_points_between_commas(modules: Modules) -> None:
    assert rows(written(modules, "en", COLUMNS), ",") == [
        ["Day", "Bought, all (kWh)", 'The "dear" (€)'],
        ["2026-06-01", "1234.568", "0.10"],
        ["2026-06-02", "", "0.00"],
        ["2026-06-03", "-0.500", "12.00"],
    ]


def test_a_file_has_decimal_commas_between_semicolons(modules: Modules) -> None:
    assert rows(written(modules, "fr", COLUMNS), ";")[1:] == [
        ["2026-06-01", "1234,568", "0,10"],
        ["2026-06-02", "", "0,00"],
        ["2026-06-03", "-0,500", "12,00"],
    ]


def test_a_name_is_never_a_formula(modules: Modules) -> None:
    columns = [{"title": "=1+1", "values": ["@home", "+33"]}]
    assert written(modules, "en", columns) == "'=1+1\r\n'@home\r\n'+33\r\n"
