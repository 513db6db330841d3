"""What can be compared: which series there are, how much of each is known, and their values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import pairwise
import math
import time
from typing import Any, Literal, NamedTuple

from homeassistant.components.recorder.db_schema import (
    Statistics,
    StatisticsMeta,
    StatisticsShortTerm,
)
from homeassistant.components.recorder.models import StatisticMetaData
from homeassistant.components.recorder.statistics import get_metadata
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance, session_scope
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import (
    ApparentPowerConverter,
    EnergyConverter,
    PowerConverter,
    VolumeConverter,
)
from sqlalchemy import func, select

from ..const import COLLECTED, CONF_KIND, DOMAIN, FEEDS, FRIENDS, Kind
from ..roles import Asker, Role
from .archive import async_archive
from .past import Meaning, async_meaning, async_past, async_provided, async_recorded_meaning
from .periods import Period, begin_of, end_of
from .points import HOUR, LONGEST_DAY, SHORTEST_DAY, Aggregation, Point
from .recorder import in_own, is_of_another, points_of

SHORT = 300
"""Seconds of a row of the recorder's short-term statistics."""

FEW = 0.1
"""Where less of the hours have a row, a row may hold a whole day."""

DECIMALS = 9
"""Of the values that are told: what comes after them is noise of floating point."""

IN_KILO = {
    Aggregation.SUM: ((EnergyConverter, "kWh"),),
    Aggregation.MEAN: ((PowerConverter, "kW"), (ApparentPowerConverter, "kVA")),
}
"""What is told as a mean power, and what of it is 1 kW, or is drawn beside kW."""


class Length(StrEnum):
    """How long the steps are that values are told in."""

    FIVE_MINUTES = "five_minutes"
    HALF_HOUR = "half_hour"
    HOUR = "hour"
    DAY = "day"


SECONDS = {Length.FIVE_MINUTES: SHORT, Length.HALF_HOUR: 1800, Length.HOUR: HOUR}


@dataclass(frozen=True, slots=True)
class SeriesKnown:
    """A statistic, and how much is known of it."""

    name: str
    unit: str | None
    is_sum: bool
    first: float
    last: float
    """When what is known begins and ends, Unix seconds."""
    known: float
    """The part of a period that is known, 0 to 1."""


class InStep(NamedTuple):
    """What is known of a step."""

    value: float | None
    """Of a mean: over what is known of the step. Of an amount: what is known of it."""
    part: float
    """The part of the step that is known, 0 to 1."""
    is_of_days: bool
    """Whether the value is of a day or more, and the step shorter; or of several days."""


class Rendering(NamedTuple):
    """How values are told: `value * factor` in `unit`."""

    unit: str | None
    factor: float
    is_amount: bool
    """Whether a step has what was counted in it; else it has a mean."""


@callback
def is_for(asker: Asker, statistic_id: str) -> bool:
    """Return whether a statistic is for who asks: of others for administrators alone."""
    if asker.is_admin:
        return True
    if is_of_others(asker.hass, statistic_id):
        return False
    entity = er.async_get(asker.hass).async_get(statistic_id)
    statistic = statistic_id.upper()
    return all(
        asker.may(Role.LOOK, site)
        for site in asker.sites
        if site == (entity and entity.config_entry_id)
        or statistic.startswith(f"{DOMAIN}:{site}_".upper())
    )


@callback
def is_of_others(hass: HomeAssistant, statistic_id: str) -> bool:
    """Return whether a statistic came over a sharing account: readings of friends, or of them."""
    if statistic_id.startswith((FRIENDS, FEEDS, COLLECTED)):
        return True
    entity = er.async_get(hass).async_get(statistic_id)
    entry = hass.config_entries.async_get_entry((entity and entity.config_entry_id) or "")
    return entry is not None and entry.data.get(CONF_KIND) == Kind.ACCOUNT


