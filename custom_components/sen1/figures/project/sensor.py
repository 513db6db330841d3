"""Sensors of parts of projects: of each, with the project's figure beside it, and of all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import PERCENTAGE, UnitOfArea, UnitOfPower, UnitOfTime
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..const import HOLDING
from ..counting.amounts import KWH_DIGITS, half_up, rounded
from ..counting.calendar import CalendarPeriod
from ..counting.entity import ENERGY, Device, FigureEntity, Listen, async_add_each, subentry_device
from .holdings import (
    CONF_DIVIDENDS,
    CONF_PAID_ON,
    CONF_PROJECT_POWER,
    CONF_TOLD,
    YIELDS,
    Holding,
    Holdings,
)
from .investment import AmountOf, Position, ratio_of, total_of


def all_device(entry: ConfigEntry) -> Device:
    """Return what all parts are together."""
    return Device(f"{entry.entry_id}_investment", translation_key="investment")


@dataclass(frozen=True, kw_only=True)
class FigureDescription(SensorEntityDescription):
    """A figure of one part, or of several."""

    figure: Callable[[Sequence[Position]], Decimal | None]
    project: AmountOf | None = None
    """What the whole project has of it."""
    digits: int
    """Decimals of the state."""
    is_money: bool = False
    period: CalendarPeriod | None = None
    """Of an energy; None: since the beginning."""
    is_of_all: bool = True
    """Whether the parts have it together."""


def amount(
    key: str,
    mine: AmountOf,
    project: AmountOf | None = None,
    *,
    shown: int | None = None,
    **other: Any,
) -> FigureDescription:
    """Describe what adds up over parts; of its digits, so many are `shown`."""
    return FigureDescription(
        key=key,
        translation_key=f"holding_{key}",
        figure=lambda positions: total_of(positions, mine),
        project=project,
        suggested_display_precision=shown,
        **other,
    )


def share(key: str, whole: AmountOf, **other: Any) -> FigureDescription:
    """Describe the part of something of the project."""
    return amount(key, lambda one: one.mine(whole(one)), whole, **other)


def energy(key: str, whole: AmountOf, period: CalendarPeriod | None) -> FigureDescription:
    """Describe the part of the energy of a period."""
    return share(key, whole, digits=KWH_DIGITS, shown=1, period=period, **ENERGY)


def ratio(
    key: str, above: AmountOf, below: AmountOf, unit: str, *, shown: int, **other: Any
) -> FigureDescription:
    """Describe a ratio: per cent, or years."""
    factor = 100 if unit == PERCENTAGE else 1

    def figure(positions: Sequence[Position]) -> Decimal | None:
        found = ratio_of(positions, above, below)
        return None if found is None else found * factor

    return FigureDescription(
        key=key,
        translation_key=f"holding_{key}",
        figure=figure,
        native_unit_of_measurement=unit,
        suggested_display_precision=shown,
        **other,
    )


MONEY: dict[str, Any] = {"device_class": SensorDeviceClass.MONETARY, "is_money": True}
SURFACE: dict[str, Any] = {
    "device_class": SensorDeviceClass.AREA,
    "native_unit_of_measurement": UnitOfArea.SQUARE_METERS,
}
POWER: dict[str, Any] = {
    "device_class": SensorDeviceClass.POWER,
    "state_class": SensorStateClass.MEASUREMENT,
    "native_unit_of_measurement": UnitOfPower.WATT,
}


FIGURES: tuple[FigureDescription, ...] = (
    amount("shares", lambda one: one.held, lambda one: one.sheet.shares, digits=0),
    ratio(
        "part",
        lambda one: one.held,
        lambda one: one.sheet.shares,
        PERCENTAGE,
        digits=4,
        shown=2,
        is_of_all=False,
    ),
    share("invested", lambda one: one.sheet.capital, digits=2, shown=0, **MONEY),
    share("surface", lambda one: one.sheet.surface, digits=4, shown=1, **SURFACE),
    share("power", lambda one: one.power, digits=1, shown=0, **POWER),
    energy("energy_today", lambda one: one.day, CalendarPeriod.DAY),
    energy("energy_month", lambda one: one.month, CalendarPeriod.MONTH),
    energy("energy_year", lambda one: one.year, CalendarPeriod.YEAR),
    energy("energy_total", lambda one: one.total, None),
    ratio(
        "performance",
        lambda one: one.mine(one.yearly),
        lambda one: one.mine(one.sheet.expected),
        PERCENTAGE,
        digits=1,
        shown=0,
    ),
    amount("income", lambda one: one.income, digits=2, shown=2, **MONEY),
    ratio(
        "return",
        lambda one: one.income,
        lambda one: one.invested,
        PERCENTAGE,
        digits=2,
        shown=1,
        is_money=True,
    ),
    ratio(
        "payback",
        lambda one: one.invested,
        lambda one: one.yearly_income,
        UnitOfTime.YEARS,
        digits=1,
        shown=1,
        is_money=True,
    ),
)
"""The energies have no state class: they move when a friend's past comes in, which a statistic
would take for energy of that hour."""


@callback
def async_add_holdings(
    hass: HomeAssistant,
    entry: ConfigEntry,
    holdings: Holdings,
    listen: Listen,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of each part; those of all while there is one.

    `listen` says when subentries have changed.
    """

    def entities_of(subentry: ConfigSubentry) -> list[FigureEntity]:
        if (holding := holdings.running.get(subentry.subentry_id)) is None:
            return []
        return [
            HoldingSensor(holdings, subentry, row)
            for row in FIGURES
            if CONF_PROJECT_POWER in holding.data or row.device_class is not SensorDeviceClass.POWER
        ]

    async_add_each(entry, HOLDING, listen, async_add_entities, entities_of)
    devices, known = dr.async_get(hass), set[str | None]()

    @callback
    def look_at_all() -> None:
        """Have those of all with the first part, and none after the last."""
        rows = [row for row in FIGURES if row.is_of_all] if holdings.running else []
        if known and not rows:
            device = devices.async_get_device(all_device(entry).identifiers)
            if device is not None:
                devices.async_remove_device(device.id)
            known.clear()
        if rows and not known:
            sensors = [AllHoldingsSensor(holdings, entry, row) for row in rows]
            known.update(sensor.unique_id for sensor in sensors)
            async_add_entities(sensors)

    look_at_all()
    entry.async_on_unload(listen(look_at_all))


