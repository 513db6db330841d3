"""Cards of one site among several, drawn on a blank page."""

from collections.abc import Sequence
from math import nan
import re
from typing import Any

import pytest

from .conftest import Modules, near
from .town import HASS, JANUARY, SHOW, Town

WORDS = f"""{HASS}{SHOW}
    const words = async (name, config) => {{
        const card = await shown(name, config, hass(told));
        card.width = 400;
        card.redraw();
        return card.frame.innerText;
    }};
"""


def words(modules: Modules, town: Town, name: str, **config: Any) -> str:
    """Return what a card says, in plain spaces."""
    code = f"{WORDS} return words(name, config);"
    text = modules.run(code, told=town.given, name=name, config=config)
    return re.sub(r"\s+", " ", text).strip()


# Whose figures they are


@pytest.mark.parametrize(
    ("site", "month"),
    [
        pytest.param({}, "9,874.4 kWh", id="the main site"),
        pytest.param({"site": "site1"}, "7,016.2 kWh", id="another"),
    ],
)
def test_a_card_shows_the_site_that_it_is_told_of(
    modules: Modules, site: dict[str, str], month: str
) -> None:
    assert month in words(modules, Town(2), "home", part="month", **site)


@pytest.mark.parametrize("name", ["home", "forecast", "class"])
def test_a_card_of_a_site_that_is_gone_says_so(modules: Modules, name: str) -> None:
    assert words(modules, Town(2), name, site="gone") == "This building is no longer there"


def test_a_watch_tells_friends_of_the_household_where_the_main_site_is(modules: Modules) -> None:
    town = Town(2)
    town.devices["friend"] = {"id": "friend", "primary_config_entry": "account", "name": "Ibis"}
    town.add(0, "series_status", "receiving", device="friend")
    assert "Ibis" in words(modules, town, "home", part="watch")
    other = words(modules, town, "home", part="watch", site="site1")
    assert "All is well" in other
    assert "Ibis" not in other


def test_a_collection_is_watched_and_not_counted_among_friends(modules: Modules) -> None:
    town = Town(1)
    for name in ("Ibis", "Dune", "Lande", "Sterne", "Embrun", "Grand défi"):
        town.devices[name] = {"id": name, "primary_config_entry": "account", "name": name}
        town.add(0, "series_status", "receiving", device=name)
    town.add(0, "place", 2, device="Grand défi")
    said = words(modules, town, "home", part="watch")
    assert "5 friends 5 measures received" in said
    assert "Grand défi 1 measure received" in said


def test_a_power_meter_knows_the_limit_that_was_entered_with_the_site(modules: Modules) -> None:
    town = Town(2)
    town.add(1, "apparent_power", 3000)
    assert "%" not in words(modules, town, "home", part="now", site="site1")
    town.sites[1]["subscribed_power"] = 12
    told = words(modules, town, "home", part="now", site="site1")
    # What is drawn counts, not what is used: some of it may come from a roof.
    assert "15,000 W 25% of the limit 12,000 W" in told


def test_what_is_used_of_a_roof_is_not_held_against_the_limit(modules: Modules) -> None:
    town = Town(1)
    town.sites[0]["subscribed_power"] = 12
    assert "of the limit" in words(modules, town, "home", part="now")
    town.sites[0]["sources"]["sold_power"] = ["sensor.sold"]
    assert "of the limit" not in words(modules, town, "home", part="now")


def test_an_appliance_is_shown_by_its_own_sensor(modules: Modules) -> None:
    town = Town(1)
    town.sites[0]["subscribed_power"] = 12
    entity = town.add(0, "freezer", 0.09, device="freezer", unit_of_measurement="kW")
    told = words(modules, town, "home", part="now", entity=entity, title="Freezer")
    assert told.startswith("Freezer 90 W")
    assert "of the limit" not in told


