"""Tables of lines and cells: the exports of Enedis and GRDF, and plain CSV.

A file may hold several tables, each under a heading. The heading says what a column is; what is
above and between is left alone. What each operator writes is told in docs/en/history.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from itertools import pairwise
import re

from ..errors import FileTooLarge
from ..points import Aggregation, Point, steps_of
from .cells import Moment, moment, number, of_day, plain, step
from .found import FileReading, Gathering, LeftOut, SeriesKey
from .headings import MEASURED, META, UNITS, Columns, columns_of, direction_of, is_heading
from .rows import Rows, TimedValue
from .sheet import MAX_COLUMNS

MOST_TABLES = 1000
"""Tables in a file, or series in one: an export cut into months has twelve a year."""

MOST_HEADINGS = 10_000
"""Lines of words alone: each is looked at closely."""

LONGEST_UNIT = 20
"""Characters of a unit that a line names: it becomes a statistic's."""

LONGEST_MONTH = 31 * 86_400 + 3600
"""Seconds; in October clocks go back."""

MAXIMA = "maximale"
"""In the type or the quantity of a table: highest powers, which say nothing of an energy."""

ACTIVE = {"", "energie active", "puissance active", "ea", "pa"}
"""Quantities of lines that are energies or their mean powers; others are reactive, or voltages."""

CURVE = "courbe de charge"
CURVE_UNIT = "W"
"""Of a load curve whose unit is left empty, as Enedis does above 36 kVA."""

INDEX = "index"
"""An aggregation: lines are what an index showed."""

AGGREGATIONS = {"average": "mean", "maximum": None}
"""Words of others for ours; None: not imported."""

DIRECTIONS = {"cons": "consommation", "prod": "production"}

GAS_DAY = timedelta(hours=6)
"""A gas day begins at six in the morning (GRDF; Regulation (EU) 2015/703)."""

_CLOCK = re.compile(r"\d\d:\d\d(:\d\d)?", re.ASCII)


@dataclass(slots=True)
class _Table:
    """The rows below one heading that are of one series."""

    columns: Columns
    rows: Rows
    unit: str | None
    """Of the columns whose heading does not say."""
    step: float | None = None
    """Seconds of each row's period, where the lines above say it."""
    aggregation: str = ""
    name: str = ""
    meter: str = ""
    direction: str = ""
    asked: tuple[str, str] = ("", "")
    """The first day and the one after the last of what was asked for, as written."""


def read_table(
    lines: Iterable[Sequence[str]],
    zone: tzinfo,
    gathering: Gathering,
    direction: str = "",
    sheet: str = "",
) -> None:
    """Gather the series of a file's or a sheet's cells; local times are of `zone`.

    `direction` is that of tables that tell none, `sheet` what tells them from other sheets. Raises
    FileTooLarge.
    """
    reader = _Reader(zone, gathering, direction, sheet)
    for cells in lines:
        reader.take([cell.strip() for cell in cells[:MAX_COLUMNS]])
    for table in reader.whole:
        reader.hand_over(table)