class FigureSensor(FigureEntity, SensorEntity):
    """A figure of one part or of several."""

    entity_description: FigureDescription

    def __init__(self, device: Device, holdings: Holdings, row: FigureDescription) -> None:
        is_power = row.device_class is SensorDeviceClass.POWER
        listeners = holdings.power_listeners if is_power else holdings.listeners
        super().__init__(device, row.key, listeners.add)
        self._holdings = holdings
        self.entity_description = row

    def _show(self, positions: Sequence[Position], currency: str | None) -> None:
        row = self.entity_description
        if row.device_class is SensorDeviceClass.MONETARY:
            self._attr_native_unit_of_measurement = currency or self.hass.config.currency
        value = row.figure(positions)
        self._attr_native_value = None if value is None else half_up(value, row.digits)
        self._attr_available = value is not None


class HoldingSensor(FigureSensor):
    """A figure of one part; in its attributes the project's, and what time it covers."""

    def __init__(
        self, holdings: Holdings, subentry: ConfigSubentry, row: FigureDescription
    ) -> None:
        super().__init__(subentry_device(subentry), holdings, row)
        self._subentry_id = subentry.subentry_id

    def _update(self) -> None:
        row, holding = self.entity_description, self._holdings.running.get(self._subentry_id)
        if holding is None:
            return  # its subentry has just been removed
        position = holding.position()
        self._show([position], holding.currency)
        attributes: dict[str, Any] = {}
        if row.project is not None and (whole := row.project(position)) is not None:
            attributes["project"] = rounded(whole, row.digits)
        if row.device_class is SensorDeviceClass.ENERGY:
            attributes |= self._covered(holding)
            if holding.statistic is not None:
                # Where the dashboard finds its hours.
                attributes["statistic"] = holding.statistic
        elif row.key == "performance" and (year := holding.year()) is not None:
            attributes |= {"begin": year.begin.isoformat(), "days": year.days}
        elif row.key == "shares":
            # The figure that is there whatever else is known.
            said = {name: getattr(position.sheet, name) for name in YIELDS}
            attributes |= {name: float(one) for name, one in said.items() if one is not None}
            for name in (CONF_PAID_ON, CONF_DIVIDENDS, CONF_TOLD):
                if name in holding.data:
                    attributes[name] = holding.data[name]
        self._attr_extra_state_attributes = attributes

    def _covered(self, holding: Holding) -> dict[str, Any]:
        """Return from when on an energy is known, and how much of the time since, in per cent."""
        period = self.entity_description.period
        begin = holding.production.begin_of(period, holding.today)
        known = holding.known(period)
        if begin is None or known is None:
            return {}
        return {"begin": begin.isoformat(), "known": round(100 * known)}


class AllHoldingsSensor(FigureSensor):
    """A figure of all parts; in its attributes what each brings to it."""

    def __init__(self, holdings: Holdings, entry: ConfigEntry, row: FigureDescription) -> None:
        super().__init__(all_device(entry), holdings, row)

    def _update(self) -> None:
        row, currency = self.entity_description, self.hass.config.currency
        parts = [
            (holding.subentry.title, position)
            for holding, position in self._holdings.positions()
            # Amounts of another currency do not add up with ours.
            if not row.is_money or holding.currency in (None, currency)
        ]
        self._show([position for _, position in parts], currency)
        each = [(title, row.figure([position])) for title, position in parts]
        self._attr_extra_state_attributes = {
            "parts": [
                {"name": title, "value": None if value is None else rounded(value, row.digits)}
                for title, value in each
            ]
        }
