"""What the owner is told of inverters: a repair issue for each that is silent or weak."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict

from astral import Observer
from astral.sun import elevation
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from pyenphase.models.inverter import EnvoyInverter

from ..const import DOMAIN
from .const import CONF_WATCH
from .inverters import InverterFault, InverterWatch, Report, Trouble

DAYLIGHT_FROM = 10
"""Degrees of the sun above the horizon: below, an inverter may sleep."""

ISSUES = {InverterFault.SILENT: "inverter_silent", InverterFault.WEAK: "inverter_weak"}


class _Stored(TypedDict):
    weak: dict[str, float]


class Watching:
    """Watches the inverters of one gateway."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._watch = InverterWatch()
        self._store = store_of(hass, entry)

    @property
    def troubles(self) -> Mapping[str, Trouble]:
        """Return what is wrong, by the inverter's serial number."""
        return self._watch.troubles

    async def async_load(self) -> None:
        """Remember yesterday's comparison."""
        if (stored := await self._store.async_load()) is not None:
            self._watch.weak = stored["weak"]

    def observe(self, inverters: Mapping[str, EnvoyInverter]) -> None:
        """Take the inverters' last reports."""
        now = dt_util.now()
        weak = dict(self._watch.weak)
        self._watch.observe(
            {
                serial: Report(
                    datetime.fromtimestamp(inverter.last_report_date, now.tzinfo),
                    inverter.last_report_watts,
                )
                for serial, inverter in inverters.items()
            },
            now,
            is_daylight=self._is_daylight(now),
        )
        if self._watch.weak != weak:
            self._store.async_delay_save(lambda: _Stored(weak=self._watch.weak), 1)
        self.async_apply()

    def async_apply(self) -> None:
        """Raise an issue for each trouble, if the owner wants it; remove those that are over."""
        wanted = self.troubles if self._entry.options.get(CONF_WATCH, True) else {}
        devices = {serial: self._device(serial) for serial in wanted}
        for issue_id in raised(self._hass, self._entry) - {
            issue_of(self._entry, device) for device in devices.values() if device
        }:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        for serial, trouble in wanted.items():
            if (device := devices[serial]) is None:
                continue  # its entities are about to be made
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                issue_of(self._entry, device),
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                translation_key=ISSUES[trouble.reason],
                translation_placeholders={
                    "gateway": self._entry.title,
                    "inverter": device.name_by_user or device.name or "?",
                    "share": f"{round(100 * (trouble.share or 0))}",
                },
            )

    def _device(self, serial: str) -> dr.DeviceEntry | None:
        devices = dr.async_entries_for_config_entry(dr.async_get(self._hass), self._entry.entry_id)
        return next((one for one in devices if (DOMAIN, serial) in one.identifiers), None)

    def _is_daylight(self, now: datetime) -> bool:
        where = self._hass.config
        observer = Observer(where.latitude, where.longitude, where.elevation)
        return bool(elevation(observer, now) >= DAYLIGHT_FROM)


def store_of(hass: HomeAssistant, entry: ConfigEntry) -> Store[_Stored]:
    """Return where the last comparison is kept over a restart."""
    return Store(hass, 1, f"{DOMAIN}.inverters.{entry.entry_id}", private=True, atomic_writes=True)


def issue_of(entry: ConfigEntry, device: dr.DeviceEntry | None = None) -> str:
    """Return the id of the issue of one inverter, or what those of all begin with.

    Ids and texts of issues are in what is downloaded for diagnostics: no serial number.
    """
    return f"inverter_{entry.entry_id}_{device.id if device else ''}"


def raised(hass: HomeAssistant, entry: ConfigEntry) -> set[str]:
    """Return the ids of the issues there are of this gateway's inverters."""
    return {
        issue_id
        for domain, issue_id in ir.async_get(hass).issues
        if domain == DOMAIN and issue_id.startswith(issue_of(entry))
    }