@pytest.mark.parametrize(("count", "said"), [(1, "1 inverter Works"), (8, "8 inverters All work")])
def test_inverters_that_work_are_one_line(modules: Modules, count: int, said: str) -> None:
    town = Town(1)
    for number in range(count):
        device = f"inverter{number}"
        town.devices[device] = {"id": device, "primary_config_entry": "gateway"}
        town.add(0, "inverter_problem", "off", platform="binary_sensor", device=device)
    assert said in words(modules, town, "home", part="watch")


# The power since midnight

CURVE = f"""{HASS}{SHOW}
    const card = await shown("home", {{ part: "now", ...config }}, hass(told));
    card.width = 400;
    card.redraw();
    while (!card.past) await painted();
    return {{ step: card.past.step, values: Array.from(card.past.values), asked }};
"""


def curve(modules: Modules, quantities: dict[str, Any], **config: Any) -> dict[str, Any]:
    """Return what is drawn at 02:10 in Paris of a site of these series."""
    told = Town(2).given | {"energies": {"quantities": quantities}}
    found: dict[str, Any] = modules.run(CURVE, now="2026-11-24T01:10:00Z", told=told, config=config)
    return found


def series(*energies: float | None, known: Sequence[float] = ()) -> dict[str, Any]:
    """Return a day of half-hours, kWh, of which nothing is to come."""
    rest = 48 - len(energies)
    shares = known or [0.0 if energy is None else 1.0 for energy in energies]
    return {"values": [*energies, *[None] * rest], "known": [*shares, *[0.0] * rest]}


def test_the_curve_of_a_power_is_the_half_hours_that_all_pages_show(modules: Modules) -> None:
    consumed = series(0.5, 1, None, 0.25, 9, known=(1, 1, 0, 0.5, 1))
    found = curve(modules, {"consumed": consumed, "bought": series(7)})
    assert found["step"] == 1_800_000
    # The half-hour that goes on is left to what the meter says now.
    assert found["values"] == near([1000, 2000, nan, 1000, *[nan] * 44])
    assert "sen1/values" not in found["asked"]


def test_without_what_was_consumed_the_curve_is_what_was_bought(modules: Modules) -> None:
    assert curve(modules, {"bought": series(0.5)})["values"][0] == 1000


@pytest.mark.parametrize(
    ("quantities", "config"),
    [
        pytest.param({}, {}, id="no energy is counted"),
        pytest.param({"bought": series(1)}, {"entity": "sensor.site0_consumption"}, id="an entity"),
    ],
)
def test_the_curve_of_what_counts_no_energy_is_that_of_its_power(
    modules: Modules, quantities: dict[str, Any], config: dict[str, str]
) -> None:
    found = curve(modules, quantities, **config)
    assert found["step"] == 300_000
    assert "sen1/values" in found["asked"]


# What was bought, and what came from the roof


def test_what_was_bought_is_the_answer_and_what_the_roof_gave_stands_apart(
    modules: Modules,
) -> None:
    town = Town(1)
    town.add(0, "produced_day", 4.2, begin=JANUARY)
    town.add(0, "self_consumed_day", 3.94, begin=JANUARY)
    town.add(0, "sold_day", 0.26, begin=JANUARY)
    town.add(0, "surplus", 310)
    town.sites[0]["sources"]["sold_power"] = ["sensor.sold"]
    told = words(modules, town, "home", part="today")
    assert "bought from the grid 412.6 kWh" in told
    assert "roof" not in told
    told = words(modules, town, "home", part="roof")
    assert "The roof Today, 310 W left over now 4.2 kWh produced" in told
    assert told.endswith("used here 3.9 kWh given to the grid 0.3 kWh")


def test_what_the_roof_gave_while_what_was_sold_was_not_known_has_a_row(modules: Modules) -> None:
    town = Town(1)
    town.add(0, "produced_day", 4.3, begin=JANUARY)
    town.add(0, "self_consumed_day", 3.92, begin=JANUARY)
    town.add(0, "sold_day", 0.12, begin=JANUARY)
    town.sites[0]["sources"]["sold_power"] = ["sensor.sold"]
    told = words(modules, town, "home", part="roof")
    assert told.endswith("used here 3.9 kWh given to the grid 0.1 kWh used here or given 0.3 kWh")


