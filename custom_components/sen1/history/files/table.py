"""Tables of lines and cells: the exports of Enedis and GRDF, and plain CSV.

A file may hold several tables, each under a heading. The heading says what a column is; what is
above and between is left alone. What each operator writes is told in docs/en/history.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
import math
import re
import unicodedata

from ..points import Aggregation, Point
from .found import Found, FoundSeries, LeftOut
from .steps import steps_of

UNITS = {
    unit.lower(): unit for unit in ("W", "kW", "MW", "VA", "kVA", "Wh", "kWh", "MWh", "L", "m³")
} | {"m3": "m³", "l": "L"}
MEASURED = {"W", "kW", "MW", "VA", "kVA"}

META = {
    "identifiant prm",
    "type de donnees",
    "date de debut",
    "grandeur physique",
    "grandeur metier",
    "etape metier",
    "unite",
    "pas en minutes",
}
"""Cells of the two lines that Enedis puts above its tables: names, then values."""

MAXIMA = "maximale"
"""In the type or the quantity of a table: highest powers, which say nothing of an energy."""

GAS_DAY = timedelta(hours=6)
"""A gas day begins at six in the morning (GRDF; Regulation (EU) 2015/703)."""
MIDNIGHT = datetime.min.time()
GAS_SHEET = "historique par jour"

EXCEL_ZERO = date(1899, 12, 30)
"""Day 0 of a date that a spreadsheet keeps as a number."""
EXCEL_DAYS = range(30_000, 80_000)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table has its times and values, and what they are."""

    time: int
    value: int
    unit: str | None = None
    clock: int | None = None
    """A second column, with the time of day."""
    end: int | None = None
    """A column with the end of each period."""
    of_unit: int | None = None
    of_step: int | None = None
    of_aggregation: int | None = None
    is_index: bool = False
    is_gas: bool = False
    is_stamped_at_end: bool = False


@dataclass(slots=True)
class _Row:
    moment: datetime
    is_day: bool
    value: float | None
    end: datetime | None = None
    step: float | None = None


@dataclass(slots=True)
class _Table:
    """The rows below one heading."""

    columns: Columns
    unit: str | None
    step: float | None
    aggregation: str = ""
    day: date | None = None
    """Of the lines that only have a time of day."""
    rows: list[_Row] = field(default_factory=list)


def read_table(lines: Iterable[Sequence[str]], zone: tzinfo, *, sheet: str = "") -> Found:
    """Return the series of a file's or a sheet's cells; local times are of `zone`."""
    reader = _Reader(zone, is_gas=_plain(sheet) == GAS_SHEET)
    for cells in lines:
        reader.take([cell.strip() for cell in cells])
    return reader.found()


