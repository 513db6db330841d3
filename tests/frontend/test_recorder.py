"""Statistics as powers in equal steps, against sums of whole numbers made in Python."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import nan
from statistics import mean
from typing import Any

import pytest

from .conftest import Modules, at, near

PARIS = "Europe/Paris"
HALF = 1_800_000
HOUR = 3_600_000


def measured(unit: str, shown: str | None = None, *, has_sum: bool = False) -> dict[str, Any]:
    """Return what the recorder knows of a statistic, whose entity may be shown in another unit."""
    return {
        "has_sum": has_sum,
        "statistics_unit_of_measurement": unit,
        "display_unit_of_measurement": shown or unit,
    }


POWER = measured("W")
ENERGY = measured("Wh", has_sum=True)


def day(text: str, days: int = 1, zone: str = PARIS) -> dict[str, Any]:
    """Return a period of days of a zone."""
    begin = datetime.fromisoformat(text)
    end = begin + timedelta(days)
    return {"unit": "days", "begin": at(text, zone), "end": at(end.isoformat(), zone)}


def row(begin: datetime, minutes: int, **given: float | None) -> dict[str, Any]:
    """Return a row as the recorder gives it over the WebSocket."""
    start = int(begin.timestamp() * 1000)
    return {"start": start, "end": start + minutes * 60_000, **given}


def rows(begin: datetime, minutes: int, key: str, values: Iterable[float]) -> list[dict[str, Any]]:
    """Return rows that follow one another; nothing for what is not a number."""
    return [
        row(begin + timedelta(minutes=n * minutes), minutes, **{key: value})
        for n, value in enumerate(values)
        if value == value
    ]


class Recorder:
    """A recorder of a page, of known statistics; and what it was asked."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self.metadata: dict[str, dict[str, Any]] = {}
        self.fine: dict[str, list[dict[str, Any]]] = {}
        self.hours: dict[str, list[dict[str, Any]]] = {}
        self.asked: list[dict[str, Any]] = []

    def powers(
        self, ids: list[str], period: dict[str, Any], step: int, now: str = "2026-11-24T14:20:00Z"
    ) -> dict[str, list[float]]:
        found = self._modules.run(
            """
            const asked = [];
            const callWS = async (message) => {
                asked.push(message);
                if (message.type === "recorder/get_statistics_metadata") {
                    return message.statistic_ids.filter((id) => id in metadata)
                        .map((id) => ({ statistic_id: id, ...metadata[id] }));
                }
                const all = { "5minute": fine, hour: hours }[message.period];
                return Object.fromEntries(message.statistic_ids.filter((id) => id in all)
                    .map((id) => [id, all[id]]));
            };
            const found = await recorder.powers({ callWS }, ids, period, step);
            return {
                asked,
                powers: Object.fromEntries(
                    Object.entries(found).map(([id, values]) => [id, [...values]])),
            };
            """,
            now=now,
            ids=ids,
            period=period,
            step=step,
            metadata=self.metadata,
            fine=self.fine,
            hours=self.hours,
        )
        self.asked = found["asked"]
        powers: dict[str, list[float]] = found["powers"]
        return powers


@pytest.fixture
def recorder(modules: Modules) -> Recorder:
    """Return a recorder that has nothing yet."""
    return Recorder(modules)


# What is asked


def test_nothing_is_asked_of_no_series(recorder: Recorder) -> None:
    assert recorder.powers([], day("2026-11-20"), HALF) == {}
    assert recorder.asked == []


