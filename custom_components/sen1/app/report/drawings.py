"""Pictures of a report, as SVG inside the page: widths and heights in pixels of paper."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
import math
from xml.etree.ElementTree import Element

from .markup import Child, el

TEXT, SECONDARY, GRID, AXIS = "#141414", "#5e5e5e", "#e4e4e4", "#bdbdbd"
LINE, FILL, PALE = "#0d4a8f", "#4890d0", "#c4dcf0"
WEATHER, GHOST, ALERT = "#23988a", "#767676", "#c5221f"
KNOWN = "#00708f"
PRODUCED, PRODUCED_LINE = "#ffb74d", "#a86000"
SOLD, SOLD_LINE = "url(#sold)", "#8b2fe0"

COLOURS = {
    "off_peak": FILL,
    "peak": LINE,
    "off_peak_blue": "#8ebdf0",
    "peak_blue": "#1565c0",
    "off_peak_white": "#e4e4e4",
    "peak_white": "#bdbdbd",
    "off_peak_red": "#e69a9a",
    "peak_red": "#c62828",
}
"""Of tariff periods; others have shades of what is bought."""
SHADES = (LINE, FILL, PALE, "#1f66b0", "#93bfe4", "#0a3566")

HEAT = ("#e9f2fa", "#c4dcf0", "#93bfe4", "#4890d0", "#1f66b0", "#0d4a8f")
"""From little to much."""

type Label = Callable[[float], str]


def svg(width: float, height: float, *children: Child, label: str | None) -> Element:
    """Return a picture that a screen reader says the label of, if it has one."""
    said = {"aria_hidden": "true"} if label is None else {"role": "img", "aria_label": label}
    view = f"0 0 {width:g} {height:g}"
    return el("svg", children, width=width, height=height, viewBox=view, **said)


def line(x1: float, y1: float, x2: float, y2: float, colour: str = GRID, **more: object) -> Element:
    """Return a straight line."""
    return el("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, **more)


def stroke(path: str, colour: object, width: object, **more: object) -> Element:
    """Return a line along a path."""
    return el("path", d=path, fill="none", stroke=colour, stroke_width=width, **more)


def words(x: float, y: float, text: str, anchor: str = "start", **more: object) -> Element:
    """Return a label."""
    return el("text", text, x=x, y=y, text_anchor=anchor, **more)


def box(x: float, y: float, width: float, height: float, fill: str, **more: object) -> Element:
    """Return a rectangle."""
    return el("rect", x=x, y=y, width=max(width, 0.0), height=max(height, 0.0), fill=fill, **more)


def hatch(name: str, colour: str, background: str = "#ffffff") -> Element:
    """Return a pattern of slanted lines."""
    pattern = el(
        "pattern",
        box(0.0, 0.0, 6.0, 6.0, background),
        line(0.0, 0.0, 0.0, 6.0, colour, stroke_width=2.4),
        id=name,
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return el("defs", pattern)


def ticks(most: float, count: int = 4) -> list[float]:
    """Return round values from 0 to at least the most, at most `count` steps apart."""
    if most <= 0:
        return [0.0, 1.0]
    rough = most / count
    magnitude = 10 ** math.floor(math.log10(rough))
    step = next(s * magnitude for s in (1, 2, 2.5, 3, 4, 5, 10) if s * magnitude >= rough * 0.999)
    number = math.ceil(most / step - 1e-9)
    return [step * n for n in range(number + 1)]


@dataclass(frozen=True, slots=True)
class Plot:
    """The place of a curve or of bars, and what its height stands for."""

    left: float
    top: float
    right: float
    bottom: float
    most: float

    def y(self, value: float) -> float:
        """Return how low a value lies."""
        return self.bottom - value / self.most * (self.bottom - self.top)

    def x(self, part: float) -> float:
        """Return where a part of the width lies."""
        return self.left + part * (self.right - self.left)

    def level(self, value: float, colour: str, **more: object) -> Element:
        """Return a line across, where a value lies."""
        return line(self.left, self.y(value), self.right, self.y(value), colour, **more)


def grid(frame: Plot, values: Iterable[float], label: Label) -> list[Element]:
    """Return the lines behind a picture, each with its value."""
    drawn: list[Element] = []
    for value in values:
        drawn.append(frame.level(value, AXIS if value == 0 else GRID))
        drawn.append(words(frame.left - 6, frame.y(value) + 4, label(value), "end", cls="tick"))
    return drawn


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the months."""

    name: str
    parts: Sequence[tuple[str, float]]
    """Colour and value, from below."""
    before: float | None
    corrected: float | None


