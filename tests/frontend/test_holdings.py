"""Parts of projects, as a page is told of them."""

from typing import Any

import pytest

from .conftest import Modules, at


def project(begin: str | None) -> dict[str, Any]:
    """Return a part of a project of which this year is counted since a day."""
    return {"figures": {"energy_year": {"attributes": {"begin": begin} if begin else {}}}}


@pytest.mark.parametrize(
    "zone",
    [
        pytest.param("Europe/Paris", id="Paris"),
        pytest.param("Pacific/Auckland", id="New Zealand, half a day ahead and more"),
        pytest.param("Pacific/Kiritimati", id="Kiritimati, furthest ahead"),
        pytest.param("Pacific/Pago_Pago", id="Samoa, furthest behind"),
    ],
)
def test_a_year_is_counted_since_the_first_day_that_any_project_knows(
    modules: Modules, zone: str
) -> None:
    found = modules.value(
        "holdings.countedSince(each, zone)",
        each=[project("2026-03-01"), project("2026-01-01"), project(None)],
        zone=zone,
    )
    assert found == at("2026-01-01", zone)


@pytest.mark.parametrize("each", [[], [{"figures": {}}], [project(None)]])
def test_a_year_of_which_nothing_is_counted_has_no_first_day(
    modules: Modules, each: list[dict[str, Any]]
) -> None:
    assert modules.value("holdings.countedSince(each, 'Europe/Paris')", each=each) is None
