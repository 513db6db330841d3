"""The rhythm of a gateway: its meters often, the rest when it moves, and what is told of it all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
import logging
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util
from pyenphase import EnvoyData

from ..const import DOMAIN
from .const import CONF_HOST, CONF_READINGS_INTERVAL, CONF_TOKEN, READINGS_INTERVAL
from .faults import NEEDS_THE_OWNER, GatewayError, GatewayFault
from .gateway import Gateway, Login
from .readings import SYSTEM, EnvoyMeters, Readings, meters_in
from .watching import Watching

_LOGGER = logging.getLogger(__name__)

type GatewayConfigEntry = ConfigEntry[GatewayCoordinator]

ROUND_S = 60
"""Between two readings of all that is not a meter's."""
STALLED_AFTER_S = 300
"""A meter's own time that has not moved for so long: it measures no more."""


@dataclass(slots=True)
class _Clock:
    """A meter's own time, and when it last moved on ours."""

    shown: int
    moved: float


class GatewayCoordinator(DataUpdateCoordinator[Readings]):
    """Reads one gateway: one request at a time, and none whose answer cannot have changed."""

    config_entry: GatewayConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: GatewayConfigEntry,
        gateway: Gateway,
        *,
        stalled_after_s: float = STALLED_AFTER_S,
    ) -> None:
        super().__init__(hass, _LOGGER, config_entry=entry, name=entry.title)
        self.gateway = gateway
        self.watching = Watching(hass, entry)
        self.failures = 0
        self._stalled_after_s = stalled_after_s
        self._clocks: dict[str, _Clock] = {}
        self._is_stalled = False
        self._next_round = 0.0
        self._firmware: str | None = None
        self._must_find = True

    async def _async_setup(self) -> None:
        """Remember what was wrong with inverters before a restart."""
        await self.watching.async_load()

    async def _async_update_data(self) -> Readings:
        """Read what is due."""
        try:
            if self._must_find:
                await self._find()
            if time.monotonic() >= self._next_round:
                self._next_round = time.monotonic() + ROUND_S - 1
                data = await self.gateway.read()
                meters = meters_in(data)
            else:
                data, meters = self.data.data, await self.gateway.read_meters()
        except GatewayError as err:
            self.failures += 1
            self._must_find = True
            self._next_round = 0
            raise failure(err.fault) from err
        await self._keep_token()
        self._pace(data)
        readings = Readings(data, meters, self._stalled(meters))
        if data is not getattr(self.data, "data", None):
            self.watching.observe(readings.inverters)
        return readings

    async def _find(self) -> None:
        """See that it is still our gateway, with the firmware we know."""
        await self.gateway.find()
        if self.gateway.serial != self.config_entry.unique_id:
            raise GatewayError(GatewayFault.OTHER_GATEWAY)
        if self._firmware is None:
            await self.gateway.log_in()
            self._firmware = self.gateway.firmware
        elif self._firmware != self.gateway.firmware:
            # What it can tell, and how it is asked, may be other.
            self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)
        self._must_find = False

    async def _keep_token(self) -> None:
        """Renew the token when it is time, keep the one in use, warn when it cannot be renewed."""
        try:
            await self.gateway.renew_if_due()
        except GatewayError as err:
            _LOGGER.debug("%s: the token could not be renewed: %s", self.name, err.fault)
        login = self.gateway.login
        if login.token != self.config_entry.data.get(CONF_TOKEN):
            self.hass.config_entries.async_update_entry(
                self.config_entry, data={**self.config_entry.data, **login.data}
            )
        claims = self.gateway.claims
        issue_id = token_issue(self.config_entry)
        if claims is None or not claims.is_ending(dt_util.utcnow()):
            ir.async_delete_issue(self.hass, DOMAIN, issue_id)
            return
        ir.async_create_issue(
            self.hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="token_ends",
            translation_placeholders={
                "gateway": self.config_entry.title,
                "end": claims.ends.date().isoformat(),
            },
        )

    @callback
    def _pace(self, data: EnvoyData) -> None:
        """Come back for the meters, or for the rest where there are none."""
        self.update_interval = timedelta(
            seconds=readings_interval(self.config_entry.options) if data.ctmeters else ROUND_S
        )

    @callback
    def async_repace(self) -> None:
        """Apply the entry's options from the next reading on."""
        self._pace(self.data.data)
        self.watching.async_apply()

    def _stalled(self, meters: EnvoyMeters) -> frozenset[str]:
        """Return the kinds of meters whose own time stands still; say so, and when it is over."""
        now = time.monotonic()
        stalled = set()
        for (kind, phase), meter in meters.items():
            if phase != SYSTEM:
                continue
            clock = self._clocks.setdefault(kind, _Clock(meter.timestamp, now))
            if clock.shown != meter.timestamp:
                clock.shown, clock.moved = meter.timestamp, now
            elif now - clock.moved >= self._stalled_after_s:
                stalled.add(kind)
        if bool(stalled) != self._is_stalled:
            self._is_stalled = bool(stalled)
            if stalled:
                _LOGGER.warning("%s: the gateway answers, but its meters stand still", self.name)
            else:
                _LOGGER.info("%s: the meters move again", self.name)
        return frozenset(stalled)

    @property
    def is_current(self) -> bool:
        """Return whether the entry still says what this reads, and how it logs in."""
        data = self.config_entry.data
        return data[CONF_HOST] == self.gateway.host and Login.of(data) == self.gateway.login


def readings_interval(options: Mapping[str, Any]) -> float:
    """Return the seconds between two readings of the meters."""
    interval: float = options.get(CONF_READINGS_INTERVAL, READINGS_INTERVAL)
    return interval


def token_issue(entry: ConfigEntry) -> str:
    """Return the id of the issue that tells of a token near its end."""
    return f"token_ends_{entry.entry_id}"


def failure(fault: GatewayFault) -> Exception:
    """Return the exception that tells Home Assistant, and the owner, why there is no reading."""
    if fault in NEEDS_THE_OWNER:
        return ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key=fault.value)
    return UpdateFailed(translation_domain=DOMAIN, translation_key=fault.value)
