"""What is fetched for a comparison, and when."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import mean
from typing import Any

import pytest

from .conftest import Modules, at, near

PARIS = "Europe/Paris"
NOW = "2026-11-24T14:20:00Z"

HALF = 1_800_000
HOUR = 3_600_000
DAY = 24 * HOUR


def power(time: datetime) -> int:
    """Return what the recorder of the page says that a series was in the hour of a time, kW."""
    return int(time.timestamp()) // 3600 % 97


HOUSE = """
    const asked = [];
    const changes = [];
    const lengths = { five_minutes: 300_000, half_hour: 1_800_000, hour: 3_600_000 };
    const hass = {
        connected: true,
        config: { time_zone: "Europe/Paris" },
        callWS: async ({ begin, end, step, ids }) => {
            asked.push([begin, step, ids]);
            const begins = [];
            const [from, to] = [begin, end].map(Date.parse);
            for (let at = from; at < to; at += lengths[step]) begins.push(at);
            const known = ids.filter((id) => id !== "sensor.empty");
            const of = (at) => at < Date.now() ? Math.floor(at / 3_600_000) % 97 : null;
            return {
                begins,
                unit: Object.fromEntries(
                    known.map((id) => [id, id === "sensor.water" ? "L" : "kW"])),
                values: Object.fromEntries(known.map((id) => [id, begins.map(of)])),
                partial: {},
                of_days: {},
                is_amount: { "sensor.water": true },
            };
        },
    };
    /** Let what was asked be answered: no answer waits for a timer. */
    const answered = () => new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = resolve;
        port2.postMessage(null);
    });
    const seen = new compared.Compared(() => changes.push(seen.status));
"""


class Card:
    """A card of a page, which compares what a Home Assistant tells."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules

    def begin(self) -> None:
        """Begin anew, with nothing fetched."""
        names = "{ asked, changes, hass, answered, seen }"
        self._modules.run(f"{HOUSE} window.card = {names};")

    def play(self, code: str, *, now: str = NOW, **given: Any) -> Any:
        """Return what a function's body returns, of the card as it is by now."""
        names = "const { asked, changes, hass, answered, seen } = window.card;"
        return self._modules.run(names + code, now=now, **given)


@pytest.fixture
def card(modules: Modules) -> Card:
    """Return a card that has fetched nothing."""
    card = Card(modules)
    card.begin()
    return card


def days(first: str, last: str, unit: str = "days") -> dict[str, Any]:
    """Return a period of days of Paris, of which the last is not part."""
    return {"unit": unit, "begin": at(first, PARIS), "end": at(last, PARIS)}


def steps(period: dict[str, Any], step: timedelta) -> list[datetime]:
    count = (period["end"] - period["begin"]) // step
    return [period["begin"] + n * step for n in range(count)]


def days_of(first: str, count: int) -> list[float]:
    """Return the mean of each of some days."""
    begin = datetime.fromisoformat(first)
    begins = [at((begin + timedelta(n)).isoformat(), PARIS) for n in range(count + 1)]
    return [
        mean(power(one) for one in steps({"begin": day, "end": end}, timedelta(hours=1)))
        for day, end in pairwise(begins)
    ]


LAST_DAYS = days("2026-11-20", "2026-11-22")
BEFORE = days("2026-11-18", "2026-11-20")
TODAY = days("2026-11-24", "2026-11-25", "day")


# What is fetched


def test_each_series_of_a_period_is_fetched_once(card: Card) -> None:
    found = card.play(
        """
        const before = [seen.status, seen.has("sensor.a")];
        seen.want(hass, ["sensor.a", "sensor.b", "sensor.a"], period);
        const meanwhile = seen.status;
        await answered();
        seen.want(hass, ["sensor.a", "sensor.b", "sensor.a"], { ...period });
        await answered();
        return {
            before, meanwhile, changes, asked,
            after: seen.status, step: seen.step, period: seen.period,
            values: [...seen.values["sensor.b"]], drawn: [...seen.drawn("sensor.b")],
        };
        """,
        period=LAST_DAYS,
    )
    halves = near(power(time) for time in steps(LAST_DAYS, timedelta(minutes=30)))
    assert found == {
        "before": ["loading", False],
        "meanwhile": "loading",
        "changes": ["ready"],
        "asked": [["2026-11-19T23:00:00.000Z", "half_hour", ["sensor.a", "sensor.b"]]],
        "after": "ready",
        "step": HALF,
        "period": LAST_DAYS,
        "values": halves,
        "drawn": halves,
    }


