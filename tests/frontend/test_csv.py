"""Tables as files, read by somebody else's reader."""

import csv
from io import StringIO

from .conftest import Modules


def test_a_file_is_read_as_it_was_shown(modules: Modules) -> None:
    shown = [["a, b", 'the "old" hall', "two\nlines"], [None, -1.5, 20_000]]
    text = modules.value("csv.csvOf(shown)", shown=shown)
    found = list(csv.reader(StringIO(text, newline="")))
    assert found == [["a, b", 'the "old" hall', "two\nlines"], ["", "-1.5", "20000"]]
    assert text.endswith("\r\n")


def test_a_file_is_given_under_its_name_with_its_accents(modules: Modules) -> None:
    found = modules.run(
        """
        const files = [];
        const { click } = HTMLAnchorElement.prototype;
        HTMLAnchorElement.prototype.click = function () {
            files.push([this.download, fetch(this.href).then((answer) => answer.arrayBuffer())]);
        };
        try {
            csv.download("bâtiments.csv", "école");
        } finally {
            HTMLAnchorElement.prototype.click = click;
        }
        const [[name, body]] = files;
        return [name, [...new Uint8Array(await body)]];
        """
    )
    assert found == ["bâtiments.csv", list("école".encode("utf-8-sig"))]
