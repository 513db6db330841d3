"""What is shown of a period: steps, periods of a tariff, what is known, and what is compared."""

from typing import Any

import pytest

from .conftest import Modules, at, near

HOUR = 3_600_000
BEGIN = round(at("2026-06-24", "UTC").timestamp() * 1000)


def answer(values: list[float | None], *, begin: int = BEGIN, **more: Any) -> dict[str, Any]:
    """Return hours of what was bought, as they are told."""
    bought = {
        "unit": "kWh",
        "values": values,
        "known": [0 if value is None else 1 for value in values],
        "since": begin,
        "total": sum(value for value in values if value is not None),
        "total_known": 1,
        **more,
    }
    begins = [begin + n * HOUR for n in range(len(values))]
    return {
        "begins": begins,
        "end": begins[-1] + HOUR,
        "currency": "EUR",
        "quantities": {"bought": bought},
    }


def shown(
    modules: Modules,
    current: dict[str, Any],
    before: dict[str, Any] | None = None,
    *,
    hours: float = 24,
    is_money: bool = False,
) -> Any:
    """Return what is shown of a day some hours after it began."""
    return modules.value(
        "sums.shownOf({ current, whole: before ?? { begins: [], quantities: {} },"
        " same: before ?? undefined, now: moment, period: { unit: 'day' }, zone: 'UTC' },"
        " 'bought', isMoney)",
        current=current,
        before=before,
        moment=BEGIN + round(hours * HOUR),
        isMoney=is_money,
    )


def tariff(values: list[float], costs: list[float] | None = None) -> dict[str, Any]:
    return {"values": values, "costs": costs or values, "total": sum(values)}


def test_hours_to_come_are_not_known(modules: Modules) -> None:
    found = shown(modules, answer([1, 2, 3, 0]), hours=2.5)
    assert found["values"] == [1, 2, 3, None]
    assert found["steps"]["begun"] == 3
    assert found["known"] == 1


def test_what_is_known_is_a_part_of_the_time_so_far(modules: Modules) -> None:
    found = shown(modules, answer([1, None, 3, 0], known=[1, 0, 0.5, 0]), hours=2.5)
    assert found["known"] == pytest.approx(1.25 / 2.5)


def test_the_periods_of_a_tariff_add_up_to_the_hour(modules: Modules) -> None:
    tariffs = {"peak": tariff([0.5, 1, 0]), "off_peak": tariff([0.5, 0, 1])}
    found = shown(modules, answer([1, 2, 1], tariffs=tariffs))
    assert [one["tariff"] for one in found["layers"]] == ["off_peak", "peak", ""]
    rows = zip(*(one["values"] for one in found["layers"]), strict=True)
    assert [sum(row) for row in rows] == near([1, 2, 1])


def test_one_period_alone_is_the_total(modules: Modules) -> None:
    found = shown(modules, answer([1, 2], tariffs={"all_hours": tariff([1, 2])}))
    assert found["layers"] == []


def test_money_is_shown_as_energy_is(modules: Modules) -> None:
    tariffs = {"peak": tariff([1, 0], [0.2, 0]), "off_peak": tariff([0, 2], [0, 0.3])}
    given = answer([1, 2], tariffs=tariffs, costs=[0.2, 0.3], total_cost=0.5)
    found = shown(modules, given, is_money=True)
    assert found["values"] == [0.2, 0.3]
    assert found["total"] == 0.5
    assert [one["values"] for one in found["layers"]] == [[0, 0.3], [0.2, 0]]


def test_a_change_is_told_of_times_that_both_know(modules: Modules) -> None:
    year = 364 * 24 * HOUR
    before = answer([2, 2, None], begin=BEGIN - year)
    current = answer([3, None, 3])
    found = modules.run(
        """
        const shown = sums.shownOf({ current, whole: before, same: before, now: moment,
            period: { unit: "day" }, zone: "UTC" }, "bought", false);
        return [shown.same.isComparable, [0, 1, 2].map((i) => sums.stepChange(shown, i) ?? null)];
        """,
        current=current,
        before=before,
        moment=BEGIN + 3 * HOUR,
    )
    assert found == [False, [0.5, None, None]]