def months(bars: Sequence[Bar], unit: str, number: Label, label: str) -> Element:
    """Return the months: stacked bars, the year before as outlines, corrected as a line."""
    width, height = 682.0, 172.0
    heights = [(sum(v for _, v in b.parts), b.before or 0.0, b.corrected or 0.0) for b in bars]
    values = ticks(max(map(max, heights), default=0.0))
    # The values of a town are wide.
    left = 42.0 if values[-1] < 100_000 else 60.0
    frame = Plot(left, 18.0, width - 1, height - 24, values[-1])
    drawn: list[Child] = [words(frame.left - 6, 8.0, unit, "end", cls="tick")]
    drawn += grid(frame, values, number)
    wide = min((frame.right - frame.left) / len(bars) * 0.54, 44.0)
    middles = [frame.x((place + 0.5) / len(bars)) for place in range(len(bars))]
    for middle, bar in zip(middles, bars, strict=True):
        y = frame.bottom
        for colour, value in bar.parts:
            high = frame.bottom - frame.y(value)
            # A line of paper between two parts.
            drawn.append(box(middle - wide / 2, y - high, wide, max(high - 0.8, 0.0), colour))
            y -= high
        drawn.append(words(middle, frame.bottom + 15, bar.name, "middle", cls="tick"))
    for middle, bar in zip(middles, bars, strict=True):
        if bar.before:
            left, right = middle - wide / 2 - 3, middle + wide / 2 + 3
            top = frame.y(bar.before)
            path = f"M{left:.1f} {frame.bottom}V{top:.1f}H{right:.1f}V{frame.bottom}"
            drawn.append(stroke(path, "#ffffff", 2.6))
            drawn.append(stroke(path, GHOST, 1.2, stroke_dasharray="3 3"))
    points = [
        (middle, frame.y(bar.corrected))
        for middle, bar in zip(middles, bars, strict=True)
        if bar.corrected is not None
    ]
    if points:
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        drawn += [stroke(path, "#ffffff", 5), stroke(path, WEATHER, 2)]
        drawn += [diamond(x, y) for x, y in points]
    return svg(width, height, drawn, label=label)


def diamond(x: float, y: float) -> Element:
    """Return the sign of what is corrected for the weather."""
    path = f"M{x:.1f} {y - 5.5:.1f}l5.5 5.5l-5.5 5.5l-5.5 -5.5z"
    return el("path", d=path, fill=WEATHER, stroke="#ffffff", stroke_width=1.5)