async def async_comparable(
    hass: HomeAssistant, begin: float, end: float, named: Collection[str], asker: Asker
) -> dict[str, SeriesKnown]:
    """Return what can be compared, with how much of [begin, end) is known of each.

    That are the statistics of our entities, those that are named, and for administrators all of
    ours that have no entity; nobody else gets what came of others, or is of a site not for them.
    """
    entities = er.async_get(hass).entities.values()
    ids = {
        one.entity_id for one in entities if one.platform == DOMAIN and one.hidden_by is None
    } | set(named)
    is_admin = asker.is_admin
    ids = {one for one in ids if is_for(asker, one)}
    found = await get_instance(hass).async_add_executor_job(_known, hass, ids, begin, end, is_admin)
    series = {
        statistic_id: SeriesKnown(
            metadata["name"] or _name_of(hass, statistic_id),
            metadata["unit_of_measurement"],
            metadata["has_sum"],
            *span,
        )
        for statistic_id, (metadata, span) in found.items()
    }
    for statistic_id, one in async_provided(hass).items():
        # What it says is so before the recorder has written it.
        span = one.span() if is_admin or statistic_id in ids else None
        if span is not None:
            first, last = span
            series[statistic_id] = SeriesKnown(
                one.name, one.meaning.unit, True, first, last, one.known(begin, end)
            )
    return series


@callback
def _name_of(hass: HomeAssistant, entity_id: str) -> str:
    state = hass.states.get(entity_id)
    return entity_id if state is None else state.name


def _known(
    hass: HomeAssistant, ids: set[str], begin: float, end: float, with_external: bool
) -> dict[str, tuple[StatisticMetaData, tuple[float, float, float]]]:
    """Return statistics with when each begins and ends, and the part of [begin, end) known."""
    kept = get_metadata(hass, statistic_ids=ids) if ids else {}
    if with_external:
        kept |= get_metadata(hass, statistic_source=DOMAIN)
    kept = {one: found for one, found in kept.items() if is_measured(found[1])}
    spans = _spans(hass, [row for row, _metadata in kept.values()], begin, end)
    found = {}
    for one, (row, metadata) in kept.items():
        if (span := spans.get(row)) is None:
            continue
        if is_of_another(one) and 0 < span[2] < FEW:
            points = points_of(hass, one, begin, end, is_sum=metadata["has_sum"], units=None)
            passed = min(end, time.time()) - begin
            span = *span[:2], min(1.0, sum(point.seconds for point in points) / passed)
        found[one] = metadata, span
    return found


def is_measured(metadata: StatisticMetaData) -> bool:
    """Return whether a statistic is of what is measured: of money there is nothing to draw."""
    unit = metadata["unit_of_measurement"]
    is_amount = unit in EnergyConverter.VALID_UNITS or unit in VolumeConverter.VALID_UNITS
    return unit is not None and (is_amount or not metadata["has_sum"])


