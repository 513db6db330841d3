"""Sensors of a meter: one a label or a meaning of it, and what follows from several."""

import asyncio
from datetime import datetime, tzinfo
from typing import Any

from homeassistant.components.sensor import RestoreSensor, SensorEntity
from homeassistant.const import MATCH_ALL, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoredExtraData, RestoreEntity
from homeassistant.util import dt as dt_util

from .entity import LinkyEntity, async_make_entities
from .labels.contracts import CONTRACTS
from .labels.pacing import Writer
from .labels.profiles import DayProfile, next_change
from .labels.rows import SensorRow
from .labels.table import NEXT_CHANGE, SENSORS, TOTAL
from .labels.total import Total
from .labels.values import NOTHING, LabelValue, Nothing
from .line_sensors import COUNTS, GroupCount
from .meter import LinkyConfigEntry, LinkyMeter

PARIS = "Europe/Paris"

OVERSEAS = {
    "America/Cayenne", "America/Guadeloupe", "America/Marigot", "America/Martinique",
    "America/Miquelon", "America/St_Barthelemy", "Indian/Mayotte", "Indian/Reunion",
    "Pacific/Gambier", "Pacific/Marquesas", "Pacific/Noumea", "Pacific/Tahiti",
    "Pacific/Wallis",
}  # fmt: skip
"""Time zones of France other than that of Paris, where there are TIC outputs too."""


async def legal_zone(home: str) -> tzinfo:
    """Return the time zone of a meter, from that of its Home Assistant.

    A home that is set to another time, as UTC, still has a meter that shows that of Paris.
    """
    zone = await dt_util.async_get_time_zone(home if home in OVERSEAS else PARIS)
    assert zone is not None  # both are in every database of time zones
    return zone


async def async_setup_entry(
    hass: HomeAssistant, entry: LinkyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the sensors that the meter's frames tell of."""
    zone = await legal_zone(hass.config.time_zone)

    def make(row: SensorRow, meter: LinkyMeter, device: DeviceInfo) -> LinkySensor:
        kind = PeriodIndex if row.period is not None else COMPUTED.get(row.key, LinkySensor)
        return kind(row, meter, device, zone)

    await async_make_entities(hass, entry, async_add_entities, Platform.SENSOR, SENSORS, make)
    async_add_entities(GroupCount(row, entry.runtime_data) for row in COUNTS)


class LinkySensor(LinkyEntity, SensorEntity):
    """The value of one key, written at the pace of its row."""

    entity_description: SensorRow
    _unrecorded_attributes = frozenset({MATCH_ALL})

    def __init__(self, row: SensorRow, meter: LinkyMeter, device: DeviceInfo, zone: tzinfo) -> None:
        super().__init__(row, meter, device, row.computed_from)
        self._zone = zone
        self._writer = Writer(row.pace)
        self._waiting: asyncio.TimerHandle | None = None

    @property
    def told(self) -> LabelValue | None:
        """Return what the meter told last; None while it does not."""
        return self._meter.values.get(self.entity_description.key)

    @property
    def native_value(self) -> int | float | str | datetime | None:
        """Return the value; None while there is none, or the meter says that there is none."""
        match self.told:
            case Nothing():
                return None
            case datetime() as legal:
                return legal.replace(tzinfo=self._zone)
            case DayProfile() as profile:
                return str(profile)
            case told:
                return told

    @property
    def available(self) -> bool:
        """Return whether the meter sends this value."""
        return self.told is not None

    async def async_added_to_hass(self) -> None:
        """Listen, and take note of the first state, which Home Assistant writes after this."""
        await super().async_added_to_hass()
        self.async_on_remove(self._stop_waiting)
        self._writer.wrote(self.told, self.hass.loop.time())

    @callback
    def _received(self) -> None:
        now = self.hass.loop.time()
        due = self._writer.due(self.told, now, self._meter.pacing)
        if self._waiting is not None and self._waiting.when() == due:
            return
        self._stop_waiting()
        if due is None:
            return
        if due <= now:
            self._write()
        else:
            self._waiting = self.hass.loop.call_at(due, self._write)

    @callback
    def _write(self) -> None:
        self._stop_waiting()
        self._writer.wrote(self.told, self.hass.loop.time())
        self.async_write_ha_state()

    @callback
    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


class TotalIndex(LinkySensor, RestoreEntity):
    """The energy withdrawn in historic mode, under whatever contract."""

    _indexes: tuple[str, ...] = ()
    _total: Total

    @property
    def told(self) -> LabelValue | None:
        """Return the sum of the contract's indexes, None while one lacks."""
        option = self._meter.values.get("OPTARIF")
        if isinstance(option, str) and (contract := CONTRACTS.get(option[:3])) is not None:
            self._indexes = contract.indexes
        return self._total.of(self._indexes, self._meter.values) if self._indexes else None

    @property
    def extra_restore_state_data(self) -> RestoredExtraData:
        """Return what the total of an earlier contract came to."""
        return RestoredExtraData(self._total.kept)

    async def async_added_to_hass(self) -> None:
        """Go on from what Home Assistant showed before it stopped."""
        kept = await self.async_get_last_extra_data()
        self._total = Total(kept.as_dict() if kept is not None else None)
        await super().async_added_to_hass()


class PeriodIndex(LinkySensor, RestoreSensor):
    """The index of a tariff period, which stands still and is not sent while another counts."""

    _kept: LabelValue | None = None

    @property
    def told(self) -> LabelValue | None:
        """Return the last value, sent now or before."""
        if (sent := super().told) is not None:
            self._kept = sent
        return self._kept if self._meter.answers else None

    async def async_added_to_hass(self) -> None:
        """Remember what Home Assistant showed before it stopped."""
        last = await self.async_get_last_sensor_data()
        if last is not None and isinstance(last.native_value, int):
            self._kept = last.native_value
        await super().async_added_to_hass()


class Profile(LinkySensor):
    """A day profile, in words and, for templates, change by change."""

    @property
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return each change of the day: its time, the index that counts and the contacts."""
        if not isinstance(profile := self.told, DayProfile):
            return None
        return {
            "changes": [
                {
                    "at": f"{change.at:%H:%M}",
                    "index": change.index,
                    "contact": change.contact,
                    "virtual_contacts": list(change.virtual_contacts),
                }
                for change in profile.changes
            ]
        }


class NextChange(LinkySensor):
    """When another index begins to count.

    The meter tells the profile of tomorrow. That of today is the same when both days have the
    same number, or was told the day before.
    """

    def __init__(self, row: SensorRow, meter: LinkyMeter, device: DeviceInfo, zone: tzinfo) -> None:
        super().__init__(row, meter, device, zone)
        self._profiles: dict[LabelValue | None, DayProfile] = {}

    @property
    def told(self) -> LabelValue | None:
        """Return the time, as far as the days are known."""
        values = self._meter.values
        today, tomorrow = values.get("NJOURF"), values.get("NJOURF+1")
        profile = values.get("PJOURF+1")
        if today is None or not isinstance(profile, DayProfile):
            return None
        self._profiles[tomorrow] = profile
        begins = next_change(dt_util.now(self._zone), self._profiles.get(today), profile)
        return NOTHING if begins is None else begins.replace(tzinfo=None)


COMPUTED: dict[str, type[LinkySensor]] = {
    TOTAL: TotalIndex,
    NEXT_CHANGE: NextChange,
    "PJOURF+1": Profile,
    "PPOINTE": Profile,
}
"""The keys whose sensor does more than show a value."""
