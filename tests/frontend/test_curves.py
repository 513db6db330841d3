"""What each picture of curves draws, at each width and length, against a plain computation."""

from datetime import date, datetime, timedelta
from itertools import pairwise
import math
import re
from typing import Any

import pytest

from .conftest import Modules, at

PARIS = "Europe/Paris"
HOUR_MS = 3_600_000
MARGINS = 11 * 3.2 + 8
"""What a picture keeps free at its left and right."""

WIDTHS = (346, 800, 1400)

PERIODS = {
    "a day": ("2026-06-24", "2026-06-25", HOUR_MS // 12),
    "30 days": ("2026-05-26", "2026-06-25", HOUR_MS // 2),
    "two years": ("2025-01-01", "2027-01-01", HOUR_MS),
    "the day of 23 hours": ("2026-03-29", "2026-03-30", HOUR_MS // 12),
    "the day of 25 hours": ("2026-10-25", "2026-10-26", HOUR_MS // 12),
}

DRAW = """
    const hass = {
        config: { time_zone: "Europe/Paris" },
        locale: { language: "en", number_format: "language", time_format: "24" },
    };
    const period = { unit: "days", begin: new Date(begin), end: new Date(end) };
    const arrays = Object.fromEntries(Object.entries(series).map(([name, values]) =>
        [name, Float64Array.from(values, (value) => value ?? NaN)]));
    const given = { period, step, width, height: 300, formats: formats.formatsOf(hass), until };
    const { one, other, third } = arrays;
    const line = (name, values, rest) => ({ values, line: name, pale: `pale-${name}`, ...rest });
    const svg = {
        ofDays: () => curves.lines("", {
            ...given, lines: [line("one", one, { ofDays: arrays.other })],
        }),
        alone: () => curves.lines("", { ...given, lines: [line("one", one)] }),
        several: () => curves.lines("", {
            ...given, lines: [line("one", one), line("other", other)],
        }),
        usual: () => curves.lines("", {
            ...given, lines: [line("one", one)], usual: { low: other, high: third, step },
        }),
        stacked: () => curves.stacked("", {
            ...given, lines: [line("one", one), line("other", other), line("third", third)],
        }),
        coverage: () => curves.coverageOf("", { ...given, production: one, consumption: other }),
        between: () => curves.strip("", { ...given, values: one, colour: "one" }),
        counted: () => curves.strip("", { ...given, values: one, colour: "one", isCounted: true }),
    }[mode]();
    const shown = 'path, rect[fill=one], rect[fill="url(#hatch-none)"]';
    return [...svg.querySelectorAll(shown)].map((drawn) => [
        drawn.getAttribute("stroke") ?? drawn.getAttribute("fill"),
        drawn.getAttribute("d") ??
            ["x", "y", "height", "width"].map((name) => drawn.getAttribute(name)).join(" "),
    ]);
"""

type Points = list[tuple[float, float]]

type Places = list[tuple[float, float | None, float | None]]
"""Where a step lies from left to right, and its values."""


def values(seed: int, count: int, step: int) -> list[float | None]:
    """Return values that no two steps nearby have in common, with a gap of some steps."""
    hours = step / HOUR_MS
    made: list[float | None] = [
        (1 + seed) * (1.2 + math.sin(i * hours / 24 * math.tau + seed))
        + ((i * (37 + 2 * seed)) % 101) / 101
        for i in range(count)
    ]
    gap = count // 50
    first = count // 3 + seed * gap // 2
    made[first : first + gap] = [None] * gap
    return made


def drawn(
    modules: Modules, mode: str, period: str, width: int, until: int | None = None, **series: Any
) -> list[Any]:
    begin, end, step = PERIODS[period]
    found: list[Any] = modules.run(
        DRAW,
        mode=mode,
        width=width,
        step=step,
        until=until,
        series=series,
        begin=at(begin, PARIS).isoformat(),
        end=at(end, PARIS).isoformat(),
    )
    return found


def made(period: str, *seeds: int) -> list[list[float | None]]:
    begin, end, step = PERIODS[period]
    count = round((at(end, PARIS) - at(begin, PARIS)).total_seconds() * 1000 / step)
    return [values(seed, count, step) for seed in seeds]


def kept(series: list[list[float | None]], width: int) -> list[int]:
    """Return which steps are drawn: of each pixel its ends, and each series' least and most."""
    count = len(series[0])
    per_pixel = count / (width - MARGINS)
    if per_pixel <= 2:
        return list(range(count))
    size = math.ceil(per_pixel)
    steps: set[int] = set()
    for first in range(0, count, size):
        group = range(first, min(count, first + size))
        steps |= {group[0], group[-1]}
        for one in series:
            known = {i: value for i in group if (value := one[i]) is not None}
            if known:
                steps |= {min(known, key=known.__getitem__), max(known, key=known.__getitem__)}
    return sorted(steps)


def numbers(path: str) -> list[Points]:
    """Return the places of each part of a path."""
    return [
        [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", part)]
        for part in path.split("M")[1:]
    ]


class Picture:
    """What is drawn right: the places of steps of a picture that reaches up to a value."""

    def __init__(self, modules: Modules, width: int, most: float) -> None:
        self.width = width
        self.top: float = modules.run(
            'return (await import("/chart.js")).scaleTo(most).top;', most=most
        )

    def x(self, part: float) -> float:
        return 11 * 3.2 + part * (self.width - MARGINS)

    def y(self, value: float) -> float:
        bottom = 300 - 11 * 1.9
        return bottom - value / self.top * (bottom - 11 * 1.8)

    def line(self, places: Places) -> list[Points]:
        """Return a line, which is interrupted where nothing is known."""
        return [[(x, self.y(top)) for x, top, _ in run] for run in runs(places)]

    def area(self, places: Places) -> list[Points]:
        """Return what lies between two values: there along the one, back along the other."""
        return [
            [(x, self.y(top)) for x, top, _ in run]
            + [(x, self.y(base)) for x, _, base in reversed(run)]
            for run in runs(places)
            if len(run) > 1
        ]

    def places(
        self, steps: list[int], upper: list[float | None], lower: list[float | None] | None = None
    ) -> Places:
        """Return the places of steps, with two values at each; the other one may be nothing."""
        count = len(upper)
        return [
            (self.x((i + 0.5) / count), upper[i], lower[i] if lower is not None else 0.0)
            for i in steps
        ]


def runs(places: Places) -> list[list[tuple[float, float, float]]]:
    """Return the places that a line goes through without a gap."""
    found: list[list[tuple[float, float, float]]] = [[]]
    for x, top, base in places:
        if top is None or base is None:
            found.append([])
        else:
            found[-1].append((x, top, base))
    return [run for run in found if run]


def other(found: list[float], right: list[float], **near: float) -> list[tuple[float, float]]:
    """Return the numbers that are others than they should be: pytest's `approx` takes long."""
    pairs = zip(found, right, strict=True)
    return [(one, two) for one, two in pairs if not math.isclose(one, two, **near)]


def same(found: str, expected: list[Points]) -> None:
    """Hold places to be the same, but for how they are rounded."""
    parts = numbers(found)
    assert [len(part) for part in parts] == [len(part) for part in expected]
    for part, right in zip(parts, expected, strict=True):
        flat = [number for place in part for number in place]
        assert not other(
            flat, [number for place in right for number in place], rel_tol=0, abs_tol=0.06
        )


def most(*series: list[float | None]) -> float:
    return max(value for one in series for value in one if value is not None)


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> int:
    found: int = request.param
    return found


@pytest.fixture(params=PERIODS)
def period(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def test_one_line_has_an_area(modules: Modules, period: str, width: int) -> None:
    one = made(period, 0)[0]
    picture = Picture(modules, width, most(one))
    area, line = drawn(modules, "alone", period, width, one=one)
    right = picture.places(kept([one], width), one)
    assert [area[0], line[0]] == ["pale-one", "one"]
    same(area[1], picture.area(right))
    same(line[1], picture.line(right))


def test_several_lines_are_each_drawn_as_alone(modules: Modules, period: str, width: int) -> None:
    both = made(period, 0, 1)
    picture = Picture(modules, width, most(*both))
    found = drawn(modules, "several", period, width, one=both[0], other=both[1])
    assert [name for name, _ in found] == ["one", "other"]
    for (_, path), values_of in zip(found, both, strict=True):
        same(path, picture.line(picture.places(kept([values_of], width), values_of)))


def test_the_band_of_what_is_usual_lies_between_its_two_lines(
    modules: Modules, period: str, width: int
) -> None:
    one, low, more = made(period, 0, 0, 1)
    high = [None if None in (a, b) else (a or 0) + (b or 0) for a, b in zip(low, more, strict=True)]
    picture = Picture(modules, width, most(one, high))
    band = drawn(modules, "usual", period, width, one=one, other=low, third=high)[0]
    same(band[1], picture.area(picture.places(kept([low, high], width), high, low)))


def test_each_stacked_area_stands_on_the_one_below_where_both_are_known(
    modules: Modules, period: str, width: int
) -> None:
    every = made(period, 0, 1, 2)
    sums: list[list[float | None]] = [[0.0] * len(every[0])]
    for one in every:
        sums.append(
            [
                None if None in (a, b) else (a or 0) + (b or 0)
                for a, b in zip(sums[-1], one, strict=True)
            ]
        )
    picture = Picture(modules, width, most(*sums))
    found = drawn(modules, "stacked", period, width, one=every[0], other=every[1], third=every[2])
    assert [name for name, _ in found] == ["one", "other", "third"]
    steps = kept(sums, width)
    for (_, path), lower, upper in zip(found, sums, sums[1:], strict=False):
        same(path, picture.area(picture.places(steps, upper, lower)))


def crossed(places: Places) -> Places:
    """Return two lines with a place wherever they cross on their way."""
    found = places[:1]
    for (x0, a0, b0), (x1, a1, b1) in pairwise(places):
        if None not in (a0, b0, a1, b1):
            before, after = (a0 or 0) - (b0 or 0), (a1 or 0) - (b1 or 0)
            if before * after < 0:
                part = before / (before - after)
                value = (a0 or 0) + part * ((a1 or 0) - (a0 or 0))
                found.append((x0 + part * (x1 - x0), value, value))
        found.append((x1, a1, b1))
    return found


def test_a_production_covers_at_each_step_the_consumption_of_that_step(
    modules: Modules, period: str, width: int
) -> None:
    sun, use = made(period, 0, 1)
    picture = Picture(modules, width, most(sun, use))
    right = crossed(picture.places(kept([sun, use], width), sun, use))
    found = dict(drawn(modules, "coverage", period, width, one=sun, other=use))

    def least(a: float | None, b: float | None) -> float | None:
        return None if a is None or b is None else min(a, b)

    both: Places = [(x, least(a, b), 0.0) for x, a, b in right]
    wanted = [(x, b, least(a, b)) for x, a, b in right]
    sunny = [(x, a, least(a, b)) for x, a, b in right]
    same(found["var(--production-fill)"], picture.area(both))
    same(found["var(--consumption-fill)"], picture.area(wanted))
    same(found["url(#hatch-surplus)"], picture.area(sunny))
    same(found["var(--production)"], picture.line([(x, a, 0.0) for x, a, _ in right]))
    same(found["var(--consumption)"], picture.line([(x, b, 0.0) for x, _, b in right]))


def test_a_strip_is_a_line_of_what_was_measured(modules: Modules, period: str, width: int) -> None:
    [one] = made(period, 0)
    picture = Picture(modules, width, most(one))
    [[name, path]] = drawn(modules, "between", period, width, one=one)
    assert name == "one"
    same(path, picture.line(picture.places(kept([one], width), one)))


def test_a_strip_has_a_bar_of_each_step_that_was_counted(
    modules: Modules, period: str, width: int
) -> None:
    [one] = made(period, 0)
    picture = Picture(modules, width, most(one))
    found = drawn(modules, "counted", period, width, one=one)
    slot = (width - MARGINS) / len(one)
    right = [
        number
        for i, value in enumerate(one)
        if value is not None and value > 0
        for number in (
            picture.x(i / len(one)) + slot * 0.12,
            picture.y(value),
            picture.y(0) - picture.y(value),
            max(0.5, slot * 0.76),
        )
    ]
    flat = [float(number) for _, place in found for number in place.split(" ")]
    assert not other(flat, right, rel_tol=1e-6)


@pytest.mark.parametrize(
    ("mode", "unknown"),
    [
        pytest.param("several", {2, 3}, id="lines, nothing is known of any"),
        pytest.param("stacked", {2, 3, 4}, id="a stack, something is not known of one"),
        pytest.param("coverage", {2, 3, 4}, id="a production over a consumption"),
        pytest.param("between", {2, 3, 4}, id="a strip"),
        pytest.param("counted", {2, 3, 4}, id="bars"),
    ],
)
def test_what_is_over_and_not_known_is_hatched(
    modules: Modules, mode: str, unknown: set[int]
) -> None:
    """Of the sixth step nothing is known yet: it is not over."""
    one = [1.0, 1.0, None, None, None, None]
    other = [1.0, 1.0, None, None, 1.0, None]
    begin, _end, step = PERIODS["a day"]
    one += [None] * 282
    until = int(at(begin, PARIS).timestamp() * 1000) + 5 * step + step // 2
    found = drawn(modules, mode, "a day", 800, until, one=one, other=[*other, *one[6:]], third=one)
    [[x, y, height, width]] = [
        map(float, place.split()) for fill, place in found if fill == "url(#hatch-none)"
    ]
    slot = (800 - MARGINS) / 288
    assert (x, width) == pytest.approx((11 * 3.2 + 2 * slot, len(unknown) * slot))
    assert (y, height) == pytest.approx((11 * 1.8, 300 - 11 * 3.7))


def test_the_value_of_a_day_is_a_line_of_dots_apart(modules: Modules) -> None:
    one = [3.0, 3.0, 1.0, 2.0] + [None] * 284
    flags = [1.0, 1.0] + [0.0] * 286
    found = drawn(modules, "ofDays", "a day", 800, one=one, other=flags)
    picture = Picture(modules, 800, 3)
    _area, of_steps, of_days = [path for _, path in found]
    steps = [None, None, *one[2:]]
    same(of_steps, picture.line(picture.places(kept([one], 800), steps)))
    same(of_days, picture.line(picture.places(kept([one], 800), [*one[:2], *[None] * 286])))


@pytest.mark.parametrize("day", ["2026-03-29", "2026-06-24", "2026-10-25"])
@pytest.mark.parametrize("every", [3, 6])
def test_the_hours_under_a_day_are_those_of_its_clock(
    modules: Modules, day: str, every: int
) -> None:
    begin = at(day, PARIS)
    end = at(str(date.fromisoformat(day) + timedelta(days=1)), PARIS)
    found = modules.run(
        """
        const hass = {
            config: { time_zone: "Europe/Paris" },
            locale: { language: "en", number_format: "language", time_format: "24" },
        };
        const period = { unit: "day", begin: new Date(begin), end: new Date(end) };
        const { labels } = times.timesOf(period, formats.formatsOf(hass), every === 6);
        return labels.map(({ time, text }) => [time.toISOString(), text]);
        """,
        begin=begin.isoformat(),
        end=end.isoformat(),
        every=every,
    )
    hours = [at(f"{day}T{hour:02}:00", PARIS) for hour in range(0, 24, every)]
    assert [datetime.fromisoformat(time) for time, _ in found] == [*hours, end]
    assert [text for _, text in found] == [f"{hour:02}" for hour in range(0, 25, every)]