def _spans(
    hass: HomeAssistant, rows: Sequence[int], begin: float, end: float
) -> dict[int, tuple[float, float, float]]:
    """Return by row of the metadata: first and last time, and the part of [begin, end) known."""

    def columns(table: type[Statistics | StatisticsShortTerm]) -> list[Any]:
        # Each is a look into the index of the table: no row is read.
        of = table.metadata_id == StatisticsMeta.id
        inside = (table.start_ts >= begin // HOUR * HOUR, table.start_ts < end)
        return [
            select(func.min(table.start_ts)).where(of).scalar_subquery(),
            select(func.max(table.start_ts)).where(of).scalar_subquery(),
            select(func.count()).select_from(table).where(of, *inside).scalar_subquery(),
        ]

    statement = select(
        StatisticsMeta.id, *columns(Statistics), *columns(StatisticsShortTerm)
    ).where(StatisticsMeta.id.in_(rows))
    with session_scope(hass=hass, read_only=True) as session:
        found = session.execute(statement).all()
    now = time.time()
    # Of a period that goes on: of the hours that are over. The recorder needs a moment for them.
    over = max(min(end, now // HOUR * HOUR) - begin, 0) / HOUR
    spans: dict[int, tuple[float, float, float]] = {}
    for row, first, last, hours, first_short, last_short, shorts in found:
        begins = [one for one in (first, first_short) if one is not None]
        ends = [
            one + seconds for one, seconds in ((last, HOUR), (last_short, SHORT)) if one is not None
        ]
        if not begins:
            continue
        parts = [hours / over] if over else []
        passed = min(end, now) - begin
        if passed > 0:
            parts.append(shorts * SHORT / passed)
        spans[row] = (min(begins), max(ends), min(1.0, max(parts, default=0.0)))
    return spans


def begins_of(begin: float, end: float, step: Length) -> list[float]:
    """Return when the steps of [begin, end) begin; those of days after the first at midnight."""
    if step is not Length.DAY:
        seconds = SECONDS[step]
        return [begin + n * seconds for n in range(math.ceil((end - begin) / seconds))]
    zone = dt_util.get_default_time_zone()
    begins = [begin]
    midnight = end_of(begin_of(begin, Period.DAY, zone), Period.DAY, zone)
    while midnight < end:
        begins.append(midnight)
        midnight = end_of(midnight, Period.DAY, zone)
    return begins


def told_as(meaning: Meaning) -> Rendering:
    """Return how a series is told: powers and energies as a mean power in kW."""
    for converter, kilo in IN_KILO[meaning.aggregation]:
        if meaning.unit in converter.VALID_UNITS:
            factor = converter.converter_factory(meaning.unit, kilo)(1.0)
            return Rendering("kW", factor, is_amount=False)
    return Rendering(meaning.unit, 1, meaning.aggregation is Aggregation.SUM)


async def async_values(
    hass: HomeAssistant,
    ids: Collection[str],
    begin: float,
    end: float,
    step: Length,
    asker: Asker,
) -> dict[str, tuple[Rendering, list[InStep]]]:
    """Return what is known of series in the steps of [begin, end).

    Of what is not for the asker, it gets the hours that Home Assistant gives to all.
    """
    edges = [*begins_of(begin, end, step), end]
    run = get_instance(hass).async_add_executor_job
    values: dict[str, tuple[Rendering, list[InStep]]] = {}
    for statistic_id in ids:
        is_archived = statistic_id.startswith(f"{DOMAIN}:") and is_for(asker, statistic_id)
        look = async_meaning if is_archived else async_recorded_meaning
        if (meaning := await look(hass, statistic_id)) is None:
            continue
        shown = told_as(meaning)
        if is_archived:
            reach = await async_archive(hass).async_reach(statistic_id)
            points = await async_past(hass, statistic_id, meaning, begin - reach, end)
            told = await run(in_steps, points, edges, meaning.aggregation, shown)
        else:
            is_fine = step in (Length.FIVE_MINUTES, Length.HALF_HOUR)
            told = await run(_recorded, hass, statistic_id, edges, meaning, is_fine)
        values[statistic_id] = shown, told
    return values


def _recorded(
    hass: HomeAssistant, statistic_id: str, edges: Sequence[float], meaning: Meaning, is_fine: bool
) -> list[InStep]:
    """Return what the recorder knows: its short-term rows, and hours where it has none of these."""
    shown, begin, end = told_as(meaning), edges[0] - LONGEST_DAY, edges[-1]
    is_sum, units = meaning.aggregation is Aggregation.SUM, in_own(meaning.unit)

    def read(period: Literal["5minute", "hour"]) -> list[InStep]:
        points = points_of(
            hass, statistic_id, begin, end, is_sum=is_sum, units=units, period=period
        )
        return in_steps(points, edges, meaning.aggregation, shown)

    hours = read("hour")
    if not is_fine:
        return hours
    fine = read("5minute")
    known = {at // HOUR for at, one in zip(edges[:-1], fine, strict=True) if one.part}
    return [
        of_hour if at // HOUR not in known else one
        for at, one, of_hour in zip(edges[:-1], fine, hours, strict=True)
    ]


def in_steps(
    points: Sequence[Point], edges: Sequence[float], aggregation: Aggregation, shown: Rendering
) -> list[InStep]:
    """Return what points in time order amount to in each step between two edges.

    One that lies in two steps is part of both.
    """
    steps: list[InStep] = []
    first = 0
    for begin, end in pairwise(edges):
        while first < len(points) and points[first].end <= begin:
            first += 1
        total = known = longest = 0.0
        at = first
        while at < len(points) and points[at].begin < end:
            point = points[at]
            inside = min(point.end, end) - max(point.begin, begin)
            per_second = point.value
            if aggregation is Aggregation.SUM:
                per_second *= (1 if shown.is_amount else HOUR) / point.seconds
            total += per_second * inside
            known += inside
            longest = max(longest, point.seconds, point.spread)
            at += 1
        if known <= 0:
            steps.append(InStep(None, 0, False))
            continue
        value = round((total if shown.is_amount else total / known) * shown.factor, DECIMALS)
        is_of_days = longest >= SHORTEST_DAY > end - begin or longest > LONGEST_DAY
        steps.append(InStep(value, round(min(1, known / (end - begin)), DECIMALS), is_of_days))
    return steps


def as_told(found: Mapping[str, SeriesKnown]) -> list[dict[str, Any]]:
    """Return series as they are told, times in Unix milliseconds."""
    return [
        asdict(one) | {"id": key, "first": round(one.first * 1000), "last": round(one.last * 1000)}
        for key, one in sorted(found.items())
    ]
