"""Steps that add a meter by Enedis: the gateway and its key, the meter, and the home it feeds."""

from collections.abc import Mapping
import re
import secrets
import time
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import BooleanSelector, TextSelector
from homeassistant.helpers.typing import VolDictType
import voluptuous as vol

from ..const import CONF_KIND, Kind, UserInput
from ..fields import LINES, FeedingFlow, show_form, titled, worded
from ..last_page import Made, async_last_page
from .const import CONF_CACHE, CONF_KEY, CONF_PRM, CONF_PRODUCTION_PRM, CONF_WAY
from .gateways import (
    MANNERS,
    EnedisError,
    EnedisGateway,
    EnedisStatus,
    GatewayName,
    PastEnds,
    prms_in,
)
from .meter import statistic_id
from .meter_reading import day_of
from .plan import BOUGHT, SOLD, EnedisKind

INJECTS = "injects"
"""Whether what is sold is read too."""

PROBED_DAYS = 8

KEY: VolDictType = {vol.Required(CONF_KEY): LINES}
PAGES = {str(way): manner.page for way, manner in MANNERS.items()}


class EnedisFlow(FeedingFlow):
    """Add a meter and its home, or give it another key."""

    _way = GatewayName.CONSO_API
    _key = ""
    _prm = ""
    _production_prm: str | None = None
    """Of a meter that answers with what is sold."""

    async def async_step_enedis(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for the gateway and its key."""
        errors: dict[str, str] = {}
        if user_input is not None:
            self._way = GatewayName(user_input[CONF_WAY])
            # A page or a letter may have wrapped it.
            self._key = "".join(user_input[CONF_KEY].split())
            if self._way is not GatewayName.CONSO_API or len(self._prms) > 1:
                return await self.async_step_enedis_meter()
            errors = {CONF_KEY: "enedis_not_a_key"}
            if self._prms and not (errors := await self._async_probe(self._prms[0], None)):
                return await self.async_step_enedis_home()
        fields = {
            vol.Required(CONF_WAY, default=self._way): worded("enedis_gateway", GatewayName),
            **KEY,
        }
        return show_form(self, "enedis", fields, user_input, errors, PAGES)

    async def async_step_enedis_meter(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask which meter, and whether another one counts what is sold."""
        errors: dict[str, str] = {}
        if user_input is not None:
            prm, other = (user_input.get(key, "") for key in (CONF_PRM, CONF_PRODUCTION_PRM))
            if not all(re.fullmatch(r"\d{14}", one) for one in (prm, other or prm)):
                errors = {CONF_PRM: "enedis_no_meter"}
            elif not (errors := await self._async_probe(prm, other or None)):
                return await self.async_step_enedis_home()
        known = {prm: f"…{prm[-4:]}" for prm in self._prms}
        selector = titled(known) if known else TextSelector()
        fields = {vol.Required(CONF_PRM): selector, vol.Optional(CONF_PRODUCTION_PRM): selector}
        return show_form(self, "enedis_meter", fields, user_input, errors)

    async def async_step_enedis_home(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for the home's name and what is read, and make the home and the connection."""
        self._async_abort_entries_match({CONF_PRM: self._prm})
        if user_input is None:
            fields = await self.async_home_field(CONF_NAME)
            fields |= self._choices(is_sold=self._production_prm is not None, cache=False)
            told = {"meter": f"…{self._prm[-4:]}"}
            return show_form(self, "enedis_home", fields, placeholders=told)
        title = user_input[CONF_NAME].strip()
        # Who sees what the entry is known by must learn nothing of the meter.
        await self.async_set_unique_id(known_by := secrets.token_hex(6))
        await self.async_make_home(title, _series_of(known_by, user_input))
        page = await async_last_page(self.hass, Made.ENEDIS)
        data = self._meter_data(user_input, self._production_prm or self._prm)
        return self.async_create_entry(title=title, data=data, **page)

    async def async_step_enedis_reconfigure(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for another key of the same meter, and what is read."""
        is_reauth = self.source == SOURCE_REAUTH
        entry = self._get_reauth_entry() if is_reauth else self._get_reconfigure_entry()
        self._way, prm = GatewayName(entry.data[CONF_WAY]), entry.data[CONF_PRM]
        sold = entry.data.get(CONF_PRODUCTION_PRM)
        errors: dict[str, str] = {}
        if user_input is not None:
            self._key = "".join(user_input[CONF_KEY].split())
            if self._way is GatewayName.CONSO_API and prm not in self._prms:
                status = EnedisStatus.OTHER_METER if self._prms else "not_a_key"
                errors = {CONF_KEY: f"enedis_{status}"}
            elif not (errors := await self._async_probe(prm, sold)):
                data = self._meter_data(user_input, sold or self._production_prm or prm)
                await self.async_make_home(entry.title, _series_of(entry.unique_id, user_input))
                return self.async_update_reload_and_abort(entry, data=data)
        choices = self._choices(is_sold=sold is not None, cache=entry.data[CONF_CACHE])
        shown = user_input or {CONF_KEY: entry.data[CONF_KEY]}
        told = {"page": PAGES[self._way]}
        return show_form(self, "enedis_reconfigure", KEY | choices, shown, errors, told)

    @property
    def _prms(self) -> list[str]:
        return prms_in(self._key) if self._way is GatewayName.CONSO_API else []

    def _choices(self, *, is_sold: bool, cache: bool) -> VolDictType:
        """Return the fields of what is read; one gateway can keep answers, if it is asked to."""
        fields: VolDictType = {vol.Required(INJECTS, default=is_sold): BooleanSelector()}
        if self._way is GatewayName.MY_ELECTRICAL_DATA:
            fields[vol.Required(CONF_CACHE, default=cache)] = BooleanSelector()
        return fields

    def _meter_data(self, given: Mapping[str, Any], production_prm: str) -> dict[str, Any]:
        data = {
            CONF_KIND: Kind.ENEDIS,
            CONF_WAY: self._way,
            CONF_KEY: self._key,
            CONF_PRM: self._prm,
            CONF_CACHE: given.get(CONF_CACHE, False),
        }
        return data | ({CONF_PRODUCTION_PRM: production_prm} if given[INJECTS] else {})

    async def _async_probe(self, prm: str, production_prm: str | None) -> dict[str, str]:
        """Take a meter if it answers, and look which one knows what is sold; else return errors."""
        if not re.fullmatch(r"[!-~]+", self._key):
            return {CONF_KEY: "enedis_not_a_key"}
        self._prm, self._production_prm = prm, None
        try:
            await self._async_ask(EnedisKind.DAYS_BOUGHT, prm)
            for one in [production_prm] if production_prm else dict.fromkeys([prm, *self._prms]):
                if await self._async_ask(EnedisKind.DAYS_SOLD, one):
                    self._production_prm = one
                    break
        except EnedisError as error:
            return {"base": f"enedis_{error.status}"}
        return {}

    async def _async_ask(self, kind: EnedisKind, prm: str) -> list[Any]:
        """Return the last days of a meter; none where it is as young as that."""
        gateway = EnedisGateway(async_get_clientsession(self.hass), self._way, self._key)
        today = day_of(time.time())
        try:
            return await gateway.async_ask(kind, prm, today - PROBED_DAYS, today)
        except PastEnds:
            return []


def _series_of(unique_id: str | None, given: Mapping[str, Any]) -> dict[str, str]:
    """Return the statistics of what is read of a meter, by what they tell."""
    sides = (BOUGHT, SOLD) if given[INJECTS] else (BOUGHT,)
    return {side: statistic_id(unique_id, side) for side in sides}