def test_a_series_is_there_if_any_of_it_is_known(card: Card) -> None:
    found = card.play(
        """
        seen.want(hass, ["sensor.a", "sensor.empty"], period);
        await answered();
        return ["sensor.a", "sensor.empty", "sensor.other"].map(seen.has);
        """,
        period=days("2026-10-01", "2026-10-02"),
    )
    assert found == [True, False, False]


@pytest.mark.parametrize(
    ("period", "now", "times"),
    [
        pytest.param(TODAY, "2026-11-24T14:24:59Z", 1, id="a day that goes on, a little later"),
        pytest.param(TODAY, "2026-11-24T14:25:00Z", 2, id="a day that goes on, minutes later"),
        pytest.param(BEFORE, "2026-11-24T23:00:00Z", 1, id="days that are over, hours later"),
    ],
)
def test_a_period_that_goes_on_is_asked_for_again(
    card: Card, period: dict[str, Any], now: str, times: int
) -> None:
    want = """
        seen.want(hass, ["sensor.a"], period);
        const meanwhile = [seen.status, seen.has("sensor.a")];
        await answered();
        return [meanwhile, changes];
    """
    assert card.play(want, period=period) == [["loading", False], ["ready"]]
    # What is there is shown until the answer comes.
    assert card.play(want, period=period, now=now) == [["ready", True], ["ready"] * times]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param("period: { ...period, begin: earlier }", id="a period that begins earlier"),
        pytest.param("period: { ...period, end: later }", id="a period that ends later"),
        pytest.param('series: ["sensor.b"]', id="another series"),
    ],
)
def test_what_else_is_wanted_is_fetched(card: Card, changed: str) -> None:
    found = card.play(
        f"""
        const wanted = {{ series: ["sensor.a"], period }};
        const want = ({{ series, period }}) => seen.want(hass, series, period);
        want(wanted);
        await answered();
        const first = asked.length;
        want({{ ...wanted, {changed} }});
        const meanwhile = [seen.status, seen.has("sensor.a")];
        await answered();
        return [first, asked.length > first, changes, meanwhile];
        """,
        period=LAST_DAYS,
        earlier=BEFORE["begin"],
        later=TODAY["begin"],
    )
    # Only of another period is nothing there yet.
    meanwhile = ["loading", False] if changed.startswith("period") else ["ready", True]
    assert found == [1, True, ["ready", "ready"], meanwhile]


def test_an_answer_to_what_is_no_longer_wanted_is_left(card: Card) -> None:
    found = card.play(
        """
        const answers = [];
        const { callWS } = hass;
        hass.callWS = (message) => new Promise((resolve, reject) => {
            answers.push({ reject, answer: () => callWS(message).then(resolve) });
        });
        const periods = [first, second, third];
        for (const period of periods) seen.want(hass, ["sensor.a"], period);
        answers[2].answer();
        await answered();
        answers[0].answer();
        answers[1].reject(new Error("too late"));
        await answered();
        return [seen.status, changes, seen.period];
        """,
        first=days("2026-10-01", "2026-10-02"),
        second=days("2026-10-02", "2026-10-03"),
        third=days("2026-10-03", "2026-10-04"),
    )
    assert found == ["ready", ["ready"], days("2026-10-03", "2026-10-04")]


def test_a_recorder_that_does_not_answer_is_told_until_it_does(card: Card) -> None:
    found = card.play(
        """
        const { callWS } = hass;
        hass.callWS = async () => { throw new Error("no recorder"); };
        seen.want(hass, ["sensor.a"], period);
        await answered();
        const message = seen.error.message;
        hass.callWS = callWS;
        seen.want(hass, ["sensor.a"], period);
        await answered();
        const meanwhile = seen.status;
        seen.asked = "";  // as the button to try again does
        seen.want(hass, ["sensor.a"], period);
        await answered();
        return [message, meanwhile, changes, seen.has("sensor.a")];
        """,
        period=LAST_DAYS,
    )
    assert found == ["no recorder", "error", ["error", "ready"], True]