@pytest.mark.parametrize(("step", "asked"), [(HALF, "5minute"), (HOUR, "hour")])
def test_the_recorder_is_asked_for_the_period_in_kilowatts(
    recorder: Recorder, step: int, asked: str
) -> None:
    period = day("2026-03-29")
    recorder.fine["sensor.a"] = rows(period["begin"], 30, "mean", [1] * 46)
    recorder.powers(["sensor.a"], period, step)
    metadata, statistics = recorder.asked
    assert metadata == {
        "type": "recorder/get_statistics_metadata",
        "statistic_ids": ["sensor.a"],
    }
    assert statistics == {
        "type": "recorder/statistics_during_period",
        "start_time": "2026-03-28T23:00:00.000Z",
        "end_time": "2026-03-29T22:00:00.000Z",
        "statistic_ids": ["sensor.a"],
        "period": asked,
        "types": ["mean", "change"],
        "units": {"power": "kW", "energy": "kWh"},
    }


def test_statistics_are_described_by_their_ids(modules: Modules) -> None:
    known = [{"statistic_id": "sensor.a", **POWER}, {"statistic_id": "sen1:b", **ENERGY}]
    found = modules.value("recorder.describe({ callWS: async () => known }, [])", known=known)
    assert found == {"sensor.a": known[0], "sen1:b": known[1]}


# Powers


@pytest.mark.parametrize(
    ("date", "length"),
    [
        pytest.param("2026-03-29", 23, id="a day of 23 h"),
        pytest.param("2026-10-25", 25, id="a day of 25 h"),
        pytest.param("2026-11-20", 24, id="a day of 24 h"),
    ],
)
def test_hours_of_a_mean_and_of_an_index_become_powers(
    recorder: Recorder, date: str, length: int
) -> None:
    period = day(date)
    means = [n / 8 for n in range(length)]
    recorder.metadata = {"sensor.power": POWER, "sensor.index": ENERGY}
    recorder.hours = {
        "sensor.power": rows(period["begin"], 60, "mean", means),
        "sensor.index": rows(period["begin"], 60, "change", [2 * mean for mean in means]),
    }
    found = recorder.powers(["sensor.power", "sensor.index"], period, HOUR)
    assert found == {"sensor.power": means, "sensor.index": [2 * mean for mean in means]}


def test_half_hours_are_made_of_what_is_known_of_each(recorder: Recorder) -> None:
    period = day("2026-11-20")
    begin = period["begin"]
    means: list[float] = [6 * half + part for half in range(48) for part in range(6)]
    changes = [mean / 12 for mean in means]
    # Of the first half-hour, a third is known; of the second, nothing.
    means[2:12] = [nan] * 10
    changes[2:12] = [nan] * 10
    recorder.metadata = {"sensor.power": POWER, "sensor.index": ENERGY}
    recorder.fine = {
        "sensor.power": rows(begin, 5, "mean", means),
        "sensor.index": rows(begin, 5, "change", changes),
    }
    found = recorder.powers(["sensor.power", "sensor.index"], period, HALF)
    expected = [0.5, nan, *(6 * half + 2.5 for half in range(2, 48))]
    assert found == {"sensor.power": near(expected), "sensor.index": near(expected)}


@pytest.mark.parametrize(
    ("metadata", "key", "expected"),
    [
        pytest.param(measured("VA"), "mean", 3, id="VA"),
        pytest.param(measured("VA", "kVA"), "mean", 3000, id="VA, of an entity shown in kVA"),
        pytest.param(measured("kVA", "VA"), "mean", 3, id="kVA, of an entity shown in VA"),
        pytest.param(measured("kVA", "mVA"), "mean", 0.003, id="kVA, of an entity shown in mVA"),
        pytest.param(measured("VAh", has_sum=True), "change", 3, id="VAh"),
        pytest.param(POWER, "mean", 3000, id="W, which the recorder converts"),
        pytest.param(None, "mean", 3000, id="nothing is known of it"),
    ],
)
def test_what_the_recorder_does_not_convert_is_converted(
    recorder: Recorder, metadata: dict[str, Any] | None, key: str, expected: float
) -> None:
    period = day("2026-11-20")
    recorder.metadata = {"sensor.a": metadata} if metadata else {}
    recorder.hours = {"sensor.a": rows(period["begin"], 60, key, [3000] * 24)}
    assert recorder.powers(["sensor.a"], period, HOUR) == {"sensor.a": near([expected] * 24)}


