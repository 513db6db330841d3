"""Gather what the report of a site says, each figure from where every page takes it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from itertools import pairwise

from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.util import dt as dt_util

from ...commands import Refused
from ...figures.const import (
    CONF_COMMUNE,
    CONF_FLOOR_AREA,
    CONF_HEATING,
    CONF_PEOPLE,
    CONF_SITE_KIND,
    CONF_SUBSCRIBED_POWER,
)
from ...figures.counting.amounts import kilowatt_hours
from ...figures.counting.balance import HomeQuantity
from ...figures.counting.calendar import MS, ONE_DAY, days_of
from ...figures.counting.local_days import begin_ms
from ...figures.counting.sources import entity_of, series_of, sources_of, statistic_of
from ...figures.site.energies import Counted, StepLength, async_counted
from ...figures.site.peak import async_peak, half_hour_peak
from ...figures.site.site import Home, HomeConfigEntry
from ...figures.tariff.book import end_before, year_before
from ...figures.tariff.clock import colour_in
from ...figures.tariff.compared import (
    Compared,
    OfferedContract,
    colours_in,
    compared,
    exceeded,
    offer_of,
    tempo_day,
)
from ...figures.tariff.contract import RED, Hours, Option, first_of_next_month
from ...figures.tariff.presets import Preset, newest, read_presets
from ...figures.tariff.spending import CONF_COLOUR_SENSOR, tariffs_of
from ...figures.tariff.tally import Commodity, Derived, SiteQuantity
from ...figures.year.energy_class import per_area
from ...history.past import async_called
from ...history.recorder import async_states
from ...protocol.sheet import SiteKind
from .facts import (
    YEAR_DAYS,
    Amount,
    BaseLoad,
    Comparison,
    Coverage,
    Facts,
    Month,
    Peak,
    Powers,
    Shared,
    SiteTold,
    Sun,
    TimesOfUse,
)
from .goals import goals_in
from .half_hours import StepsByDay, base_load_of, coverage_of, hours_of
from .weather import with_weather

STANDING = (HomeQuantity.BOUGHT, HomeQuantity.PRODUCED, HomeQuantity.SOLD)
"""What stands for a site: what it buys, else what it gives."""

OPTIONS = (Option.OFF_PEAK, Option.BASE, Option.TEMPO)
EUROS = "EUR"
"""The currency of the regulated prices."""

KILOWATTS = {"W": 1000.0, "VA": 1000.0, "kW": 1.0, "kVA": 1.0}


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """The days of [begin, end), of which a report is made."""

    begin: date
    end: date

    @property
    def before(self) -> ReportPeriod:
        """Return the same days a year before."""
        return ReportPeriod(year_before(self.begin), end_before(self.end))

    @property
    def days(self) -> int:
        """Return how many there are."""
        return (self.end - self.begin).days


async def async_facts(
    entry: HomeConfigEntry, period: ReportPeriod, shared: Sequence[Shared] | None
) -> Facts:
    """Return what the report of a site says; raises Refused."""
    home = entry.runtime_data
    hass, book = home.hass, home.spending.book
    steps, total = await async_counted(home, period.begin, period.end, StepLength.MONTH)
    quantity = next((one for one in STANDING if total.known(one) > 0), None)
    if quantity is None:
        raise Refused("report_nothing_known", ERR_NOT_FOUND)
    before = period.before
    steps_before, total_before = await async_counted(
        home, before.begin, before.end, StepLength.MONTH
    )
    days = await _async_days(home, quantity, period)
    days_before = await _async_days(home, quantity, before)
    is_bought = quantity is HomeQuantity.BOUGHT
    peaks = await _async_peaks(home, period) if is_bought else _Peaks([], is_recorded=False)
    presets = await hass.async_add_executor_job(read_presets)
    colours = await _async_colours(entry, period)
    zone, is_south = dt_util.get_default_time_zone(), home.outdoor.is_southern
    made = dt_util.now()

    def look() -> tuple[Coverage, TimesOfUse, BaseLoad | None, Comparison | None]:
        return (
            coverage_of(days, period.begin, period.end, zone),
            hours_of(days, period.begin, period.end, zone, is_south=is_south),
            base_load_of(days, days_before, zone, is_south=is_south) if is_bought else None,
            _compare(home, days, period, made.date(), presets, colours) if is_bought else None,
        )

    # A year of half-hours would hold up the loop.
    coverage, hours, base_load, comparison = await hass.async_add_executor_job(look)
    gas = energy_of(total, Commodity.GAS)
    amount = amount_of(home, quantity, total)
    facts = Facts(
        site=_site(entry),
        quantity=quantity,
        begin=period.begin,
        end=period.end,
        made=made,
        currency=hass.config.currency,
        months=[
            Month(
                begin,
                end,
                amount_of(home, quantity, step),
                amount_of(home, quantity, step_before),
                max(
                    (peak for peak in peaks.days if begin <= peak.day < end),
                    key=lambda peak: peak.power,
                    default=None,
                ),
            )
            for (begin, end), step, step_before in zip(
                pairwise(months_of(period)), steps, steps_before, strict=True
            )
        ],
        total=amount,
        before=amount_of(home, quantity, total_before),
        subscription=subscription_of(home, period),
        per_area=per_area_of(home, period, amount, gas) if is_bought else None,
        gas=gas,
        contracts=book.accountant.tariffs.between(period.begin, period.end),
        coverage=coverage,
        hours=hours,
        sources=await _async_sources(home),
        powers=await _async_powers(home, peaks, days, presets),
        base_load=base_load,
        sun=_sun(home, total),
        comparison=comparison,
        goals=list(goals_in(home.goals.all(), period.begin, period.end)),
        shared=shared,
    )
    return with_weather(facts, home, (before.begin, before.end)) if is_bought else facts


def months_of(period: ReportPeriod) -> Iterable[date]:
    """Yield where the months of a period begin, and its end."""
    day = period.begin
    while day < period.end:
        yield day
        day = first_of_next_month(day)
    yield period.end


def _site(entry: HomeConfigEntry) -> SiteTold:
    return SiteTold(
        entry.title,
        entry.data.get(CONF_SITE_KIND, SiteKind.HOME),
        entry.data.get(CONF_COMMUNE),
        entry.data.get(CONF_FLOOR_AREA),
        entry.data.get(CONF_PEOPLE),
        entry.data.get(CONF_HEATING),
    )


def amount_of(home: Home, quantity: SiteQuantity, counted: Counted) -> Amount:
    """Return what some days came to."""
    known = counted.known(quantity)
    if known <= 0:
        return Amount(None, 0.0)
    energy = kilowatt_hours(counted.amount(quantity))
    accountant = home.spending.book.accountant
    if not accountant.tariffs.all or quantity is not HomeQuantity.BOUGHT:
        return Amount(energy, known)
    bill = accountant.bill(counted.tally)
    # Before the first contract there is no price, and no period.
    energies = bill.energies if not bill.unpriced else {}
    return Amount(
        energy,
        known,
        None if bill.unpriced else bill.energy_cost,
        {
            name: (kilowatt_hours(energies[name]), bill.costs.get(name, Decimal(0)))
            for name in (*accountant.tariffs.periods(), "")
            if name in energies
        },
    )


def subscription_of(home: Home, period: ReportPeriod) -> Decimal | None:
    """Return the subscriptions of the days since when something is known."""
    book = home.spending.book
    first = book.first_day(HomeQuantity.BOUGHT)
    if not book.accountant.tariffs.all or first is None:
        return None
    return book.accountant.tariffs.subscription(max(period.begin, first), period.end)


def per_area_of(
    home: Home, period: ReportPeriod, amount: Amount, gas: Decimal | None
) -> int | None:
    """Return the kWh/m² of a year that is known, electricity and gas."""
    floor_area = home.data.get(CONF_FLOOR_AREA)
    if not floor_area or period.days not in YEAR_DAYS or (gas is None and home.has_gas):
        return None
    if amount.energy is None or not amount.is_whole:
        return None
    return per_area(float(amount.energy + (gas or 0)), floor_area)


def energy_of(total: Counted, quantity: SiteQuantity | Derived) -> Decimal | None:
    """Return what is known of a quantity on some days, kWh; None: nothing."""
    return kilowatt_hours(total.amount(quantity)) if total.known(quantity) > 0 else None


def _sun(home: Home, total: Counted) -> Sun | None:
    """Return what was produced, and what is known of what became of it."""
    book = home.spending.book
    since, produced = book.since(HomeQuantity.PRODUCED), energy_of(total, HomeQuantity.PRODUCED)
    if since is None or produced is None or HomeQuantity.PRODUCED not in home.past.quantities:
        return None
    sold = energy_of(total, HomeQuantity.SOLD)
    priced = sold is not None and any(tariff.feed_in for tariff in book.accountant.tariffs.all)
    return Sun(
        produced,
        energy_of(total, Derived.SELF_CONSUMED),
        sold,
        book.accountant.bill(total.tally).income if priced else None,
        book.accountant.calendar.day(max(since, total.begin)),
        energy_of(total, Derived.CONSUMED),
    )


async def _async_days(home: Home, quantity: HomeQuantity, period: ReportPeriod) -> StepsByDay:
    found = await home.past.async_half_hours(period.begin, period.end, (quantity,))
    return {day: pasts.get(quantity, {}) for day, pasts in found.items()}


# Powers


@dataclass(frozen=True, slots=True)
class _Peaks:
    days: Sequence[Peak]
    is_recorded: bool


async def _async_peaks(home: Home, period: ReportPeriod) -> _Peaks:
    """Return the highest power of each day: as recorded, else of half-hours."""
    bounds = [begin_ms(period.begin + n * ONE_DAY) for n in range(period.days + 1)]
    days = [home.spending.book.day(day) for day in days_of(period.begin, period.end)]
    told = await async_peak(home, bounds, days)
    if told is None or any(
        power is None and day.known.get(HomeQuantity.BOUGHT)
        for power, day in zip(told["power"], days, strict=True)
    ):
        told = half_hour_peak(days)
    is_recorded = told["basis"] == "max"
    factor = KILOWATTS.get(told["unit"] or "W", 1000.0)
    return _Peaks(
        [
            Peak(
                power / factor,
                period.begin + number * ONE_DAY,
                None if is_recorded else dt_util.as_local(dt_util.utc_from_timestamp(at / MS)).hour,
            )
            for number, (power, at) in enumerate(zip(told["power"], told["at"], strict=True))
            if power is not None
        ],
        is_recorded,
    )


async def _async_powers(
    home: Home, peaks: _Peaks, days: StepsByDay, presets: Sequence[Preset]
) -> Powers | None:
    """Return the highest power, and how often another subscribed power would not have done."""
    if not peaks.days:
        return None
    highest = max(peaks.days, key=lambda peak: peak.power)
    if peaks.is_recorded:
        # Of a long time only the day was read.
        bounds = [begin_ms(highest.day), begin_ms(highest.day + ONE_DAY)]
        told = await async_peak(home, bounds)
        if told is not None and told["basis"] == "max" and told["at"][0] is not None:
            local = dt_util.as_local(dt_util.utc_from_timestamp(told["at"][0] / MS))
            highest = Peak(highest.power, highest.day, local.hour)
    powers = {power for preset in presets for power in preset.subscriptions}
    subscribed = home.data.get(CONF_SUBSCRIBED_POWER)

    def count(power: float) -> int:
        if peaks.is_recorded:
            return sum(peak.power > power for peak in peaks.days)
        return exceeded(days.values(), power)

    def count_all() -> dict[float, int]:
        return {power: count(power) for power in sorted({*powers, *filter(None, [subscribed])})}

    # A year of half-hours, by each power that there is.
    counts = await home.hass.async_add_executor_job(count_all)
    return Powers(highest, peaks.is_recorded, subscribed, counts)


# Other contracts


async def _async_colours(entry: HomeConfigEntry, period: ReportPeriod) -> dict[date, str]:
    """Return the Tempo colours that a sensor told, as the recorder has them."""
    hass, found = entry.runtime_data.hass, dict[date, str]()
    refs = {ref for data in tariffs_of(entry) if (ref := data.get(CONF_COLOUR_SENSOR))}
    begin, end = begin_ms(period.begin) / MS, begin_ms(period.end) / MS
    for entity_id in filter(None, (entity_of(hass, ref) for ref in refs)):
        for state in await async_states(hass, entity_id, begin, end):
            if (colour := colour_in(state.state)) is not None:
                found[dt_util.as_local(state.last_changed).date()] = colour
    return found


def _compare(
    home: Home,
    days: StepsByDay,
    period: ReportPeriod,
    today: date,
    presets: Sequence[Preset],
    told: Mapping[date, str],
) -> Comparison | None:
    """Return what the home's contract and others come to; None without a contract."""
    own = home.spending.tariffs.at(today)
    power: float | None = home.data.get(CONF_SUBSCRIBED_POWER)
    if own is None:
        return None
    zone: tzinfo = dt_util.get_default_time_zone()
    first = home.spending.book.first_day(HomeQuantity.BOUGHT) or period.begin
    begin, half_hours = max(period.begin, first), list(days.values())
    colours = {**told, **colours_in(half_hours, zone)}
    offers = [OfferedContract(own, power, is_own=True)]
    known = [preset for preset in presets if preset.begin <= today]
    is_priced = home.hass.config.currency == EUROS and home.hass.config.country in (None, "FR")
    if power is not None and is_priced:
        offers += _others(offers[0], power, known, own.off_peak_hours)
    found: list[Compared] = []
    is_tempo_unknown = False
    for offer in offers:
        one = compared(offer, half_hours, begin, period.end, zone, colours)
        if one is not None:
            found.append(one)
        else:
            is_tempo_unknown = True
    used = {tempo_day(datetime.fromtimestamp(at / MS, zone)) for s in half_hours for at in s}
    has_hours = own.off_peak_hours is not None or own.option is Option.OFF_PEAK
    return Comparison(
        found,
        max((preset.begin for preset in known), default=None) if len(offers) > 1 else None,
        is_tempo_unknown,
        sum(colours.get(day) == RED for day in used),
        not has_hours,
    )