def peaks(
    powers: Sequence[tuple[str, float | None]],
    limit: tuple[float, str] | None,
    number: Label,
    value: Label,
    label: str,
) -> Element:
    """Return the highest power of each month, and the one that is subscribed."""
    width, height = 328.0, 134.0
    known = [power for _, power in powers if power is not None]
    highest = max(known, default=0.0)
    values = ticks(max(highest, limit[0] if limit else 0.0))
    frame = Plot(26.0, 8.0, width - 1, height - 20, values[-1])
    drawn: list[Child] = list(grid(frame, values, number))
    slot = (frame.right - frame.left) / len(powers)
    wide = min(slot * 0.6, 30.0)
    for place, (name, power) in enumerate(powers):
        middle = frame.left + slot * (place + 0.5)
        drawn.append(words(middle, height - 5, name, "middle", cls="tick"))
        if power is None:
            continue
        y, is_highest = frame.y(power), power == highest
        fill = LINE if is_highest else PALE
        drawn.append(box(middle - wide / 2, y, wide, frame.bottom - y, fill, stroke=LINE))
        if is_highest:
            drawn.append(words(middle, y - 5, value(power), "middle", cls="strong halo"))
    if limit:
        drawn.append(frame.level(limit[0], ALERT, stroke_width=1.6, stroke_dasharray="6 4"))
        drawn.append(words(frame.right, frame.y(limit[0]) + 13, limit[1], "end", cls="alert halo"))
    return svg(width, height, drawn, label=label)


def _runs(values: Sequence[float | None]) -> Iterable[list[tuple[int, float]]]:
    """Yield what is known without a gap."""
    numbered = list(enumerate(values))
    for is_known, run in groupby(numbered, key=lambda one: one[1] is not None):
        if is_known:
            yield [(n, value) for n, value in run if value is not None]


def _curve(
    frame: Plot, values: Sequence[float | None], fill: str | None = None, **line_style: object
) -> list[Element]:
    """Return a day as a line over its area; a value lasts as long as its part of the day."""
    drawn: list[Element] = []
    parts = len(values)
    for run in _runs(values):
        points = "L".join(
            f"{frame.x((n + end) / parts):.1f} {frame.y(v):.1f}" for n, v in run for end in (0, 1)
        )
        first, last = frame.x(run[0][0] / parts), frame.x((run[-1][0] + 1) / parts)
        if fill is not None:
            area = f"M{first:.1f} {frame.bottom:.1f}L{points}L{last:.1f} {frame.bottom:.1f}z"
            drawn.append(el("path", d=area, fill=fill))
        drawn.append(el("path", d=f"M{points}", fill="none", stroke_linejoin="round", **line_style))
    return drawn


def _clock(frame: Plot, y: float, hour: Callable[[int], str], step: int = 6) -> list[Element]:
    anchors = {0: "start", 24: "end"}
    return [
        words(frame.x(at / 24), y, hour(at), anchors.get(at, "middle"), cls="tick")
        for at in range(0, 25, step)
    ]


def night(
    day: Sequence[float | None],
    base: float,
    said: tuple[str, str],
    hours: tuple[int, int],
    number: Label,
    hour: Callable[[int], str],
    label: str,
) -> Element:
    """Return the median day, and what of it never ends."""
    width, height = 328.0, 134.0
    values = ticks(max([*(v for v in day if v is not None), base * 1.4]))
    frame = Plot(36.0, 8.0, width - 1, height - 20, values[-1])
    left, right = frame.x(hours[0] / 24), frame.x(hours[1] / 24)
    drawn: list[Child] = [
        box(left, frame.top, right - left, frame.bottom - frame.top, "#f1f2f4"),
        *grid(frame, values, number),
        *_curve(frame, day, stroke=LINE, stroke_width=1.8, fill=PALE),
        frame.level(base, TEXT, stroke_width=1.4, stroke_dasharray="5 3"),
        words(right + 5, frame.top + 12, said[1], cls="tick halo"),
        words((left + right) / 2, frame.y(base) - 7, said[0], "middle", cls="strong halo"),
        *_clock(frame, height - 5, hour),
    ]
    return svg(width, height, drawn, label=label)