@dataclass(slots=True)
class _Reader:
    zone: tzinfo
    gathering: Gathering
    direction: str
    sheet: str
    columns: Columns | None = None
    """Of the table that lines are of; None between tables."""
    tables: dict[tuple[str, ...], _Table | None] = field(default_factory=dict)
    """The series of this table by what tells them apart; None: one that is not imported."""
    whole: list[_Table] = field(default_factory=list)
    day: date | None = None
    """Of the lines that only have a time of day."""
    meta: Mapping[str, str] = field(default_factory=dict)
    meta_names: list[str] | None = None
    is_ignoring: bool = False
    headings: int = 0

    def take(self, cells: list[str]) -> None:
        if not any(cells):
            return
        if self.meta_names is not None:
            told = zip(self.meta_names, cells, strict=False)
            self.meta = {name: cell for name, cell in told if name in META}
            self.meta_names = None
        elif not "0" <= cells[0][:1] <= "9" and is_heading(cells):
            self._heading(cells)
        elif self.columns is not None:
            cells += [""] * (self.columns.width - len(cells))
            self._row(self.columns, cells)
        elif self.is_ignoring:
            self.gathering.left_out[LeftOut.OTHER] += 1
        else:
            # What stands above a table may say what it is of.
            self.direction = direction_of(" ".join(cells)) or self.direction

    def _heading(self, cells: list[str]) -> None:
        self.headings += 1
        if self.headings > MOST_HEADINGS:
            raise FileTooLarge
        columns = columns_of(cells)
        if columns is not None:
            kinds = (self.meta.get(name, "") for name in ("type de donnees", "grandeur physique"))
            self.is_ignoring = any(MAXIMA in plain(kind) for kind in kinds)
            self.columns = None if self.is_ignoring else columns
            self.tables, self.day = {}, None
            return
        names = [plain(cell) for cell in cells]
        if len(META & set(names)) >= 3:
            self.meta_names = names
            self.is_ignoring = False
        else:
            self.is_ignoring = bool(self.whole)
        self.columns = None

    def _row(self, columns: Columns, cells: list[str]) -> None:
        try:
            read = self._moment(columns, cells)
            written = [cells[value.at] for value in columns.values]
            if read.is_day and not any(written) and columns.is_stamped_at_end:
                # The line of a day, under which its times follow.
                self.day = read.time.date()
                return
            self.gathering.count(len(written))
            values = [number(cell) for cell in written]
            end = read.end
            if columns.end is not None:
                end = moment(cells[columns.end]).time
            key = tuple([cells[column] for column in columns.telling])
            if key not in self.tables:
                self.tables[key] = self._new_table(columns, cells)
            table = self.tables[key]
        except ValueError:
            self.gathering.left_out[LeftOut.UNREADABLE] += 1
        except OverflowError:
            self.gathering.left_out[LeftOut.IMPOSSIBLE] += 1
        else:
            if table is None:
                self.gathering.left_out[LeftOut.OTHER] += 1
                return
            seconds = table.step
            if (of_step := columns.told.get("pas en minutes")) is not None:
                seconds = step(cells[of_step]) or seconds
            table.rows.add(read, values, end, seconds)

    def _moment(self, columns: Columns, cells: Sequence[str]) -> Moment:
        time = cells[columns.time]
        if columns.clock is not None:
            time = f"{time} {cells[columns.clock]}"
        if self.day is not None and _CLOCK.fullmatch(time):
            # The last half-hour of a day ends at the midnight after, written 00:00.
            is_midnight = not time.strip("0:")
            return Moment(of_day(self.day, "24:00" if is_midnight else time), False)
        read = moment(time)
        if columns.is_index:
            # The index of 00:00 bears 23:00 of the same date in winter; only the date is true.
            return Moment(of_day(read.time.date()), False)
        return read

    def _new_table(self, columns: Columns, cells: Sequence[str]) -> _Table | None:
        """Return the series that a line is the first of; None when it is not imported."""

        def told(what: str) -> str:
            at = columns.told.get(what)
            return self.meta.get(what, "") if at is None else cells[at]

        is_active = plain(told("grandeur physique")) in ACTIVE
        if "grandeur physique" in columns.told and not is_active:
            return None
        written = told("aggregation")
        aggregation = AGGREGATIONS.get(written, written)
        if aggregation is None:
            return None
        if aggregation not in {"", INDEX, *Aggregation}:
            raise ValueError
        unit = told("unite")
        if "unite" not in columns.told:
            known = UNITS.get(unit.lower())
        elif len(unit) > LONGEST_UNIT or not unit.isprintable():
            raise ValueError
        else:
            known = UNITS.get(unit.lower(), unit) or None
        if not unit and is_active and plain(self.meta.get("type de donnees", "")) == CURVE:
            known = CURVE_UNIT
        direction = plain(told("grandeur metier")) or columns.direction or self.direction
        if len(self.whole) == MOST_TABLES:
            raise FileTooLarge
        table = _Table(
            columns,
            Rows(self.zone, len(columns.values)),
            known,
            step(self.meta.get("pas en minutes", "")),
            aggregation,
            told("name"),
            told("identifiant prm"),
            DIRECTIONS.get(direction, direction),
            (told("date de debut"), told("date de fin")),
        )
        self.whole.append(table)
        return table

    def hand_over(self, table: _Table) -> None:
        timed = table.rows.in_time()
        self.gathering.left_out[LeftOut.TWICE] += len(table.rows) - len(timed)
        values = table.columns.values
        for column, value in enumerate(values):
            if len(values) > 1 and table.rows.is_empty(column):
                continue
            unit = value.unit or table.unit
            if unit is None and not table.aggregation:
                # A number without unit is no reading.
                self.gathering.left_out[LeftOut.NO_UNIT] += len(timed)
                continue
            is_mean = unit in MEASURED and table.aggregation != INDEX
            # States of Home Assistant are what an index showed, but for powers.
            is_index = table.aggregation == INDEX or (table.columns.is_state and not is_mean)
            read_after = 0 if is_index else value.read_after
            told = table.aggregation if table.aggregation in set(Aggregation) else None
            key = SeriesKey(
                unit,
                Aggregation(told or ("mean" if is_mean and read_after is None else "sum")),
                table.meter,
                table.direction,
                sheet=table.name or self.sheet,
                column=value.name,
                is_beside=value.is_beside,
            )
            rows = table.rows.column(column, timed)
            if read_after is None:
                self.gathering.add(key, self._points(table, list(timed), rows))
                continue
            for time, (shown, _end, _step) in zip(timed, rows, strict=True):
                if shown is None:
                    self.gathering.left_out[LeftOut.EMPTY] += 1
                else:
                    self.gathering.add_reading(key, time + read_after, FileReading(shown))

    def _points(
        self, table: _Table, times: Sequence[float], rows: Iterator[TimedValue]
    ) -> Iterator[Point]:
        is_state = table.columns.is_state
        are_days = table.rows.are_days and table.columns.end is None and not is_state
        is_end = not are_days and self._is_stamped_at_end(table, times)
        if is_state:
            steps = [after - time for time, after in pairwise(times)] + [0.0]
        else:
            steps = steps_of(times, is_end=is_end)
        firsts = {time for time in times if are_days and table.rows.local(time).day == 1}
        are_months = len(firsts) == len(times) > 1 and min(steps) <= LONGEST_MONTH
        for time, (value, end, length), between in zip(times, rows, steps, strict=True):
            if value is None:
                self.gathering.left_out[LeftOut.EMPTY] += 1
                continue
            begin, seconds = time, length or between
            if are_days:
                # Of days, weeks and months Enedis and GRDF stamp the beginning.
                begin, after = self._days(table, time, end, firsts, are_months)
                seconds = after - begin
            elif end is not None:
                seconds = end - time
            if seconds <= 0:
                # Of the last state nobody knows how long it held.
                self.gathering.left_out[LeftOut.IMPOSSIBLE if is_state else LeftOut.UNREADABLE] += 1
            else:
                yield Point(begin - seconds if is_end else begin, seconds, value)

    def _is_stamped_at_end(self, table: _Table, times: Sequence[float]) -> bool:
        """Return whether a table stamps the ends of its periods.

        Enedis does, but for the curves above 36 kVA. Where the file says which days were asked
        for, a stamp at their very beginning is that of a beginning: what ended then was not.
        """
        if not table.columns.is_stamped_at_end:
            return False
        try:
            first, after = (table.rows.time(moment(day).time) for day in table.asked)
        except ValueError, OverflowError:
            return True
        return not (first in times and (after not in times or times[-1] > after))

    def _days(
        self, table: _Table, time: float, end: float | None, firsts: set[float], are_months: bool
    ) -> tuple[float, float]:
        """Return begin and end of a day or a month from its midnight on, or of the days to `end`.

        GRDF counts the week of new year in two parts and may name all of its days in the first: it
        ends where the second begins, which is among the `firsts` of months.
        """
        rows = table.rows
        shift = GAS_DAY if table.columns.is_gas else timedelta()
        first = rows.local(time)
        after = rows.local(end or time) + timedelta(days=0 if end else 31 if are_months else 1)
        if are_months and end is None:
            after = after.replace(day=1)
        elif first.year < after.year and rows.time(after.replace(month=1, day=1)) in firsts:
            after = after.replace(month=1, day=1)
        return rows.time(first + shift), rows.time(after + shift)
