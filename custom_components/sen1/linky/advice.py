"""What a household could ask Enedis or its supplier for, so that its meter tells more.

Each advice is a repair issue that can be ignored, and goes when its cause does.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from homeassistant.components.energy.data import async_get_manager
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.event import async_track_time_interval

from ..const import CONF_KIND, DOMAIN, Kind, docs_page
from .labels.contracts import register_of
from .labels.status import PRODUCER
from .line.tic import Frame, Mode

SURE = 10
"""Frames that must say the same before anything is concluded: one may lack a damaged group."""

AGAIN = timedelta(hours=1)
"""How often is looked whether the house has panels now, or its price has changed."""

PRODUCERS = frozenset({"enphase_envoy"})
"""Integrations that are set up by nobody who has no panels."""

PRODUCTION = ("produced_power", "produced_index")
"""Lists of a home's entry that name what measures its panels."""


class Advice(StrEnum):
    """What could be asked for."""

    PRODUCER_INDEX_MISSING = "producer_index_missing"
    """The meter is set as a producer's, and yet sends no injected index."""
    METER_NOT_PRODUCER = "meter_not_producer"
    """There are panels, and the meter is not set as a producer's."""
    HISTORIC_HIDES_INJECTION = "historic_hides_injection"
    """There are panels, and the historic mode has no label for what they give."""
    HISTORIC_HIDES_PRICES = "historic_hides_prices"
    """The price changes by the hour, and the historic mode tells one index."""


@dataclass(frozen=True, slots=True)
class ToldFrame:
    """What a frame tells that matters here."""

    mode: Mode
    is_producer: bool
    has_injected: bool
    has_one_index: bool

    @classmethod
    def of(cls, frame: Frame) -> ToldFrame | None:
        """Return what the frame tells, None if the groups that tell it are missing."""
        groups = frame.groups
        match frame.mode:
            case Mode.STANDARD if (register := register_of(frame)) is not None:
                return cls(frame.mode, bool(PRODUCER.of(register)), "EAIT" in groups, False)
            case Mode.HISTORIC if "OPTARIF" in groups:
                return cls(frame.mode, False, False, groups["OPTARIF"].value == "BASE")
        return None


def advices(told: ToldFrame, *, has_panels: bool, price_varies: bool) -> Iterator[Advice]:
    """Yield what to ask for.

    In historic mode, a contract that it does not know looks like Base (54E, section 5): only the
    house's own prices can tell them apart.
    """
    if told.mode is Mode.HISTORIC:
        if has_panels:
            yield Advice.HISTORIC_HIDES_INJECTION
        if told.has_one_index and price_varies:
            yield Advice.HISTORIC_HIDES_PRICES
    elif not told.has_injected:
        if told.is_producer:
            yield Advice.PRODUCER_INDEX_MISSING
        elif has_panels:
            yield Advice.METER_NOT_PRODUCER


class PriceWatch:
    """Tells whether a price goes to and fro within a day: one that changes once is a new one."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[str]] = {}

    def varies(self, prices: dict[str, str]) -> bool:
        """Note what the prices are now, by entity; tell whether one goes to and fro."""
        for entity_id, price in prices.items():
            self._seen.setdefault(entity_id, deque(maxlen=24)).append(price)
        return any(
            sum(one != other for one, other in pairwise(seen)) > 1 for seen in self._seen.values()
        )


class Adviser:
    """Watches what a meter tells and what the house is, and keeps the issues in step."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._told: ToldFrame | None = None
        self._times = 0
        self._prices = PriceWatch()

    @callback
    def async_start(self) -> None:
        """Look again every hour, until the entry is unloaded."""

        async def again(now: datetime) -> None:
            await self.async_reconsider()

        self._entry.async_on_unload(async_track_time_interval(self._hass, again, AGAIN))

    @callback
    def async_received(self, frame: Frame) -> None:
        """Take note of a frame; a thing is sure when enough frames say the same."""
        told = ToldFrame.of(frame)
        if told is None:
            return
        self._times = self._times + 1 if told == self._told else 1
        self._told = told
        if self._times == SURE:
            self._entry.async_create_background_task(
                self._hass, self.async_reconsider(), "sen1 linky advice"
            )

    async def async_reconsider(self) -> None:
        """Raise the issues that have a cause, and take back the others."""
        sources = await self._energy_sources()
        price_varies = self._prices.varies(self._prices_of(sources))
        if self._told is None or self._times < SURE:
            return
        has_panels = self._has_panels(sources)
        due = set(advices(self._told, has_panels=has_panels, price_varies=price_varies))
        for advice in Advice:
            if advice in due:
                self._create_issue(advice)
            else:
                ir.async_delete_issue(self._hass, DOMAIN, _issue_id(advice, self._entry))

    @callback
    def _create_issue(self, advice: Advice) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            _issue_id(advice, self._entry),
            is_fixable=False,
            learn_more_url=docs_page(self._hass.config.language, "linky"),
            severity=ir.IssueSeverity.WARNING,
            translation_key=advice.value,
            translation_placeholders={"meter": self._entry.title},
        )

    async def _energy_sources(self) -> list[Any]:
        """Return the sources of the Energy dashboard; their form differs with the version."""
        if "energy" not in self._hass.config.components:
            return []
        data = (await async_get_manager(self._hass)).data
        return list(data["energy_sources"]) if data is not None else []

    def _has_panels(self, sources: list[Any]) -> bool:
        entries = self._hass.config_entries.async_entries(include_ignore=False)
        sites = [
            entry
            for entry in entries
            if entry.domain == DOMAIN and entry.data.get(CONF_KIND) == Kind.HOME
        ]
        if len(sites) > 1 and (measured := [site for site in sites if self._measures(site)]):
            # The panels of another building say nothing of this meter's.
            return any(site.data.get(key) for site in measured for key in PRODUCTION)
        return any(source["type"] == "solar" for source in sources) or any(
            entry.domain in PRODUCERS
            or (entry.domain == DOMAIN and entry.data.get(CONF_KIND) == Kind.ENPHASE)
            for entry in entries
        )

    def _measures(self, site: ConfigEntry) -> bool:
        """Return whether a home or building is measured by a sensor of this meter."""
        rows = er.async_entries_for_config_entry(er.async_get(self._hass), self._entry.entry_id)
        ours = {name for row in rows for name in (row.id, row.entity_id)}
        lists = (value for value in site.data.values() if isinstance(value, list))
        return any(not ours.isdisjoint(refs) for refs in lists)

    def _prices_of(self, sources: list[Any]) -> dict[str, str]:
        """Return the prices, by entity, that the Energy dashboard gives this meter's indexes."""
        registry = er.async_get(self._hass)
        ours = er.async_entries_for_config_entry(registry, self._entry.entry_id)
        indexes = {entity.entity_id for entity in ours}
        states = [
            self._hass.states.get(price)
            for source in sources
            if source["type"] == "grid"
            and source.get("stat_energy_from") in indexes
            and (price := source.get("entity_energy_price")) is not None
        ]
        return {
            state.entity_id: state.state
            for state in states
            if state is not None and state.state not in (STATE_UNAVAILABLE, STATE_UNKNOWN)
        }


@callback
def async_delete_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take back every advice: the entry is gone."""
    for advice in Advice:
        ir.async_delete_issue(hass, DOMAIN, _issue_id(advice, entry))


def _issue_id(advice: Advice, entry: ConfigEntry) -> str:
    return f"{advice}_{entry.entry_id}"