def arrows(rows: Sequence[tuple[str, str]], own: str, value: str, unit: str, label: str) -> Element:
    """Return the classes, the one of the home full, with its value."""
    width, high = 328.0, 17.0
    drawn: list[Child] = []
    for place, (letter, said) in enumerate(rows):
        y, right = place * high, 84.0 + 14 * place
        is_own = letter == own
        shape = (
            f"M0 {y:.1f}H{right - 8:.1f}L{right:.1f} {y + 7.5:.1f}L{right - 8:.1f} {y + 15:.1f}H0z"
        )
        colour = "#ffffff" if is_own else TEXT
        drawn.append(el("path", d=shape, fill=LINE if is_own else PALE))
        drawn.append(words(7.0, y + 11.5, letter, fill=colour, cls="letter"))
        drawn.append(words(24.0, y + 11.5, said, fill=colour, cls="small"))
        if is_own:
            drawn.append(line(right + 3, y + 7.5, 238.0, y + 7.5, TEXT, stroke_width=1.2))
            parts = [el("tspan", value, cls="big"), el("tspan", f" {unit}", cls="tick")]
            drawn.append(el("text", parts, x=244, y=y + 14))
    return svg(width, high * len(rows), drawn, label=label)


def known(
    begin: date, end: date, spans: Sequence[tuple[float, float, bool]], label: str
) -> Element:
    """Return the time of a report: full where it was measured, hatched where only counted."""
    width, high = 328.0, 12.0
    drawn: list[Child] = [hatch("counted", KNOWN), box(0.0, 0.0, width, high, KNOWN)]
    for first, last, is_counted in spans:
        left, right = first * width, max(last * width, first * width + 2.5)
        drawn.append(box(left, 0.0, right - left, high, "#ffffff"))
        if is_counted:
            drawn.append(box(left, 0.0, right - left, high, "url(#counted)"))
    drawn.append(box(0.5, 0.5, width - 1, high - 1, "none", stroke=KNOWN))
    return svg(width, high, drawn, label=label)


def parts(values: Sequence[tuple[str, str, float]], width: float, label: str) -> Element:
    """Return one bar of several parts, each with its fill and its line; the last ones hatched."""
    high, total = 15.0, sum(value for _, _, value in values) or 1.0
    drawn: list[Child] = []
    if any(fill == SOLD for fill, _, _ in values):
        drawn.append(hatch("sold", "#8b2fe0", "#e3cffa"))
    left = 0.0
    for fill, stroke, value in values:
        wide = value / total * (width - 2 * (len(values) - 1))
        if wide >= 1:
            drawn.append(box(left + 0.5, 0.5, wide - 1, high - 1, fill, stroke=stroke, rx=3))
        left += wide + 2
    return svg(width, high, drawn, label=label)


def heat(
    days: Mapping[date, Sequence[float | None]],
    bounds: Sequence[float],
    month: Callable[[date], str],
    hour: Callable[[int], str],
    label: str,
) -> Element:
    """Return the days of a time beside each other, the hours of each from above, by colours.

    `bounds` are what each colour but the last goes up to.
    """
    width, left, top, high = 682.0, 42.0, 6.0, 9.5
    wide = (width - left) / len(days)
    bottom = top + 24 * high
    drawn: list[Child] = [
        hatch("unknown", GRID),
        box(left, top, width - left, bottom - top, "url(#unknown)"),
    ]
    paths: dict[str, list[str]] = {colour: [] for colour in HEAT}
    firsts: list[tuple[float, str]] = []
    for place, (day, hours) in enumerate(days.items()):
        x = left + place * wide
        if day.day == 1 or place == 0:
            firsts.append((x, month(day)))
        colours = [
            None if power is None else HEAT[sum(power > bound for bound in bounds)]
            for power in hours
        ]
        at = 0
        for colour, run in groupby(colours):
            length = len(list(run))
            if colour is not None:
                # A hair wider, so that no paper shows between two days.
                across, down = f"{wide + 0.3:.1f}", f"{length * high:g}"
                paths[colour].append(f"M{x:.1f} {top + at * high:g}h{across}v{down}h-{across}z")
            at += length
    drawn += [el("path", d="".join(d), fill=colour) for colour, d in paths.items() if d]
    for number, (x, name) in enumerate(firsts):
        after = firsts[number + 1][0] if number + 1 < len(firsts) else width
        if number:
            drawn.append(line(x, top, x, bottom, "#ffffff", stroke_width=1))
        if after - x > 26:
            drawn.append(words((x + after) / 2, bottom + 14, name, "middle", cls="tick"))
    for at in range(0, 25, 6):
        drawn.append(words(left - 6, top + at * high + 4, hour(at), "end", cls="tick"))
    return svg(width, bottom + 18, drawn, label=label)


