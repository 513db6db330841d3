"""A meter as Enedis knows it: its plan followed, answers kept, and what the household is told."""

import asyncio
from datetime import datetime
import logging
import random
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import UnitOfEnergy
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, ENEDIS
from ..faults import contained
from ..history.archive import async_archive
from ..history.points import Aggregation
from ..listeners import Listeners
from ..texts import async_texts
from .const import CONF_CACHE, CONF_KEY, CONF_PRM, CONF_PRODUCTION_PRM, CONF_WAY
from .gateways import MANNERS, EnedisError, EnedisGateway, EnedisStatus, GatewayName, PastEnds
from .plan import BOUGHT, SOLD, EnedisKind, Plan, Question

_LOGGER = logging.getLogger(__name__)

type EnedisConfigEntry = ConfigEntry[EnedisMeter]

ISSUES = (
    *(EnedisStatus.CONSENT_ENDED, EnedisStatus.BANNED, EnedisStatus.OTHER_METER),
    *(EnedisStatus.SILENT, EnedisStatus.NO_CURVE),
)
"""What the household is asked to do something about."""


class EnedisMeter:
    """Asks for one meter's data, and puts them into the archive."""

    plan: Plan

    def __init__(self, hass: HomeAssistant, entry: EnedisConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        data = entry.data
        client, way = async_get_clientsession(hass), GatewayName(data[CONF_WAY])
        self._gateway = EnedisGateway(client, way, data[CONF_KEY], data[CONF_CACHE])
        self._prms = {BOUGHT: data[CONF_PRM], SOLD: data.get(CONF_PRODUCTION_PRM)}
        self.listeners = Listeners[()]()
        """Of each answer, and of each that did not come."""
        self._store = store_of(hass, entry)
        self._asking: asyncio.Task[None] | None = None
        self._undo_alarm: CALLBACK_TYPE | None = None

    async def async_start(self) -> None:
        """Take up the plan, and follow it once Home Assistant has started."""
        kinds = [kind for kind in EnedisKind if self._prms[kind.side]]
        a_day, kept = MANNERS[self._gateway.way].a_day, await self._store.async_load()
        self.plan = Plan(kinds, a_day, random.random, kept)
        self._entry.async_on_unload(async_at_started(self._hass, self._tell))

    @callback
    def stop(self) -> None:
        """Ask no more."""
        if self._undo_alarm is not None:
            self._undo_alarm()
        if self._asking is not None:
            self._asking.cancel()

    @callback
    def _tell(self, _hass: HomeAssistant) -> None:
        """Tell entities and repairs how it stands, and wait for what comes next."""
        statuses = self.plan.statuses(time.time())
        for status in ISSUES:
            issue = self._hass, DOMAIN, issue_of(self._entry, status)
            if status in statuses:
                ir.async_create_issue(
                    *issue,
                    is_fixable=False,
                    severity=ir.IssueSeverity.WARNING,
                    translation_key=f"enedis_{status}",
                    translation_placeholders={"site": self._entry.title},
                )
            else:
                ir.async_delete_issue(*issue)
        if EnedisStatus.KEY_REFUSED in statuses:
            self._entry.async_start_reauth(self._hass)
        self.listeners.tell()
        self._undo_alarm = None
        if (at := self.plan.next_at(time.time())) is not None:
            self._undo_alarm = async_track_point_in_utc_time(
                self._hass, self._on_time, dt_util.utc_from_timestamp(at)
            )

    @callback
    def _on_time(self, _now: datetime) -> None:
        self._undo_alarm = None
        self._asking = self._entry.async_create_background_task(
            self._hass, self._async_step(), "sen1 Enedis"
        )

    async def _async_step(self) -> None:
        """Ask one question, if the plan has one, and keep the answer."""
        question, fault = self.plan.ask(time.time()), self.plan.fault
        # Whatever comes of it, and if Home Assistant stops meanwhile, it was asked.
        await self._store.async_save(self.plan.content())
        with contained():
            if question is not None:
                await self._async_take(question)
                await self._store.async_save(self.plan.content())
        if fault is None and self.plan.fault is not None:
            _LOGGER.warning("%s: Enedis is not read (%s)", self._entry.title, self.plan.fault)
        elif fault is not None and self.plan.fault is None:
            _LOGGER.info("%s: Enedis is read again", self._entry.title)
        self._tell(self._hass)

    async def _async_take(self, question: Question) -> None:
        """Ask, and put what is known better into the archive."""
        side, executor, plan = question.kind.side, self._hass.async_add_executor_job, self.plan
        try:
            rows = await self._gateway.async_ask(
                question.kind, self._prms[side], question.begin, question.end
            )
            told = await executor(question.understood, rows)
            points = await executor(plan.better, question, told)
            names = await async_texts(self._hass, "selector.enedis_series.options")
            if points:
                await async_archive(self._hass).async_add(
                    statistic_id(self._entry.unique_id, side),
                    f"{self._entry.title}: {names[side]}",
                    UnitOfEnergy.KILO_WATT_HOUR,
                    Aggregation.SUM,
                    points,
                )
        except PastEnds:
            plan.ends(question)
        except EnedisError as error:
            plan.refused(error.status, error.until, time.time())
        except Exception:
            # A fault of ours: it is asked again, and not at once.
            plan.refused(EnedisStatus.GATEWAY_DOWN, None, time.time())
            raise
        else:
            plan.answered(question, told, len(rows), time.time())


def store_of(hass: HomeAssistant, entry: ConfigEntry) -> Store[dict[str, Any]]:
    """Return where the plan of a meter is kept."""
    return Store(hass, 1, f"{DOMAIN}.enedis.{entry.entry_id}", private=True, atomic_writes=True)


def statistic_id(unique_id: str | None, side: str) -> str:
    """Return the statistic of a meter's series, by the unique id of its entry."""
    return f"{ENEDIS}{(unique_id or '')[:12]}_{side}"


def issue_of(entry: ConfigEntry, status: EnedisStatus) -> str:
    """Return the id of the issue of an entry that stands so."""
    return f"enedis_{status}_{entry.entry_id}"