def test_what_lies_outside_the_period_is_not_counted(recorder: Recorder) -> None:
    period = day("2026-11-20")
    begin = period["begin"] - timedelta(hours=2)
    recorder.metadata = {"sensor.a": ENERGY}
    recorder.hours = {"sensor.a": rows(begin, 60, "change", range(28))}
    assert recorder.powers(["sensor.a"], period, HOUR) == {"sensor.a": near(range(2, 26))}


@pytest.mark.parametrize(
    "zone",
    [
        pytest.param(PARIS, id="Paris, whose hours are those of the recorder"),
        pytest.param("Asia/Kolkata", id="India, half an hour apart"),
        pytest.param("Asia/Kathmandu", id="Nepal, three quarters of an hour apart"),
        pytest.param("America/St_Johns", id="Newfoundland, behind by half an hour"),
    ],
)
@pytest.mark.parametrize("step", [HALF, HOUR], ids=["half-hours", "hours"])
@pytest.mark.parametrize(("metadata", "key"), [(POWER, "mean"), (ENERGY, "change")])
def test_hours_of_the_recorder_are_drawn_when_they_were(
    recorder: Recorder, zone: str, step: int, metadata: dict[str, Any], key: str
) -> None:
    period = day("2026-11-20", zone=zone)
    minute = timedelta(minutes=1)
    length = timedelta(milliseconds=step)
    first: datetime = period["begin"].replace(minute=0)
    hourly = [n * n for n in range(25)]

    def power(time: datetime) -> int:
        return hourly[(time - first) // timedelta(hours=1)]

    recorder.metadata = {"sen1:imported": metadata}
    recorder.hours = {"sen1:imported": rows(first, 60, key, hourly)}
    found = recorder.powers(["sen1:imported"], period, step)["sen1:imported"]
    begins = [period["begin"] + n * length for n in range(timedelta(days=1) // length)]
    minutes = [[begin + n * minute for n in range(length // minute)] for begin in begins]
    assert found == near(mean(power(time) for time in times) for times in minutes)
    asked = [one["start_time"] for one in recorder.asked if one.get("period") == "hour"]
    assert [datetime.fromisoformat(one) for one in asked] == [first]


def test_of_what_has_no_rows_nothing_is_known(recorder: Recorder) -> None:
    recorder.metadata = {"sensor.a": POWER}
    assert recorder.powers(["sensor.a"], day("2026-11-20"), HOUR) == {"sensor.a": near([nan] * 24)}


@pytest.mark.parametrize("metadata", [POWER, ENERGY], ids=["a mean", "an index"])
def test_a_row_without_a_value_says_nothing(recorder: Recorder, metadata: dict[str, Any]) -> None:
    period = day("2026-11-20")
    recorder.metadata = {"sensor.a": metadata}
    recorder.hours = {
        "sensor.a": [
            row(period["begin"], 60, mean=None, change=None),
            row(period["begin"] + timedelta(hours=1), 60, mean=4, change=4),
        ]
    }
    expected = near([nan, 4, *[nan] * 22])
    assert recorder.powers(["sensor.a"], period, HOUR) == {"sensor.a": expected}


# Hours where there is nothing finer


def test_hours_are_shown_where_there_is_nothing_finer(recorder: Recorder) -> None:
    period = day("2026-11-20")
    begin = period["begin"]
    fine = [nan] * 36 + [7] * 6 + [nan] * 246  # of the fourth hour, the first half
    recorder.metadata = {"sen1:imported": ENERGY, "sensor.a": POWER}
    recorder.fine = {
        "sen1:imported": rows(begin, 5, "change", [one / 12 for one in fine]),
        "sensor.a": rows(begin, 5, "mean", [1] * 288),
    }
    recorder.hours = {"sen1:imported": rows(begin, 60, "change", [*range(20), *[nan] * 4])}
    found = recorder.powers(["sen1:imported", "sensor.a"], period, HALF)
    halves: list[float] = [n for n in range(20) for _ in range(2)]
    halves[6:8] = [7, nan]
    assert found["sen1:imported"] == near([*halves, *[nan] * 8])
    assert found["sensor.a"] == near([1] * 48)
    asked = [(one.get("period"), one["statistic_ids"]) for one in recorder.asked[2:]]
    assert asked == [(None, ["sen1:imported"]), ("hour", ["sen1:imported"])]


@pytest.mark.parametrize(
    ("now", "filled"),
    [
        pytest.param("2026-11-20T02:59:59Z", 3, id="before the fourth hour is over"),
        pytest.param("2026-11-20T03:00:00Z", 4, id="once the fourth hour is over"),
        pytest.param("2026-11-19T12:00:00Z", 0, id="before the day"),
        pytest.param("2026-12-24T12:00:00Z", 24, id="after the day"),
    ],
)
def test_only_hours_that_are_over_are_asked_for(recorder: Recorder, now: str, filled: int) -> None:
    period = day("2026-11-20")
    recorder.metadata = {"sensor.a": POWER}
    recorder.hours = {"sensor.a": rows(period["begin"], 60, "mean", range(24))}
    found = recorder.powers(["sensor.a"], period, HALF, now)
    halves = [n for n in range(filled) for _ in range(2)]
    assert found == {"sensor.a": near([*halves, *[nan] * (48 - 2 * filled)])}
    assert len(recorder.asked) == (4 if filled else 2)


# What is made of powers


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        pytest.param([0, 2, 4], [1.5, 3, nan], id="what is not known is left out"),
        pytest.param([0], [2], id="one group, to the end"),
        pytest.param([1, 5], [2.5, nan], id="groups that do not begin with the first step"),
    ],
)
def test_groups_have_the_mean_of_their_steps(
    modules: Modules, starts: list[int], expected: list[float]
) -> None:
    begin = at("2026-11-20", PARIS)
    found = modules.value(
        "[...recorder.grouped(Float64Array.from(values), begin, step, starts, end)]",
        values=[1, 2, 3, nan, nan, nan],
        begin=begin,
        step=HALF,
        starts=[begin + timedelta(minutes=30 * n) for n in starts],
        end=begin + timedelta(hours=3),
    )
    assert found == near(expected)


@pytest.mark.parametrize(
    ("production", "consumption", "expected"),
    [
        pytest.param(
            [0, 1, 3, 2], [1, 2, 2, 2], (2.5, 1, 0.5, 2.5 / 3.5), id="each half-hour for itself"
        ),
        pytest.param([nan, 2], [4, 1], (0.5, 0, 0.5, 1), id="no production known"),
        pytest.param([4, 2], [nan, 1], (0.5, 0, 0.5, 1), id="no consumption known"),
        pytest.param([-1, 1], [2, 2], (0.5, 1.5, 0, 0.25), id="a production below nothing"),
        pytest.param([1, 1], [-2, 2], (0.5, 0.5, 0.5, 0.5), id="a consumption below nothing"),
        pytest.param([1, 1], [0, 0], (0, 0, 1, nan), id="nothing is consumed"),
        pytest.param([nan], [nan], (0, 0, 0, nan), id="nothing is known"),
    ],
)
def test_a_production_covers_what_is_consumed_at_the_same_time(
    modules: Modules,
    production: list[float],
    consumption: list[float],
    expected: tuple[float, float, float, float],
) -> None:
    found = modules.value(
        """recorder.coverage(Float64Array.from(production), Float64Array.from(consumption), step,
            production.map((one, i) => Number.isNaN(one + consumption[i]) ? 0 : 1))""",
        production=production,
        consumption=consumption,
        step=HALF,
    )
    assert [found[key] for key in ("covered", "grid", "surplus", "share")] == near(expected)