def _others(
    own: OfferedContract, power: float, presets: Sequence[Preset], hours: Hours | None
) -> Iterable[OfferedContract]:
    """Yield the regulated contracts to compare with: other options, then other powers."""
    begin = own.tariff.begin
    for option in OPTIONS:
        preset = newest(presets, option, power)
        if preset is not None:
            offer = offer_of(preset, power, begin, hours)
            if not _is_same(own, offer):
                yield offer
    powers = sorted({each for preset in presets for each in preset.subscriptions})
    lower = [each for each in powers if each < power][-1:]
    for other in (*lower, *[each for each in powers if each > power][:1]):
        option = own.tariff.option if own.tariff.option in OPTIONS else Option.BASE
        preset = newest(presets, option, other)
        if preset is not None:
            yield offer_of(preset, other, begin, hours)


def _is_same(own: OfferedContract, offer: OfferedContract) -> bool:
    return (
        own.tariff.option is offer.tariff.option
        and dict(own.tariff.prices) == dict(offer.tariff.prices)
        and own.tariff.subscription == offer.tariff.subscription
    )


# Where it comes from


async def _async_sources(home: Home) -> list[str]:
    """Return what the sensors and the series are called that tell of the site."""
    entities = (entity_of(home.hass, source.ref) for source in sources_of(home.data))
    series = [
        statistic_of(home.hass, ref)
        for quantity in (*HomeQuantity, *Commodity)
        for ref in series_of(home.data, quantity)
    ]
    ids = dict.fromkeys([*filter(None, entities), *series])
    return list(dict.fromkeys([await async_called(home.hass, one) for one in ids]))