def mean_day(
    day: Sequence[float | None],
    most: Sequence[float],
    number: Label,
    hour: Callable[[int], str],
    label: str,
    other: Sequence[float | None] | None = None,
    width: float = 158.0,
) -> Element:
    """Return a mean day, and maybe another dashed; `most` are the values of the axis."""
    height = 104.0 if other is None else 150.0
    frame = Plot(26.0, 8.0, width - 1, height - 18, most[-1])
    drawn: list[Child] = [
        *grid(frame, most, number),
        *_curve(frame, day, stroke=LINE, stroke_width=1.8, fill=PALE),
    ]
    if other is not None:
        drawn += _curve(frame, other, stroke="#ffffff", stroke_width=3.6)
        drawn += _curve(frame, other, stroke=FILL, stroke_width=1.8, stroke_dasharray="5 3")
    drawn += _clock(frame, height - 4, hour, 12 if other is None else 6)
    return svg(width, height, drawn, label=label)


def week(
    days: Sequence[tuple[str, float | None]], number: Label, value: Label, label: str
) -> Element:
    """Return what a mean day of the week comes to."""
    width, height = 328.0, 150.0
    known_values = [one for _, one in days if one is not None]
    values = ticks(max(known_values, default=0.0), 3)
    frame = Plot(30.0, 16.0, width - 1, height - 18, values[-1])
    drawn: list[Child] = list(grid(frame, values, number))
    for place, (name, one) in enumerate(days):
        middle = frame.x((place + 0.5) / 7)
        drawn.append(words(middle, height - 4, name, "middle", cls="tick"))
        if one is not None:
            y = frame.y(one)
            fill, stroke = (PALE, LINE) if place >= 5 else (FILL, FILL)
            drawn.append(box(middle - 14, y, 28.0, frame.bottom - y, fill, stroke=stroke))
            drawn.append(words(middle, y - 4, value(one), "middle", cls="tick halo"))
    return svg(width, height, drawn, label=label)


def coverage(rows: Sequence[tuple[str, float]], label: str) -> Element:
    """Return which part of each month is known."""
    width, height = 682.0, 44.0
    slot = width / max(len(rows), 1)
    drawn: list[Child] = [hatch("lacking", GRID)]
    for place, (name, part) in enumerate(rows):
        x, wide = place * slot, slot - 5
        drawn.append(box(x, 0.0, wide, 12.0, "url(#lacking)"))
        drawn.append(box(x, 0.0, wide * min(part, 1.0), 12.0, KNOWN))
        for place_of_line, text in enumerate(name.split("|")):
            y = 27.0 + 13 * place_of_line
            drawn.append(words(x + wide / 2, y, text, "middle", cls="tick"))
    return svg(width, height, drawn, label=label)


def sparks(values: Sequence[float | None]) -> Element:
    """Return a small picture of the months of a building."""
    width, height = 84.0, 20.0
    most = max((one for one in values if one is not None), default=0.0) or 1.0
    slot = width / max(len(values), 1)
    drawn: list[Child] = []
    for place, one in enumerate(values):
        if one is not None:
            high = max(one / most * height, 1.0)
            drawn.append(box(place * slot + 0.5, height - high, slot - 1.2, high, FILL))
    drawn.append(line(0.0, height - 0.5, width, height - 0.5, AXIS))
    return svg(width, height, drawn, label=None)
