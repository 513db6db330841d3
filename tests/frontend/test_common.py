"""What Compare counts, against a straightforward computation of the same series."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import batched, pairwise
from math import nan
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from .conftest import Modules, at, near

PARIS = ZoneInfo("Europe/Paris")
CHOICES = 500
AT_ONCE = 25
MOMENT = timedelta(milliseconds=1)

UNITS = {"kW": False, "L": True, "m³": True, "°C": False, "°C·d": True}
"""What the page is told series in, and whether a step has what was counted in it."""

FIGURES = """
    const found = [];
    for (const { period, series } of choices) {
        const answers = {};
        for (const { id, told } of series) answers[id] = told;
        const callWS = async ({ ids }) => {
            const of = (key) => Object.fromEntries(ids.map((id) => [id, answers[id][key]]));
            return {
                values: of("values"), partial: of("partial"), of_days: of("of_days"),
                unit: of("unit"), is_amount: of("is_amount"),
            };
        };
        const hass = { connected: true, config: { time_zone: "Europe/Paris" }, callWS };
        const { promise: ready, resolve } = Promise.withResolvers();
        const seen = new compared.Compared(resolve);
        const ids = series.map(({ id }) => id);
        seen.want(hass, ids, period);
        await ready;
        if (seen.status === "error") throw seen.error;
        found.push({
            time: seen.time ?? null,
            series: ids.map((id) => {
                const all = seen.summary(id);
                return {
                    min: all?.min ?? NaN, max: all?.max ?? NaN, at: all?.at ?? null,
                    mean: all?.mean ?? NaN, total: seen.total(id).value ?? NaN,
                };
            }),
        });
    }
    return found;
