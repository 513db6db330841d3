"""What other contracts would have cost over a home's own half-hours. Pure.

Habits are taken as they were, and one price list for all of the time. Amounts are not rounded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal

from ...history.points import SHORTEST_DAY
from ..counting.balance import HomeQuantity
from ..counting.calendar import HALF_HOUR_MS, HOUR_MS, MS
from ..counting.steps import Step, Steps
from .contract import COLOURS, TEMPO_BEGIN, Hours, Option, Tariff, Tariffs
from .presets import Preset
from .tally import Accountant, Tally

USUAL_OFF_PEAK_HOURS = Hours.parse("22:00-6:00")
"""Taken where nobody said when a home's own off-peak hours would be."""


@dataclass(frozen=True, slots=True)
class OfferedContract:
    """A contract at a subscribed power, with one price list."""

    tariff: Tariff
    power: float | None
    """kVA; None: nobody said it."""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """What an offer would have cost."""

    offer: OfferedContract
    energies: Mapping[str, int]
    """Tariff period → microjoules."""
    energy_cost: Decimal
    subscription: Decimal

    @property
    def cost(self) -> Decimal:
        """Return energy and subscription."""
        return self.energy_cost + self.subscription


def offer_of(preset: Preset, power: float, begin: date, hours: Hours | None) -> OfferedContract:
    """Return the regulated contract at a subscribed power, as if it held from a day on."""
    return OfferedContract(
        Tariff(
            begin,
            preset.option,
            {name: Decimal(str(price)) for name, price in preset.prices.items()},
            Decimal(str(preset.subscriptions[power])),
            off_peak_hours=hours or USUAL_OFF_PEAK_HOURS,
        ),
        power,
    )


def compared(
    offer: OfferedContract,
    days: Iterable[Steps],
    begin: date,
    end: date,
    zone: tzinfo,
    colours: Mapping[date, str],
) -> Compared | None:
    """Return what the half-hours bought on some days, and the days [begin, end), would cost.

    None where it cannot be told: `colours` of Tempo lacks a day of them.
    """
    tariff = replace(offer.tariff, begin=date.min)
    tariffs = Tariffs([tariff])
    accountant = Accountant(tariffs, zone)
    tally = Tally()
    for steps in days:
        # The meter told the periods of the contract that is the home's own, of no other.
        named = steps if offer.is_own else _named(tariff, steps, zone, colours)
        if named is None:
            return None
        tally.add(accountant.tally({HomeQuantity.BOUGHT: named}, ()))
    bill = accountant.bill(tally)
    return Compared(offer, bill.energies, bill.cost, tariffs.subscription(begin, end))


def _named(tariff: Tariff, steps: Steps, zone: tzinfo, colours: Mapping[date, str]) -> Steps | None:
    """Return half-hours by the periods of a contract that they were not counted by."""
    named: Steps = {}
    for at, step in steps.items():
        middle = datetime.fromtimestamp((at + HALF_HOUR_MS // 2) / MS, zone)
        amounts: dict[str, int] = {}
        for told, amount in step.amounts.items():
            name = _name(tariff, told, middle, colours)
            if name is None:
                return None
            amounts[name] = amounts.get(name, 0) + amount
        named[at] = Step(amounts, step.known, step.length)
    return named


def _name(tariff: Tariff, told: str, middle: datetime, colours: Mapping[date, str]) -> str | None:
    """Return the period of a half-hour, None where nobody knows it."""
    if tariff.option is Option.OFF_PEAK:
        # Another contract with off-peak hours has them when this meter had them.
        kind = next((kind for kind in ("off_peak", "peak") if told.startswith(kind)), None)
        return kind or tariff.scheduled(middle, None)
    return tariff.scheduled(middle, colours.get(tempo_day(middle)))


def tempo_day(at: datetime) -> date:
    """Return the day whose colour a local time has."""
    return (at.replace(tzinfo=None) - TEMPO_BEGIN).date()


def colours_in(days: Iterable[Steps], zone: tzinfo) -> dict[date, str]:
    """Return the Tempo colours that a meter told with the half-hours it counted."""
    found: dict[date, str] = {}
    for steps in days:
        for at, step in steps.items():
            for told in step.amounts:
                colour = told.rpartition("_")[2]
                # Of a day that is known as a whole, they are shared as those of others.
                if colour in COLOURS and step.length < SHORTEST_DAY * MS:
                    found[tempo_day(datetime.fromtimestamp(at / MS, zone))] = colour
    return found


def exceeded(days: Iterable[Steps], power: float) -> int:
    """Return in how many half-hours the mean power was above so many kVA, taken as kW."""
    most = power * HALF_HOUR_MS * MS
    return sum(
        step.amount > most * 1000 and step.length <= HOUR_MS
        for steps in days
        for step in steps.values()
    )