def test_what_the_roof_gave_since_another_day_says_so_and_is_added_to_nothing(
    modules: Modules,
) -> None:
    town = Town(1)
    town.add(0, "produced_day", 4.25, begin=JANUARY)
    town.add(0, "self_consumed_day", 4.25, begin=JANUARY)
    town.add(0, "sold_day", 50, begin="2026-11-20")
    town.sites[0]["sources"]["sold_power"] = ["sensor.sold"]
    told = words(modules, town, "home", part="roof")
    assert "used here 4.3 kWh given to the grid since 20 November 2026 50.0 kWh" in told


def contract(town: Town, parts: dict[str, tuple[float, float]], bought: float, **bill: Any) -> Town:
    """Give the first building a contract: kWh and money of each tariff period of the day."""
    for tariff, (energy, cost) in parts.items():
        town.add(0, "energy_of_tariff_day", energy, device=tariff, tariff=tariff)
        town.add(0, "cost_of_tariff_day", cost, device=tariff, tariff=tariff)
    town.set(0, "bought_day", str(bought))
    town.set(0, "cost_day", "9", **bill)
    return town


def test_periods_add_up_to_what_was_bought_as_printed(modules: Modules) -> None:
    parts = {"off_peak": (1.06, 0.26), "peak": (2.02, 0.72)}
    town = contract(Town(1), parts, bought=3.08, energy_cost=0.98)
    told = words(modules, town, "home", part="today")
    assert "bought from the grid 3.1 kWh €0.98" in told
    assert "off_peak 1.1 kWh €0.26 peak 2.0 kWh €0.72" in told
    assert "not known" not in told
    assert "contract" not in told


def test_what_has_no_period_or_no_contract_has_a_row_so_that_all_add_up(
    modules: Modules,
) -> None:
    town = contract(
        Town(1),
        {"off_peak_blue": (4, 0.5), "peak_blue": (6, 1)},
        bought=17,
        energy_cost=2.1,
        energy_without_period=5,
        cost_without_period=0.6,
        energy_without_price=2,
    )
    told = words(modules, town, "home", part="today")
    assert (
        "17.0 kWh €2.10 off_peak_blue 4.0 kWh €0.50 peak_blue 6.0 kWh €1.00 "
        "Period not known 5.0 kWh €0.60 Without a contract 2.0 kWh"
    ) in told


def test_a_cost_that_is_counted_since_later_says_so(modules: Modules) -> None:
    town = Town(1)
    town.set(0, "cost_year", "13497.44", begin="2026-03-03")
    assert "Cost since 3 March 2026" in words(modules, town, "home", part="year")


# The forecast


def test_the_forecast_begins_with_what_was_bought_and_its_costs_add_up(
    modules: Modules,
) -> None:
    town = Town(1)
    town.add(
        0,
        "forecast_energy",
        105_000,
        low=104_000,
        high=106_000,
        so_far=96410.3,
        measured=96_000,
        last_year=90_001,
        change=16.7,
    )
    town.add(0, "forecast_cost", 14_700.5, subscription=187.8)
    for tariff, energy, last, cost in (
        ("off_peak", 35_000.5, 30_000.6, 4_900.25),
        ("peak", 69_999.5, 60_000.4, 9_612.45),
    ):
        town.add(
            0,
            "forecast_energy_of_tariff",
            energy,
            device=tariff,
            tariff=tariff,
            last_year=last,
            change=16.7,
        )
        town.add(0, "forecast_cost_of_tariff", cost, device=tariff, tariff=tariff)
    told = words(modules, town, "forecast")
    assert "Bought so far: 96,410.3 kWh" in told
    assert (
        "off_peak 30,000.6 35,001 16.7% more 4,900 peak 60,000.4 69,999 16.7% more 9,613 "
        "Subscription 188 Total 90,001.0 105,000 16.7% more 14,701 Taxes included."
    ) in told