def test_without_a_connection_what_is_there_is_shown_until_it_is_back(card: Card) -> None:
    found = card.play(
        """
        const told = [];
        const want = async (connected) => {
            seen.want({ ...hass, connected }, ["sensor.a"], period);
            told.push([seen.status, seen.has("sensor.a"), asked.length]);
            await answered();
        };
        for (const connected of [false, true, false, true]) await want(connected);
        return [told, changes];
        """,
        period=days("2026-10-01", "2026-10-02"),
    )
    told = [["loading", False, 0], ["loading", False, 1], ["offline", True, 1]]
    assert found == [[*told, ["offline", True, 2]], ["ready", "ready"]]


def test_of_another_period_chosen_without_a_connection_nothing_is_there_yet(card: Card) -> None:
    found = card.play(
        """
        const told = [];
        const want = async (connected, period) => {
            seen.want({ ...hass, connected }, ["sensor.a"], period);
            await answered();
            told.push([seen.status, seen.period, asked.length]);
        };
        await want(true, first);
        await want(false, second);
        await want(false, first);
        await want(false, second);
        await want(true, second);
        return told;
        """,
        first=LAST_DAYS,
        second=BEFORE,
    )
    assert found == [
        ["ready", LAST_DAYS, 1],
        ["loading", LAST_DAYS, 1],
        ["offline", LAST_DAYS, 1],
        ["loading", LAST_DAYS, 1],
        ["ready", BEFORE, 2],
    ]


# How it is drawn and counted


DRAWN = """
    seen.want(hass, ["sensor.a", "sensor.empty"], period);
    await answered();
    return {
        steps: [seen.step, seen.drawnStep],
        isLong: seen.isLong,
        drawn: [...seen.drawn("sensor.a")],
        empty: seen.drawn("sensor.empty").every(Number.isNaN),
    };
"""


@pytest.mark.parametrize(
    ("period", "step"),
    [
        pytest.param(("2026-11-20", "2026-11-21"), "half_hour", id="a day"),
        pytest.param(("2026-10-19", "2026-10-27"), "half_hour", id="eight days, one of 25 h"),
        pytest.param(("2026-10-19", "2026-10-28"), "hour", id="nine days"),
        pytest.param(("2025-01-01", "2027-01-01"), "hour", id="two years"),
    ],
)
def test_a_period_is_fetched_as_finely_as_it_can_be_seen(
    modules: Modules, period: tuple[str, str], step: str
) -> None:
    assert modules.value("fetched.stepOf(period)", period=days(*period)) == step


def test_an_hour_is_fetched_by_five_minutes(modules: Modules) -> None:
    begin = at("2026-11-20T10:00", PARIS)
    period = {"unit": "hour", "begin": begin, "end": begin + timedelta(hours=1)}
    assert modules.value("fetched.stepOf(period)", period=period) == "five_minutes"


def test_a_total_is_an_energy_an_amount_or_a_mean_and_says_what_is_known(card: Card) -> None:
    found = card.play(
        """
        seen.want(hass, ["sensor.a", "sensor.water"], period);
        await answered();
        seen.told["sensor.a"].values.fill(3);
        seen.told["sensor.water"].values.fill(2);
        seen.compare();
        const told = ["sensor.a", "sensor.water"].map((id) => seen.total(id));
        seen.units["sensor.water"] = "°C";
        seen.told["sensor.water"].isAmount = false;
        seen.told["sensor.a"].parts.fill(0, 0, 24);
        return [told, seen.total("sensor.water"), seen.known("sensor.a")];
        """,
        period=LAST_DAYS,
    )
    assert found == [
        [{"value": 3 * 48, "unit": "kWh"}, {"value": 2 * 96, "unit": "L"}],
        {"value": 2, "unit": "°C"},
        0.75,
    ]


