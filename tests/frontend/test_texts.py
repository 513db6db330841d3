"""How a text tells what it is given: the form of a number, of a place, of what may not be there."""

from typing import Any

import pytest

from .conftest import Modules


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "text.alerts(1)", "1 alert"),
        ("en", "text.alerts(0)", "0 alerts"),
        ("fr", "text.alerts(2)", "2 alertes"),
        # French has one of nothing.
        ("fr", "text.alerts(0)", "0 alerte"),
        ("fr-CA", "text.alerts(1)", "1 alerte"),
        ("de", "text.alerts(1)", "1 alert"),
        (
            "en",
            "[1, 2, 3, 4, 11, 21].map(text.challenge.suffix)",
            ["st", "nd", "rd", *("th",) * 2, "st"],
        ),
        ("fr", "[1, 2, 11, 21].map(text.challenge.suffix)", ["er", "e", "e", "e"]),
        ("en", "text.keys.told_by('noon')", "Warning · Told by SEN1 · noon"),
        ("en", "text.keys.told_by()", "Warning · Told by SEN1"),
        # A form within another.
        ("fr", "text.trust.but(1, true)", ", sauf 1 jour, expliqué"),
        ("fr", "text.trust.but(3, true)", ", sauf 3 jours, expliqués"),
        ("fr", "text.trust.but(3, false)", ", sauf 3 jours, voir ci-dessous"),
        # What somebody wrote is told as it is, whatever signs are in it.
        ("en", "text.keys.theirs('{0} $& |')", "Key of {0} $& |"),
    ],
)
def test_a_text_has_the_form_of_what_it_tells(
    modules: Modules, language: str, said: str, text: Any
) -> None:
    code = f"""
        const {{ textsOf }} = await import("/texts.js");
        const text = await textsOf(language, "challenge", "keys", "trust");
        return {said};
    """
    assert modules.run(code, language=language) == text