def test_a_year_that_is_not_known_is_not_told_as_nothing(modules: Modules) -> None:
    town = Town(1)
    town.add(0, "forecast_energy", 2_309, low=2_224, high=2_394, so_far=2_036.5, last_year=None)
    told = words(modules, town, "forecast")
    assert "2,309 kWh" in told
    assert "0.0" not in told


def test_without_tariff_periods_the_energy_has_a_row_beside_the_subscription(
    modules: Modules,
) -> None:
    town = Town(1)
    town.add(0, "forecast_energy", 14_485, low=14_355, high=14_615, last_year=14_423, change=0.4)
    town.add(0, "forecast_cost", 2165.3, subscription=157.2)
    told = words(modules, town, "forecast")
    assert (
        "Bought from the grid 14,423.0 14,485 0.4% more 2,008 Subscription 157 "
        "Total 14,423.0 14,485 0.4% more 2,165"
    ) in told


# A roof that stands alone


def roof(*quantities: str) -> Town:
    """Return a town whose second building gives and uses nothing that is measured."""
    town = Town(2)
    town.remove(1, "consumption")
    town.set(1, "bought_day", "0.0")
    town.sites[1]["sources"] = {
        f"{quantity}_power": [
            town.add(1, f"{quantity}_power", 9000, unit_of_measurement="W", device="roof")
        ]
        for quantity in quantities
    }
    begin = "2026-11-24"
    if "produced" in quantities:
        town.add(1, "self_consumed_day", 2.5, begin=begin)
        town.add(1, "produced_day", 42.5 if "sold" in quantities else 2.5, begin=begin)
    town.add(1, "sold_day", 40 if "sold" in quantities else 0, begin=begin)
    return town


@pytest.mark.parametrize(
    ("quantities", "said", "unsaid"),
    [
        pytest.param(
            ("produced", "sold"),
            [
                "produced by the roof 42.5 kWh",
                "used here 2.5 kWh given to the grid 40.0 kWh",
            ],
            [],
            id="what it gives and what leaves",
        ),
        pytest.param(
            ("produced",),
            ["produced by the roof 2.5 kWh"],
            ["used here", "given to the grid"],
            id="what it gives",
        ),
        pytest.param(
            ("sold",),
            ["sent to the grid 40.0 kWh"],
            ["produced", "used here"],
            id="what leaves",
        ),
    ],
)
def test_a_roof_tells_what_it_gives(
    modules: Modules, quantities: tuple[str, ...], said: list[str], unsaid: list[str]
) -> None:
    told = words(modules, roof(*quantities), "home", part="today", site="site1")
    assert [one for one in said if one not in told] == []
    assert [one for one in unsaid if one in told] == []
    assert "bought" not in told


def test_what_left_a_roof_since_earlier_stands_beside(modules: Modules) -> None:
    town = roof("produced", "sold")
    town.set(1, "sold_day", "40", begin="2026-11-23")
    told = words(modules, town, "home", part="today", site="site1")
    assert "produced by the roof 42.5 kWh" in told
    assert "used here 2.5 kWh given to the grid since 23 November 2026 40.0 kWh" in told


@pytest.mark.parametrize(
    ("quantities", "title"),
    [
        (("produced", "sold"), "Power from the roof now"),
        (("sold",), "Power sent to the grid now"),
    ],
)
def test_the_power_of_a_roof_is_called_what_it_is(
    modules: Modules, quantities: tuple[str, ...], title: str
) -> None:
    told = words(modules, roof(*quantities), "home", part="now", site="site1")
    assert title in told
    assert "9,000 W" in told


# What it looks like


PICTURE = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='5'/>"


@pytest.mark.parametrize(("name", "size"), [("home", 28), ("buildings", 36)])
def test_a_picture_of_a_site_takes_its_room_before_it_is_there_and_is_told_in_words(
    modules: Modules, name: str, size: int
) -> None:
    town = Town(2)
    town.sites[0]["picture"] = PICTURE
    code = f"""{HASS}{SHOW}
        const card = await shown(name, {{}}, hass(told));
        card.width = 1200;
        card.redraw();
        const [image, ...others] = card.root.querySelectorAll("img");
        const {{ width, height }} = image.getBoundingClientRect();
        return [image.alt, image.getAttribute("loading"), width, height,
            getComputedStyle(image).objectFit, others.length];
    """
    found = modules.run(code, told=town.given, name=name)
    assert found == ["Picture of Town hall", "lazy", size, size, "cover", 0]