def test_a_year_of_which_nothing_is_known_is_not_compared(modules: Modules) -> None:
    found = shown(modules, answer([1, 2]), answer([None, None], begin=BEGIN - 364 * 24 * HOUR))
    assert found["same"] is False
    assert found.get("ghost") is None


def test_what_is_printed_adds_up(modules: Modules) -> None:
    tariffs = {"peak": tariff([0.14, 0.18, 0.11]), "off_peak": tariff([0.04, 0.04, 0.04])}
    given = answer([0.18, 0.22, 0.15], tariffs=tariffs)
    found = modules.run(
        """
        const shown = sums.shownOf({ current, whole: { begins: [], quantities: {} }, now: moment,
            period: { unit: "day" }, zone: "UTC" }, "bought", false);
        return sums.printedOf(shown, 1);
        """,
        current=given,
        moment=BEGIN + 3 * HOUR,
    )
    assert sum(found["values"]) == pytest.approx(0.6)
    assert sum(found["totals"]) == pytest.approx(0.6)
    assert [sum(row) for row in found["layers"]] == near(found["values"])
    columns = zip(*found["layers"], strict=True)
    assert [sum(column) for column in columns] == near(found["totals"])


TEMPO = [
    f"{hours}_{colour}" for colour in ("blue", "white", "red") for hours in ("off_peak", "peak")
]


@pytest.mark.parametrize(
    ("given", "ordered"),
    [
        pytest.param(["peak", "off_peak"], ["off_peak", "peak"], id="two periods"),
        pytest.param(
            list(reversed(TEMPO)),
            TEMPO,
            id="Tempo, by its colours",
        ),
        pytest.param(["", "mobile_peak", "normal"], ["normal", "mobile_peak", ""], id="EJP"),
        pytest.param(["index_2", "index_1"], ["index_2", "index_1"], id="of a supplier, as told"),
        pytest.param(
            ["peak_winter", "off_peak_winter", "peak_summer", "off_peak_summer"],
            ["off_peak_winter", "off_peak_summer", "peak_winter", "peak_summer"],
            id="seasons",
        ),
    ],
)
def test_cheap_periods_come_first(modules: Modules, given: list[str], ordered: list[str]) -> None:
    assert modules.value("sums.fromCheapToDear(told)", told=given) == ordered


def test_what_was_ever_known_stands_for_electricity(modules: Modules) -> None:
    def counted(**since: int | None) -> Any:
        quantities = {name: {"since": one} for name, one in since.items()}
        return modules.value("sums.countedIn({ quantities: told })", told=quantities)

    assert counted(bought=1, sold=1) == {"electricity": "bought"}
    assert counted(bought=None, produced=1, sold=1) == {"electricity": "produced"}
    assert counted(bought=None, water=1) == {"electricity": "bought", "water": "water"}
    assert counted() == {}


def test_what_is_not_sold_is_used_here(modules: Modules) -> None:
    quantities = {
        "produced": {"values": [2, 3, None], "total": 5},
        "sold": {"values": [0.5, 3.5, None], "total": 4},
    }
    found = modules.value("sums.sunOf({ quantities: told }, { begun: 3 })", told=quantities)
    assert found["used"] == [1.5, 0, None]


def test_the_highest_power_is_one_of_the_steps(modules: Modules) -> None:
    found = modules.value(
        "powers.peaksOf({ peak })",
        peak={"power": [1200, None, 7460, 7460], "at": [1, None, 2, 3], "unit": "VA"},
    )
    assert found["values"] == [1200, None, 7460, 7460]
    assert (found["top"], found["isMean"]) == (2, False)
    half_hours = {"power": [1.2, 3.4], "at": [1, 2], "unit": "kW", "basis": "half_hour"}
    found = modules.value("powers.peaksOf({ peak })", peak=half_hours)
    assert (found["values"], found["isMean"]) == ([1200, 3400], True)
    idle = {"power": [None, 0], "at": [None, 3], "unit": "VA"}
    assert modules.value("powers.peaksOf({ peak }) ?? null", peak=idle) is None
    nothing = {"power": [None], "at": [None], "unit": "VA"}
    assert modules.value("powers.peaksOf({ peak }) ?? null", peak=nothing) is None
    assert modules.value("powers.peaksOf({}) ?? null") is None