class _Reader:
    def __init__(self, zone: tzinfo, *, is_gas: bool) -> None:
        self._zone = zone
        self._is_gas = is_gas
        self._tables: list[_Table] = []
        self._meta: dict[str, str] = {}
        self._meta_names: list[str] | None = None
        self._is_in_table = False
        self._is_ignoring = False
        self._left_out = Found().left_out

    def take(self, cells: list[str]) -> None:
        if not any(cells):
            return
        names = [_plain(cell) for cell in cells]
        if self._meta_names is not None:
            self._meta = dict(zip(self._meta_names, cells, strict=False))
            self._meta_names = None
            return
        columns = _columns(names, is_gas=self._is_gas)
        if columns is not None:
            self._begin(columns)
        elif len(META & set(names)) >= 3:
            self._meta_names = names
            self._is_in_table = False
        elif _is_heading(names):
            self._is_in_table, self._is_ignoring = False, bool(self._tables)
        elif self._is_in_table:
            self._row(self._tables[-1], cells)
        elif self._is_ignoring:
            self._left_out[LeftOut.OTHER] += 1

    def _begin(self, columns: Columns) -> None:
        meta = {_plain(name): value for name, value in self._meta.items()}
        what = _plain(meta.get("type de donnees", "") + meta.get("grandeur physique", ""))
        self._is_ignoring = MAXIMA in what
        self._is_in_table = not self._is_ignoring
        if self._is_in_table:
            unit = columns.unit or UNITS.get(meta.get("unite", "").lower())
            step = _step(meta.get("pas en minutes", ""))
            self._tables.append(_Table(columns, unit, step))

    def _row(self, table: _Table, cells: list[str]) -> None:
        columns = table.columns
        time = _cell(cells, columns.time)
        written = _cell(cells, columns.value)
        try:
            if columns.clock is not None:
                time = f"{time} {_cell(cells, columns.clock)}"
            if re.fullmatch(r"\d\d:\d\d(:\d\d)?", time) and table.day is not None:
                # The last half-hour of a day ends at the midnight after, written 00:00.
                midnight = timedelta(days=not re.search("[1-9]", time))
                moment, is_day = _of_day(table.day, time) + midnight, False
            else:
                moment, is_day = _moment(time)
            if columns.is_index:
                # The index of 00:00 bears 23:00 of the same date in winter; only the date is true.
                moment = _of_day(moment.date(), "00:00")
            if is_day and not written and columns.is_stamped_at_end:
                # The line of a day, under which its times follow.
                table.day = moment.date()
                return
            value = _number(written)
            end = _moment(_cell(cells, columns.end))[0] if columns.end is not None else None
        except ValueError, OverflowError:
            self._left_out[LeftOut.UNREADABLE] += 1
            return
        if columns.of_unit is not None:
            unit = _cell(cells, columns.of_unit)
            table.unit = UNITS.get(unit.lower(), unit) or None
        if columns.of_aggregation is not None:
            table.aggregation = _cell(cells, columns.of_aggregation)
        step = _step(_cell(cells, columns.of_step)) if columns.of_step is not None else None
        table.rows.append(_Row(moment, is_day, value, end, step))

    def found(self) -> Found:
        """Return what was found."""
        found = Found(left_out=self._left_out)
        for table in self._tables:
            if not table.rows:
                continue
            if table.unit is None and not table.aggregation:
                # A number without unit is no reading.
                found.left_out[LeftOut.OTHER] += len(table.rows)
                continue
            points = self._points(table, found)
            if table.aggregation:
                aggregation = Aggregation(table.aggregation)
            else:
                is_mean = table.unit in MEASURED
                aggregation = Aggregation.MEAN if is_mean else Aggregation.SUM
            found.series.append(FoundSeries(table.unit, aggregation, points))
        if len(found.series) > 1:
            found.series = _joined(found.series)
        return found

    def _points(self, table: _Table, found: Found) -> list[Point]:
        rows = self._in_time(table.rows)
        found.left_out[LeftOut.EMPTY] += sum(row.value is None for _, row in rows)
        if table.columns.is_index:
            return _differences(rows, found)
        if table.columns.end is None and all(
            row.is_day or self._is_midnight(time) for time, row in rows
        ):
            # Of days Enedis stamps the beginning, of all shorter periods the end.
            shift = GAS_DAY if table.columns.is_gas else timedelta()
            return [
                Point(begin, end - begin, row.value)
                for time, row in rows
                if row.value is not None
                for begin, end in [self._day(time, shift)]
            ]
        is_end = table.columns.is_stamped_at_end
        steps = steps_of([time for time, _ in rows], is_end=is_end)
        points = []
        for (time, row), between in zip(rows, steps, strict=True):
            if row.value is None:
                continue
            if row.end is not None:
                seconds = self._time(row.end) - time
            else:
                seconds = row.step or table.step or between
            if seconds <= 0:
                found.left_out[LeftOut.UNREADABLE] += 1
            else:
                points.append(Point(time - seconds if is_end else time, seconds, row.value))
        return points

    def _day(self, time: float, shift: timedelta) -> tuple[float, float]:
        """Return begin and end of the day that begins at a midnight, moved by `shift`."""
        day = datetime.fromtimestamp(time, self._zone).replace(tzinfo=None) + shift
        return self._time(day), self._time(day + timedelta(days=1))

    def _is_midnight(self, time: float) -> bool:
        return datetime.fromtimestamp(time, self._zone).time() == MIDNIGHT

    def _in_time(self, rows: list[_Row]) -> list[tuple[float, _Row]]:
        """Return the rows with their Unix times, oldest first, one for each time: the last said.

        A local time that comes twice, when clocks go back, is the second one the second time.
        """
        first, last_row = rows[0].moment, rows[-1].moment
        is_newest_first = first.replace(tzinfo=None) > last_row.replace(tzinfo=None)
        timed: dict[float, _Row] = {}
        last = -math.inf
        for row in reversed(rows) if is_newest_first else rows:
            time = self._time(row.moment)
            if time <= last and row.moment.tzinfo is None:
                time = self._time(row.moment.replace(fold=1))
            timed[time] = row
            last = max(last, time)
        return sorted(timed.items())

    def _time(self, moment: datetime) -> float:
        return (moment if moment.tzinfo else moment.replace(tzinfo=self._zone)).timestamp()


