"""Two projects and nine homes over two simulated years: each figure is the simulation's own sum."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from custom_components.sen1.figures.comparison.group import MemberGroup, Operation
from custom_components.sen1.figures.comparison.ranking import ranking_of
from custom_components.sen1.figures.counting.amounts import half_up, kilowatt_hours
from custom_components.sen1.figures.counting.calendar import Calendar, CalendarPeriod
from custom_components.sen1.figures.counting.counter import MICROJOULES_OF_WH, Counter
from custom_components.sen1.figures.project.investment import Position, Sheet
from custom_components.sen1.figures.project.production import Production
from custom_components.sen1.figures.project.sensor import FIGURES
from testbed.household import PARIS, SECOND, Household, local, moment

BEGIN = datetime(2024, 3, 15, 6, tzinfo=PARIS)
END = datetime(2026, 3, 29, 18, tzinfo=PARIS)
"""The evening of a day of 23 hours; a leap year ends and clocks change between the two."""
HOUR = 3600 * SECOND
HOURS = range(moment(BEGIN), moment(END), HOUR)

HELD = {"School": (10, 160, 40_000, 64, 9_000), "Hall": (1, 400, 60_000, 96, 25_000)}
"""Of each project: the member's shares, all shares, capital, surface, peak power."""


def hours_of(peak_w: int) -> list[int]:
    """Return the Wh of each hour."""
    plant = Household(31, solar_peak_w=peak_w, resolution_s=3600)
    return [plant.solar_watts(at) for at in HOURS]


def counted(hours: list[int], silent: range) -> Production:
    """Return what an index of these hours comes to, read each hour but for a silent time."""
    calendar = Calendar(PARIS)
    production = Production(calendar)
    counter = Counter(
        calendar,
        lambda slot, energy, _spread: production.credit(slot.day, energy),
        lambda slot, known: production.credit(slot.day, 0, known),
        10**12,
    )
    counter.is_indexed = True
    production.begin(HOURS[0] // 1000)
    index, last = 0, HOURS[0] // 1000
    counter.read("index", 0, last)
    for number, (at, watt_hours) in enumerate(zip(HOURS, hours, strict=True)):
        index += watt_hours
        if number in silent:
            continue
        end = (at + HOUR) // 1000
        counter.pass_time(last, end)
        counter.read("index", index * MICROJOULES_OF_WH, end)
        last = end
    return production


def position(name: str, production: Production) -> Position:
    held, shares, capital, surface, _peak = HELD[name]
    today = END.date()
    of = {period: kilowatt_hours(production.of(period, today).energy) for period in CalendarPeriod}
    sheet = Sheet(Decimal(shares), Decimal(capital), Decimal(surface), sale_price=Decimal("0.13"))
    return Position(
        held=Decimal(held),
        sheet=sheet,
        day=of[CalendarPeriod.DAY],
        month=of[CalendarPeriod.MONTH],
        year=of[CalendarPeriod.YEAR],
        total=kilowatt_hours(production.total.energy),
    )


@pytest.mark.parametrize(
    "silent", [range(0), range(3000, 3500)], ids=["heard", "three weeks unheard in 2024"]
)
def test_each_energy_of_two_projects_is_the_sum_of_the_simulated_hours(silent: range) -> None:
    energies = {name: hours_of(row[-1]) for name, row in HELD.items()}
    positions = {name: position(name, counted(hours, silent)) for name, hours in energies.items()}
    days = {"energy_today": "2026-03-29", "energy_month": "2026-03", "energy_year": "2026"}
    rows = {row.key: row for row in FIGURES}
    for key, begin in {**days, "energy_total": ""}.items():
        whole = {
            name: Decimal(
                sum(
                    wh
                    for at, wh in zip(HOURS, hours, strict=True)
                    if f"{local(at):%Y-%m-%d}".startswith(begin)
                )
            )
            / 1000
            for name, hours in energies.items()
        }
        mine = {name: whole[name] * HELD[name][0] / HELD[name][1] for name in HELD}
        for name, one in positions.items():
            project = rows[key].project
            assert project is not None
            assert project(one) == whole[name]
            value = rows[key].figure([one])
            assert value is not None
            assert half_up(value, 4) == mine[name].quantize(Decimal("0.0001"), ROUND_HALF_UP)
        total = rows[key].figure(list(positions.values()))
        assert total is not None
        assert half_up(total, 4) == sum(mine.values(), Decimal(0)).quantize(
            Decimal("0.0001"), ROUND_HALF_UP
        )


def test_nine_homes_are_summed_and_ranked_as_they_were_simulated() -> None:
    homes = {number: Household(40 + number, resolution_s=3600) for number in range(9)}
    now = moment(END)
    year = range(moment(END - timedelta(days=365)), now, HOUR)
    watts = {str(number): home.watts(now) for number, home in homes.items()}
    combined = MemberGroup(Operation.SUM, is_index=False).combine(watts)
    assert (combined.value, combined.reporting) == (sum(watts.values()), 9)
    by_area = {
        str(number): sum(home.watts(at) for at in year) / 1000 / (30 + 9 * number)
        for number, home in homes.items()
    }
    ranking = ranking_of((name, value, name == "3") for name, value in by_area.items())
    figures = sorted(int(value) for value in by_area.values())
    assert [home.value for home in ranking.head] == figures[:5]
    assert [home.value for home in ranking.tail] == figures[:-6:-1]
    assert ranking.mine is not None
    assert ranking.mine.rank == figures.index(int(by_area["3"])) + 1