def test_of_a_day_that_goes_on_the_part_that_has_passed_can_be_known(card: Card) -> None:
    found = card.play(
        """
        seen.want(hass, ["sensor.a"], period);
        await answered();
        return seen.known("sensor.a");
        """,
        period=TODAY,
    )
    assert found == 1


@pytest.mark.parametrize(
    ("last", "is_long"),
    [
        pytest.param("2026-11-02", False, id="62 days"),
        pytest.param("2026-11-03", True, id="63 days, with one of 25 h"),
    ],
)
def test_long_periods_are_drawn_day_by_day(card: Card, last: str, is_long: bool) -> None:
    period = days("2026-09-01", last)
    found = card.play(DRAWN, period=period)
    assert found["isLong"] is is_long
    assert found["steps"] == [HOUR, DAY if is_long else HOUR]
    assert found["empty"]
    if is_long:
        assert found["drawn"] == near(days_of("2026-09-01", 63))
    else:
        assert found["drawn"] == [power(time) for time in steps(period, timedelta(hours=1))]


def test_a_leap_year_is_drawn_day_by_day(card: Card) -> None:
    found = card.play(DRAWN, period=days("2024-01-01", "2025-01-01", "year"))
    assert found["drawn"] == near(days_of("2024-01-01", 366))


# What a card says


@pytest.mark.parametrize(
    ("config", "period"),
    [
        pytest.param({"period": "yesterday"}, days("2026-11-23", "2026-11-24", "day"), id="known"),
        pytest.param({}, days("2026-11-17", "2026-11-24"), id="none"),
        pytest.param({"period": "for_ever"}, days("2026-11-17", "2026-11-24"), id="unknown"),
    ],
)
def test_a_period_is_the_preset_that_is_named_or_the_last_seven_days(
    modules: Modules, config: dict[str, str], period: dict[str, Any]
) -> None:
    given = {"config": config, "zone": PARIS}
    found = modules.value("compared.Compared.period(config, zone)", now=NOW, **given)
    assert found == period
    # Just after midnight, the day is that of the home.
    late = datetime(2026, 11, 23, 23, 5, tzinfo=UTC).isoformat()
    assert modules.value("compared.Compared.period(config, zone)", now=late, **given) == period


def test_what_is_shown_under_two_devices_is_offered_once(modules: Modules) -> None:
    found = modules.run(
        """
        const row = (entity_id, device_id, translation_key) =>
            ({ entity_id, device_id, translation_key, platform: "sen1" });
        const rows = [
            row("sensor.status", "friend", "series_status"), row("sensor.a", "friend"),
            row("sensor.other", "part", "series_status"), row("sensor.b", "part"),
        ];
        const said = (friendly_name) =>
            ({ attributes: { friendly_name, device_class: "energy", statistic: "sen1:friend_a" } });
        const hass = {
            entities: Object.fromEntries(rows.map((one) => [one.entity_id, one])),
            devices: {
                friend: { id: "friend", name: "Coop" },
                part: { id: "part", name: "Roofs" },
            },
            states: { "sensor.a": said("Coop Roof"), "sensor.b": said("Roofs Roof") },
        };
        return others.ofFriends(hass, { called: {} })
            .map((group) => group.series.map(({ entity }) => entity));
        """
    )
    assert found == [["sensor.a"], []]


@pytest.mark.parametrize(
    ("called", "name"),
    [
        pytest.param("home.consumption", "Consommation du logement", id="ours"),
        pytest.param("home.consumption, Rue Neuve", "Consommation du logement, Rue Neuve", id="of"),
        pytest.param("home.unheard_of", "Consumption of the home", id="of a later version"),
        pytest.param(None, "Consumption of the home", id="written by people"),
    ],
)
def test_a_reading_is_called_in_the_language_of_who_looks(
    modules: Modules, called: str | None, name: str
) -> None:
    """Home Assistant is in English, as it says in `friendly_name`; who looks reads French."""
    found = modules.run(
        """
        const text = await texts.textsOf("fr");
        return installation.calledOf(text, attributes, "Coop");
        """,
        attributes={"called": called, "friendly_name": "Coop Consumption of the home"}
        if called
        else {"friendly_name": "Coop Consumption of the home"},
    )
    assert found == {"name": name, "full": f"Coop {name}"}
