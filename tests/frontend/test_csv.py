"""Tables as files, read again by Python's own reader."""

import csv
from io import StringIO
from typing import Any

import pytest

from .conftest import Modules
from .test_formats import person

COLUMNS: list[dict[str, Any]] = [
    {"title": "Day", "values": ["2026-06-01", "2026-06-02", "2026-06-03"]},
    {"title": "Bought, all (kWh)", "values": [1234.5678, None, -0.5], "digits": 3},
    {"title": 'The "dear" (€)', "values": [0.1, 0, 12], "digits": 2},
    {"title": "As it is; of each", "values": [20_000, -1.5, None]},
]


def rows(modules: Modules, language: str, columns: list[dict[str, Any]]) -> list[list[str]]:
    text = modules.value(
        "csv.csvOf(columns, formats.formatsOf(who))", columns=columns, who=person(language)
    )
    assert text.endswith("\r\n")
    delimiter = {"en": ",", "fr": ";"}[language]
    return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))


def test_a_file_has_points_between_commas(modules: Modules) -> None:
    assert rows(modules, "en", COLUMNS) == [
        ["Day", "Bought, all (kWh)", 'The "dear" (€)', "As it is; of each"],
        ["2026-06-01", "1234.568", "0.10", "20000"],
        ["2026-06-02", "", "0.00", "-1.5"],
        ["2026-06-03", "-0.500", "12.00", ""],
    ]


def test_a_file_has_decimal_commas_between_semicolons(modules: Modules) -> None:
    assert rows(modules, "fr", COLUMNS)[1:] == [
        ["2026-06-01", "1234,568", "0,10", "20000"],
        ["2026-06-02", "", "0,00", "-1,5"],
        ["2026-06-03", "-0,500", "12,00", ""],
    ]


def test_texts_are_read_as_they_were_written(modules: Modules) -> None:
    texts = ["a, b", "a; b", 'the "old" hall', "two\nlines"]
    for language in ("en", "fr"):
        found = rows(modules, language, [{"title": "Name", "values": texts}])
        assert found == [["Name"], *([text] for text in texts)]


def test_what_is_not_known_is_empty(modules: Modules) -> None:
    found = modules.value(
        "csv.csvOf([{ title: 'a', values: [undefined, null, NaN] }], formats.formatsOf(who))",
        who=person("en"),
    )
    assert found == "a\r\n\r\n\r\n\r\n"


def test_a_name_is_never_a_formula(modules: Modules) -> None:
    columns = [{"title": "=1+1", "values": ["@home", "+33"]}]
    assert rows(modules, "en", columns) == [["'=1+1"], ["'@home"], ["'+33"]]


@pytest.mark.parametrize("separator", [";", ",", "\t", "\n", ' ;"'])
def test_no_part_of_a_name_is_a_formula_where_another_sign_separates_cells(
    modules: Modules, separator: str
) -> None:
    columns = [{"title": "Name", "values": [f"Ann{separator}=1+2", "a-b@c.test", "1 = 1"]}]
    _, (spoilt,), *others = rows(modules, "en", columns)
    assert spoilt == f"Ann{separator}'=1+2"
    assert others == [["a-b@c.test"], ["1 = 1"]]


def test_a_file_is_given_under_its_name_with_its_accents(modules: Modules) -> None:
    found = modules.run(
        """
        const files = [];
        instead(HTMLAnchorElement.prototype, "click", function () {
            files.push([this.download, fetch(this.href).then((answer) => answer.arrayBuffer())]);
        });
        const columns = [{ title: "école", values: [] }];
        csv.keepTable("bâtiments.csv", columns, formats.formatsOf(who));
        const [[name, body]] = files;
        return [name, [...new Uint8Array(await body)]];
        """,
        who=person("en"),
    )
    assert found == ["bâtiments.csv", list("école\r\n".encode("utf-8-sig"))]


def test_no_file_is_held_for_longer_than_it_takes_to_open_it(modules: Modules) -> None:
    given, forgotten = modules.run(
        """
        const given = [], forgotten = [];
        const make = URL.createObjectURL;
        instead(URL, "createObjectURL", (blob) => { given.push(make(blob)); return given.at(-1); });
        instead(URL, "revokeObjectURL", (address) => { forgotten.push(address); });
        instead(HTMLAnchorElement.prototype, "click", () => undefined);
        instead(window, "setTimeout", (later) => later());
        instead(window, "open", () => ({ location: { replace: () => undefined } }));
        const { showPage } = await import("/pages.js");
        const { keep } = await import("/keeping.js");
        showPage(document.implementation.createHTMLDocument("page"), "page");
        keep("file.csv", new Blob(["content"]));
        return [given, forgotten];
        """
    )
    assert len(given) == 2
    assert forgotten == given