def test_a_picture_that_is_not_there_leaves_the_icon_of_the_building(modules: Modules) -> None:
    town = Town(2)
    town.sites[0]["picture"] = "data:image/png,no-picture"
    code = f"""{HASS}{SHOW}
        const card = await shown("buildings", {{}}, hass(told));
        card.width = 1200;
        card.redraw();
        const count = (what) => card.root.querySelectorAll(`.place ${{what}}`).length;
        const before = [count("img"), count("ha-icon")];
        while (count("img")) await new Promise(requestAnimationFrame);
        return [before, [count("img"), count("ha-icon")]];
    """
    assert modules.run(code, told=town.given) == [[1, 1], [0, 2]]


# A home that is known later


def test_a_home_known_until_yesterday_shows_that_day_and_until_when_all_else_is_known(
    modules: Modules,
) -> None:
    town = Town(1)
    for key in ("bought_day", "cost_day"):
        town.remove(0, key)
    until = "2026-01-12T00:00:00+01:00"
    begin = "2026-01-11"
    town.add(0, "bought_yesterday", 8.9, known_until=until, begin=begin, last_period=7.3)
    said = words(modules, town, "home", part="today")
    assert said.startswith("Yesterday")
    assert "8.9 kWh" in said
    assert "Today: tomorrow morning" in said
    assert "The day before: 7.3" in said


def test_a_home_that_somebody_reads_asks_for_what_the_meter_shows(modules: Modules) -> None:
    town = Town(1)
    for key in ("bought_day", "cost_day"):
        town.remove(0, key)
    town.remove(0, "meter_silent", "binary_sensor")
    town.add(0, "bought_yesterday", "unknown", known_until="2026-01-09T09:00:00+01:00")
    assert "Enter what the meter shows" not in words(modules, town, "home", part="today")
    town.add(0, "read_index", 4210)
    said = words(modules, town, "home", part="today")
    assert "known until 9 January 2026" in said
    assert "Enter what the meter shows" in said
    town.set(0, "bought_year", "41.8", known_until="2026-01-09T09:00:00+01:00")
    said = words(modules, town, "home", part="today")
    assert "5.0 kWh a day on average since 1 January 2026" in said


YESTERDAY: dict[str, Any] = {
    "day": "2026-01-11",
    "energy": 8.9,
    "days": 20,
    "day_kind": "working",
    "temperatures": [4, 8],
    "unusual": False,
    "low": 7.12,
    "high": 9.0,
}


def known_later(state: str, **usual: Any) -> Town:
    """Return a town of which one building is known when its days are over."""
    town = Town(1)
    for key in ("bought_day", "cost_day", "consumption"):
        town.remove(0, key)
    town.add(0, "bought_yesterday", 8.9, begin="2026-01-11")
    town.add(0, "usual_yesterday", state, **YESTERDAY | usual)
    return town


def test_yesterday_is_told_beside_the_days_that_are_like_it(modules: Modules) -> None:
    said = words(modules, known_later("usual"), "home", part="today")
    assert "usual: between 7.1 and 9.0 kWh on such days." in said
    assert "on such days" not in words(modules, known_later("unknown"), "home", part="today")
    assert "on such days" not in words(modules, known_later("usual"), "home", part="month")


