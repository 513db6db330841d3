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


COMING = """
    const past = { friend: "sen1:oncime", other: "sen1:lucioles" };
    const states = Object.fromEntries(Object.entries(past).flatMap(([device, statistic], i) => [
        [`sensor.${device}`, { attributes: { statistic } }],
        [`sensor.${device}_status`, { attributes: i ? {} : history }],
    ]));
    const row = (device, key) => ({ platform: "sen1", device_id: device, translation_key: key,
        entity_id: `sensor.${device}${key ? "_status" : ""}` });
    const rows = Object.keys(past).flatMap((one) => [row(one), row(one, "series_status")]);
    const entities = Object.fromEntries(rows.map((one) => [one.entity_id, one]));
    const each = [["ONCIME", past.friend, 4], ["Lucioles", past.other, other ?? undefined]].map(
        ([name, statistic, mine]) =>
            ({ name, figures: { energy_year: { mine, attributes: { statistic } } } }));
    return holdings.comingOf({ states, entities }, each);
"""


@pytest.mark.parametrize(
    ("history", "other", "coming"),
    [
        pytest.param({}, 2, [], id="all is there"),
        pytest.param({"history": 34}, 2, [{"name": "ONCIME", "part": 34}], id="a part of one"),
        pytest.param({"history": 100}, 2, [{"name": "ONCIME", "part": 99}], id="nearly all of one"),
        pytest.param({}, None, [{"name": "Lucioles"}], id="nothing of the other"),
    ],
)
def test_a_project_of_which_the_past_is_still_on_its_way_is_named(
    modules: Modules, history: dict[str, int], other: int | None, coming: list[dict[str, Any]]
) -> None:
    found = modules.run(COMING, history=history, other=other)
    assert [{key: one[key] for key in one if one[key] is not None} for one in found] == coming


def test_what_is_mine_of_what_nobody_knows_is_not_nothing(modules: Modules) -> None:
    each = [{"figures": {"power": {"mine": 3}}}, {"figures": {"power": {}}}, {"figures": {}}]
    assert modules.value("holdings.mineIn(each, 'power')", each=each) == 3
    assert modules.value("holdings.mineIn(each, 'income') ?? 'unknown'", each=each) == "unknown"