def _columns(names: list[str], *, is_gas: bool) -> Columns | None:
    """Return the columns of a heading; None when the line is none, or tells nothing of use."""
    if "begin" in names and "value" in names:
        return _own_columns(names)
    time = _first(names, r"horodate|date de la mesure|date et heure|journee|date|periode")
    if time is None:
        return None
    if "eas t" in names:
        return Columns(time, names.index("eas t"), unit="Wh", is_index=True)
    value = _first(names, r"energie.*kwh") if is_gas else None
    if value is None:
        value = _first(
            [name if at != time else "" for at, name in enumerate(names)],
            r"valeur|value|puissance (atteinte|moyenne)|consommation|production|injection|energie",
        )
    if value is None or not _is_heading(names) or names[time].startswith("periode"):
        return None
    named = re.search(r"\((?:en )?([a-z0-9³]+)\)", names[value])
    is_at_end = names[time].startswith(("horodate", "date et heure", "date de la mesure"))
    return Columns(
        time,
        value,
        unit=UNITS.get(named[1]) if named else None,
        clock=_first(names, r"heure"),
        of_unit=names.index("unite") if "unite" in names else None,
        of_step=_first(names, r"pas\b"),
        is_gas=is_gas,
        is_stamped_at_end=is_at_end,
    )


def _own_columns(names: list[str]) -> Columns:
    """Return the columns of the CSV that we write; whoever writes one can leave some out."""

    def column(name: str) -> int | None:
        return names.index(name) if name in names else None

    return Columns(
        names.index("begin"),
        names.index("value"),
        end=column("end"),
        of_unit=column("unit"),
        of_aggregation=column("aggregation"),
    )


def _differences(rows: list[tuple[float, _Row]], found: Found) -> list[Point]:
    """Return what an index counted from each time it was read to the next."""
    points = []
    known = [(time, row.value) for time, row in rows if row.value is not None]
    for (begin, before), (end, after) in pairwise(known):
        if after < before:
            # A new meter: what it counted until now is not told.
            found.left_out[LeftOut.UNREADABLE] += 1
        else:
            points.append(Point(begin, end - begin, after - before))
    return points


def _joined(several: list[FoundSeries]) -> list[FoundSeries]:
    """Join tables of one quantity, which an export cut in pieces; number the others."""
    kinds: dict[tuple[str | None, Aggregation], list[Point]] = {}
    for series in several:
        kinds.setdefault((series.unit, series.aggregation), []).extend(series.points)
    return [
        FoundSeries(unit, aggregation, points, (unit or "") if len(kinds) > 1 else "")
        for (unit, aggregation), points in kinds.items()
    ]


def _plain(text: str) -> str:
    """Return a text in lower case, without accents and double spaces."""
    spread = unicodedata.normalize("NFD", text.strip().lower())
    return " ".join("".join(c for c in spread if not unicodedata.combining(c)).split())


def _first(names: Sequence[str], pattern: str) -> int | None:
    matching = (at for at, name in enumerate(names) if re.match(pattern, name))
    return next(matching, None)


def _is_heading(names: list[str]) -> bool:
    """Return whether a line has words in several cells, and no number or time in any."""
    filled = [name for name in names if name]
    return len(filled) > 1 and not any(re.match(r"[-+]?\d", name) for name in filled)


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at] if at < len(cells) else ""


def _moment(text: str) -> tuple[datetime, bool]:
    """Return a time, naive when the file names no offset, and whether it is a whole day."""
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and int(text[:5]) in EXCEL_DAYS:
        day = EXCEL_ZERO + timedelta(days=int(text[:5]))
        return datetime(day.year, day.month, day.day), True  # noqa: DTZ001 - local, see above
    if match := re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})(?: (\d\d:\d\d(?::\d\d)?))?", text):
        day = date(int(match[3]), int(match[2]), int(match[1]))
        return _of_day(day, match[4] or "00:00"), match[4] is None
    return datetime.fromisoformat(text), len(text) == len("2026-11-24")


def _of_day(day: date, clock: str) -> datetime:
    """Return a local time of a day."""
    hour, minute = int(clock[:2]), int(clock[3:5])
    return datetime(day.year, day.month, day.day) + timedelta(hours=hour, minutes=minute)  # noqa: DTZ001


def _number(text: str) -> float | None:
    """Return a number with a decimal comma or point and spaces between thousands; None: empty."""
    digits = re.sub(r"\s", "", text)
    if not digits or _plain(digits) in ("na", "n/a", "-", "null"):
        return None
    number = float(digits.replace(",", ".") if "." not in digits else digits)
    if not math.isfinite(number):
        raise ValueError(text)
    return int(number) if number.is_integer() else number


def _step(text: str) -> float | None:
    """Return the seconds of a step written in minutes, or as `PT30M`."""
    match = re.fullmatch(r"(?:PT)?(\d{1,4})M?", text)
    return int(match[1]) * 60 if match and int(match[1]) else None