"""


@dataclass
class Step:
    """What is known of a step."""

    begin: datetime
    value: float
    part: float
    is_of_days: bool


def steps_of(draw: Random, begin: datetime, end: datetime, step: timedelta) -> list[Step]:
    """Return what is known of a period: whole runs, parts of steps, days."""
    steps = [
        Step(begin + n * step, round(draw.uniform(0, 20), 3), 1, is_of_days=False)
        for n in range((end - begin) // step)
    ]
    for _ in range(draw.randrange(4)):
        first, length = draw.randrange(len(steps)), draw.randrange(1, len(steps))
        part = draw.choice([0, 0, 0, 0.25, 0.5, 0.75])
        for one in steps[first : first + length]:
            one.part = part
    if draw.random() < 0.3:
        half = len(steps) // 2
        for one in draw.choice([steps[:half], steps[half:]]):
            one.part = 0
    if draw.random() < 0.2:
        for one in steps[draw.randrange(len(steps)) :]:
            one.is_of_days = True
    return steps


def told(steps: Sequence[Step], unit: str) -> dict[str, Any]:
    """Return what Home Assistant answers of them; of an amount what is known of it."""
    is_amount = UNITS[unit]
    values = [one.value * one.part if is_amount else one.value for one in steps]
    edges = pairwise([False, *(one.is_of_days and one.part > 0 for one in steps), False])
    changes = [n for n, (before, after) in enumerate(edges) if before is not after]
    return {
        "values": [value if one.part else None for one, value in zip(steps, values, strict=True)],
        "partial": [[n, one.part] for n, one in enumerate(steps) if 0 < one.part < 1],
        "of_days": list(batched(changes, 2, strict=True)),
        "unit": unit,
        "is_amount": is_amount,
    }


type Known = list[list[Step]]
"""Of each series that is compared its steps, one beside the other."""


def figures(all_: Known, one: int, unit: str, step: timedelta) -> dict[str, Any]:
    """Return the figures of a series."""
    parts = [min(series[n].part for series in all_) for n in range(len(all_[0]))]
    if len(all_) > 1:
        parts = [0 if one < 0.5 else one for one in parts]
    is_common = any(parts)
    if not is_common:
        parts = [at.part for at in all_[one]]
    used = [(at, p) for at, p in zip(all_[one], parts, strict=True) if p]
    half = [(at, p) for at, p in used if p >= 0.5]
    whole = [at for at, p in used if p == 1 and not at.is_of_days]
    mean = sum(at.value * p for at, p in half) / sum(p for _, p in half) if half else nan
    sums = sum(at.value * p for at, p in used)
    total = sums if UNITS[unit] else sums * (step / timedelta(hours=1)) if unit == "kW" else mean
    values = [at.value for at in whole]
    known = [sum(at.part for at in series) for series in all_]
    shared = sum(parts) if is_common else 0
    return {
        "min": min(values, default=nan),
        "max": max(values, default=nan),
        "at": next((at.begin for at in whole if at.value == max(values)), None),
        "mean": mean,
        "total": total if used else nan,
        "time": shared * (step / MOMENT) if max(known) - shared > 0.01 else None,
    }


@dataclass
class Choice:
    """Some series over a period, and what was to be found."""

    asked: dict[str, Any]
    series: list[tuple[str, list[Step]]]
    step: timedelta

    def expected(self) -> tuple[float | None, list[dict[str, Any]]]:
        """Return how long is compared, and the figures of each series."""
        kept = [
            n
            for n, (_unit, steps) in enumerate(self.series)
            if any(one.part >= 0.5 for one in steps)
        ]
        all_ = [self.series[n][1] for n in kept]
        found = []
        for n, (unit, steps) in enumerate(self.series):
            if n not in kept:
                # It is shown for itself, if at all.
                alone = figures([steps], 0, unit, self.step)
                found.append({key: value for key, value in alone.items() if key != "time"})
                continue
            found.append(figures(all_, kept.index(n), unit, self.step))
        return next((one["time"] for one in found if "time" in one), None), found


def choices(draw: Random) -> Iterator[Choice]:
    """Yield periods of all lengths, with clock changes, of up to three series."""
    for _ in range(CHOICES):
        unit, days = draw.choice([("day", 1), ("week", 7), ("days", 3), ("days", 30), ("month", 0)])
        first = date(2026, draw.choice([1, 3, 3, 4, 10, 11]), 1) + timedelta(
            days=0 if unit == "month" else draw.randrange(28)
        )
        if unit == "week":
            first -= timedelta(days=first.weekday())
        last = first + timedelta(days=days)
        if unit == "month":
            last = (first + timedelta(days=31)).replace(day=1)
        step = timedelta(minutes=60 if (last - first).days > 8 else 30)
        begin, end = (at(str(one), "Europe/Paris") for one in (first, last))
        series = [
            (draw.choice(list(UNITS)), steps_of(draw, begin, end, step))
            for _ in range(draw.randrange(1, 4))
        ]
        asked = {
            "period": {"unit": unit, "begin": begin, "end": end},
            "series": [
                {"id": f"sensor.{n}", "told": told(steps, of)}
                for n, (of, steps) in enumerate(series)
            ],
        }
        yield Choice(asked, series, step)


def test_any_series_over_any_periods_are_counted_over_what_all_know(modules: Modules) -> None:
    less = nothing = 0
    for some in batched(choices(Random(39)), AT_ONCE, strict=True):
        found = modules.run(
            FIGURES, now="2027-02-01T12:00:00Z", choices=[one.asked for one in some]
        )
        for choice, page in zip(some, found, strict=True):
            time, series = choice.expected()
            said = str(choice.asked["period"])
            assert page["time"] == (time if time is None else pytest.approx(time)), said
            for there, right in zip(page["series"], series, strict=True):
                assert there["at"] == right.pop("at", None), said
                right.pop("time", None)
                assert [there[key] for key in right] == near_to_digits(right.values()), said
            less += bool(time)
            nothing += time == 0
    # It was tried on what it is about.
    assert less > 100
    assert nothing > 10


def near_to_digits(values: Any) -> Any:
    """Return what is equal to numbers as the page tells them, to 0.1 Wh."""
    return pytest.approx(list(values), rel=1e-4, abs=1e-4, nan_ok=True)


@pytest.mark.parametrize(
    ("all_", "expected"),
    [
        pytest.param([[0.1, 0.6, 1, 0]], [0.1, 0.6, 1, 0], id="one alone: all it knows"),
        pytest.param([[0.1, 0.6, 1, 1], [1, 1, 0.5, 0]], [0, 0.6, 0.5, 0], id="what both know"),
        pytest.param([[1, 1], []], [0, 0], id="nothing is known of one"),
    ],
)
def test_what_is_compared_is_what_all_know_of_a_step(
    modules: Modules, all_: list[list[float]], expected: list[float]
) -> None:
    found = modules.value("common.common(all.map((one) => Float64Array.from(one)))", all=all_)
    assert list(found.values() if isinstance(found, dict) else found) == near(expected)


@pytest.mark.parametrize(
    ("time", "language", "words"),
    [
        pytest.param("undefined", "en", None, id="all that is known"),
        pytest.param("23 * 86_400_000", "en", "Counted over the 23 days known of each.", id="days"),
        pytest.param(
            "23 * 86_400_000", "fr", "Compté sur les 23 jours connus de chacun.", id="jours"
        ),
        pytest.param("5_400_000", "en", "Counted over the 1.5 h known of each.", id="hours"),
        pytest.param(
            "0",
            "en",
            "Nothing is known of all at the same time: each is counted by itself, "
            "and not compared.",
            id="nothing",
        ),
    ],
)
def test_over_how_much_is_counted_is_told_in_the_same_words(
    modules: Modules, time: str, language: str, words: str | None
) -> None:
    found = modules.run(
        f"""
        const {{ textsOf }} = await import("/texts.js");
        const hass = {{ config: {{ time_zone: "UTC" }}, locale: {{ language }} }};
        const text = await textsOf(language, "comparison");
        return common.countedOver(text, formats.formatsOf(hass), {time}) ?? null;
        """,
        language=language,
    )
    assert found == words