OF_YESTERDAY = f"""{HASS}{SHOW}
    const seen = hass(told);
    const {{ callWS }} = seen;
    const questions = [];
    seen.callWS = async (message) => {{
        if (!(message.type in answers)) return callWS(message);
        questions.push(message);
        if (!answers[message.type]) throw new Error("not_found");
        return answers[message.type];
    }};
    const card = await shown("home", {{ part: "now" }}, seen);
    card.width = 420;
    card.redraw();
    while (!card.past) await painted();
    for (let i = 0; i < 4; i += 1) await new Promise(requestAnimationFrame);
    return {{
        words: card.frame.innerText,
        curves: card.frame.querySelectorAll("svg path[stroke='var(--consumption)']").length,
        questions: questions.map(({{ type, step }}) => [type, step]),
        ids: questions.flatMap(({{ ids = [] }}) => ids),
    }};
"""


def yesterday(modules: Modules, town: Town, **change: Any) -> dict[str, Any]:
    """Return how the power of yesterday is drawn, of which 48 half-hours are told."""
    bought = "sen1:site0_bought"
    statistics = change.pop("statistics", {"bought": bought})
    town.sites[0] |= {"statistics": statistics, "sources": {}}
    values = {
        "begins": list(range(48)),
        "values": {bought: [0.4] * 48},
        "unit": {bought: "kW"},
        "partial": {},
        "of_days": {},
        "is_amount": {},
    }
    at = 1_795_545_000_000
    peak = {"power": [2410], "at": [at], "unit": "VA", "basis": "max"}
    values |= change.pop("values", {})
    answers = {"sen1/values": values, "sen1/energies": {"peak": peak | change.pop("peak", {})}}
    found: dict[str, Any] = modules.run(
        OF_YESTERDAY, now="2026-11-25T12:40:00Z", told=town.given, answers=answers | change
    )
    found["words"] = re.sub(r"\s+", " ", found["words"]).strip()
    return found


def test_yesterday_has_its_curve_and_its_highest_power_as_the_meter_says_it(
    modules: Modules,
) -> None:
    found = yesterday(modules, known_later("usual"))
    assert found["words"].startswith("Yesterday\u2019s power Tuesday, 24 November 2026")
    assert "2,410 W Highest power, at 19:30" in found["words"]
    assert found["curves"] == 1
    assert found["questions"][-2:] == [["sen1/values", "half_hour"], ["sen1/energies", "day"]]


def test_a_highest_half_hour_is_not_called_the_highest_power(modules: Modules) -> None:
    means = {"power": [1.9], "unit": "kW", "basis": "half_hour"}
    found = yesterday(modules, known_later("usual"), peak=means)
    assert "1,900 W Highest half-hour, at 19:30" in found["words"]


@pytest.mark.parametrize(
    ("state", "change", "said"),
    [
        pytest.param(
            8.9,
            {"values": {"of_days": {"sen1:site0_bought": [[0, 48]]}}, "peak": {"power": [None]}},
            "Of that day the whole is known, and not its half-hours.",
            id="a value of the whole day is no curve",
        ),
        pytest.param(
            "unknown",
            {"values": {"values": {}}, "peak": {"power": [None]}},
            "Not known yet",
            id="nothing has come yet",
        ),
        pytest.param(8.9, {"sen1/values": None}, "Of that day the whole is known", id="no answer"),
        pytest.param(
            "unknown", {"statistics": {}, "values": {"values": {}}}, "Not known yet", id="just made"
        ),
    ],
)
def test_what_is_not_known_of_yesterday_is_not_drawn(
    modules: Modules, state: float | str, change: dict[str, Any], said: str
) -> None:
    town = known_later("usual")
    town.set(0, "bought_yesterday", str(state))
    found = yesterday(modules, town, **change)
    assert said in found["words"]
    assert None not in found["ids"]
    assert " W" not in found["words"]
    assert found["curves"] == 0


def test_a_day_that_has_not_come_yet_is_no_zero_and_says_until_when_is_known(
    modules: Modules,
) -> None:
    town = Town(1)
    for key in ("bought_day", "cost_day"):
        town.remove(0, key)
    town.add(0, "bought_yesterday", "unknown", known_until="2020-01-10T00:00:00+01:00")
    said = words(modules, town, "home", part="today")
    assert "Not known yet" in said
    assert "known until 9 January 2020" in said
    assert "0 kWh" not in said
