"""The flows of a sharing account, of what it publishes and of its friends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
import logging
import secrets
import ssl
from typing import Any
import uuid

from homeassistant.components.sensor import SensorStateClass
from homeassistant.config_entries import (
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    CONF_HOST,
    CONF_NAME,
    CONF_PASSWORD,
    CONF_PORT,
)
from homeassistant.core import HomeAssistant, State
from homeassistant.data_entry_flow import section
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    DateSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    QrCodeSelector,
    QrCodeSelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util
from slixmpp import JID
import voluptuous as vol

from ..const import CONF_KIND, DOMAIN, Kind
from .config import (
    CONF_ADVANCED,
    CONF_CA,
    CONF_DIRECTION,
    CONF_ENTITY,
    CONF_INTERVAL,
    CONF_JID,
    CONF_PICTURE,
    CONF_PUBLICATIONS,
    CONF_PURPOSE,
    CONF_RESOURCE,
    CONF_TITLE,
    CONF_UNTIL,
    DEFAULT_INTERVAL,
    DIRECTIONS,
    FRIEND,
    PUBLICATION,
    PURPOSES,
    FriendData,
    GrantData,
    PublicationData,
    credentials_from,
    friend_data,
    friends_of,
    publication_data,
    publications_of,
)
from .errors import LinkError
from .links import friend_link, parse_address, parse_link
from .model import BareJid, Granularity, PublicationId
from .session import probe
from .units import ELECTRICAL, is_cumulative, quantity_of, senml_unit

_LOGGER = logging.getLogger(__name__)

CUMULATIVE = (SensorStateClass.TOTAL, SensorStateClass.TOTAL_INCREASING)

FIELD_OF_ERROR = {"invalid_auth": CONF_PASSWORD, "cannot_connect": CONF_JID}
"""The field that is wrong, for each reason a link cannot be made; others are the whole form's."""

ONE_YEAR = timedelta(days=365)
THREE_YEARS = timedelta(days=3 * 365 + 1)

PASSWORD = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
)
ADVANCED_SCHEMA = vol.Schema(
    {
        vol.Optional(CONF_HOST): TextSelector(),
        vol.Optional(CONF_PORT): NumberSelector(
            NumberSelectorConfig(min=1, max=65535, mode=NumberSelectorMode.BOX)
        ),
        vol.Optional(CONF_CA): TextSelector(TextSelectorConfig(multiline=True)),
    }
)
ACCOUNT_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_JID): TextSelector(TextSelectorConfig(type=TextSelectorType.EMAIL)),
        vol.Required(CONF_PASSWORD): PASSWORD,
        vol.Required(CONF_ADVANCED): section(ADVANCED_SCHEMA, {"collapsed": True}),
    }
)
RECONFIGURE_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_JID): TextSelector(TextSelectorConfig(type=TextSelectorType.EMAIL)),
        vol.Required(CONF_PASSWORD): PASSWORD,
        vol.Required(CONF_ADVANCED): section(ADVANCED_SCHEMA, {"collapsed": False}),
    }
)
REAUTH_SCHEMA = vol.Schema({vol.Required(CONF_PASSWORD): PASSWORD})


async def async_check(hass: HomeAssistant, data: Mapping[str, Any]) -> str | None:
    """Log in once with an entry's data; return the key of what went wrong, or None."""
    credentials = credentials_from(data)
    try:
        ssl_context = await hass.async_add_executor_job(credentials.ssl_context)
    except (ssl.SSLError, TypeError, ValueError):
        return "invalid_ca"
    try:
        await probe(credentials, ssl_context)
    except LinkError as error:
        return error.key
    except Exception:
        # The flow's last resort: the user is told, the log holds the rest.
        _LOGGER.exception("Unexpected failure while checking an account")
        return "unknown"
    return None


class AccountFlow(ConfigFlow):
    """Add the address one has, log in anew, change where its server is."""

    async def async_step_account_address(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the address and the password, and try them."""
        errors: dict[str, str] = {}
        if user_input is not None:
            jid = parse_address(user_input[CONF_JID])
            if jid is None:
                errors[CONF_JID] = "invalid_address"
            else:
                await self.async_set_unique_id(jid)
                self._abort_if_unique_id_configured()
                data = {
                    CONF_KIND: Kind.ACCOUNT,
                    CONF_JID: jid,
                    CONF_RESOURCE: f"sen1-{secrets.token_hex(4)}",
                    **link_data(jid, user_input),
                }
                error = await async_check(self.hass, data)
                if error is None:
                    return self.async_create_entry(title=await self._title(), data=data)
                errors[FIELD_OF_ERROR.get(error, "base")] = error
        return self.show_address(user_input, errors)

    def show_address(
        self, user_input: Mapping[str, Any] | None, errors: dict[str, str]
    ) -> ConfigFlowResult:
        """Show the form of an address one has."""
        return self.async_show_form(
            step_id="account_address",
            data_schema=self.add_suggested_values_to_schema(ACCOUNT_SCHEMA, user_input),
            errors=errors,
        )

    async def async_step_account_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Move to another address or server, change the password: all else comes along."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            jid = parse_address(user_input[CONF_JID])
            if jid is None:
                errors[CONF_JID] = "invalid_address"
            else:
                if jid != entry.unique_id:
                    await self.async_set_unique_id(jid)
                    self._abort_if_unique_id_configured()
                kept = {key: entry.data[key] for key in (CONF_KIND, CONF_RESOURCE)}
                data = kept | {CONF_JID: jid} | link_data(jid, user_input)
                error = await async_check(self.hass, data)
                if error is None:
                    return self.async_update_and_abort(entry, unique_id=jid, data=data)
                errors[FIELD_OF_ERROR.get(error, "base")] = error
        known = {CONF_JID: entry.data[CONF_JID], CONF_ADVANCED: entry.data}
        return self.async_show_form(
            step_id="account_reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                RECONFIGURE_SCHEMA, user_input or known
            ),
            errors=errors,
        )

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin when the server refuses the password."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the new password, and try it."""
        entry = self._get_reauth_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            data = {**entry.data, CONF_PASSWORD: user_input[CONF_PASSWORD]}
            error = await async_check(self.hass, data)
            if error is None:
                if data == entry.data:
                    # It was the server's fault: nothing changes, and the account begins anew.
                    self.hass.config_entries.async_schedule_reload(entry.entry_id)
                return self.async_update_and_abort(entry, data=data)
            errors["base"] = error
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=REAUTH_SCHEMA,
            description_placeholders={"account": entry.title},
            errors=errors,
        )

    async def _title(self) -> str:
        """Return a title without the address, which core would write into logs."""
        translations = await async_get_translations(
            self.hass, self.hass.config.language, "config", [DOMAIN]
        )
        return translations[f"component.{DOMAIN}.config.step.account.title"]


def link_data(jid: BareJid, user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an entry keeps of a form: password and, where given, host, port, authority."""
    advanced = user_input[CONF_ADVANCED]
    data: dict[str, Any] = {CONF_PASSWORD: user_input[CONF_PASSWORD]}
    host = advanced.get(CONF_HOST, "").strip()
    if host or CONF_PORT in advanced:
        data[CONF_HOST] = host or JID(jid).domain
        data[CONF_PORT] = int(advanced.get(CONF_PORT, 5222))
    if ca := advanced.get(CONF_CA, "").strip():
        data[CONF_CA] = ca
    return data


class PublicationFlow(ConfigSubentryFlow):
    """Make a series available; nobody receives it before a friend is granted it."""

    def __init__(self) -> None:
        self._registry_id = ""
        self._state: State | None = None

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Choose the entity."""
        errors: dict[str, str] = {}
        if user_input is not None:
            registry_entry = er.async_get(self.hass).async_get(user_input[CONF_ENTITY])
            state = self.hass.states.get(user_input[CONF_ENTITY])
            if registry_entry is None:
                errors[CONF_ENTITY] = "no_unique_id"
            elif state is None:
                errors[CONF_ENTITY] = "no_state"
            elif not _can_be_told(state):
                errors[CONF_ENTITY] = "unit_not_supported"
            else:
                self._registry_id, self._state = registry_entry.id, state
                return await self.async_step_details()
        schema = vol.Schema(
            {vol.Required(CONF_ENTITY): EntitySelector(EntitySelectorConfig(domain="sensor"))}
        )
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
        )

    async def async_step_details(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Name it, say which way the energy flows and how often it is sent."""
        assert self._state is not None  # the step before chose one
        if user_input is not None:
            data = _publication(self._registry_id, self._state, user_input)
            return self.async_create_entry(
                title=user_input[CONF_TITLE], data=data, unique_id=data["publication"]
            )
        schema = vol.Schema(
            {
                vol.Required(CONF_TITLE): TextSelector(),
                vol.Required(CONF_DIRECTION): SelectSelector(
                    SelectSelectorConfig(options=list(DIRECTIONS), translation_key=CONF_DIRECTION)
                ),
                vol.Required(CONF_INTERVAL): INTERVAL,
            }
        )
        suggested = {
            CONF_TITLE: self._state.name,
            CONF_DIRECTION: "consumption",
            CONF_INTERVAL: DEFAULT_INTERVAL,
        }
        return self.async_show_form(
            step_id="details", data_schema=self.add_suggested_values_to_schema(schema, suggested)
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change the title or how often it is sent."""
        subentry = self._get_reconfigure_subentry()
        if user_input is not None:
            return self.async_update_and_abort(
                self._get_entry(),
                subentry,
                title=user_input[CONF_TITLE],
                data_updates={CONF_INTERVAL: int(user_input[CONF_INTERVAL])},
            )
        schema = vol.Schema(
            {
                vol.Required(CONF_TITLE): TextSelector(),
                vol.Required(CONF_INTERVAL): INTERVAL,
            }
        )
        known = {
            CONF_TITLE: subentry.title,
            CONF_INTERVAL: publication_data(subentry)["interval_s"],
        }
        return self.async_show_form(
            step_id="reconfigure", data_schema=self.add_suggested_values_to_schema(schema, known)
        )


INTERVAL = NumberSelector(
    NumberSelectorConfig(min=1, max=3600, unit_of_measurement="s", mode=NumberSelectorMode.BOX)
)


def _can_be_told(state: State) -> bool:
    """Return whether SenML has the unit of a state, or the state is a text without one."""
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    if unit is None:
        return not _is_number(state.state)
    return senml_unit(unit, state.attributes.get("device_class")) is not None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _publication(registry_id: str, state: State, user_input: dict[str, Any]) -> PublicationData:
    """Return a new publication: a pseudonym of its own, its unit fixed now."""
    publication = PublicationId(str(uuid.uuid4()))
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    device_class = state.attributes.get("device_class")
    state_class = state.attributes.get("state_class")
    quantity = quantity_of(device_class, is_cumulative=state_class in CUMULATIVE)
    measurement = {"name": quantity.name, "quantity": quantity.quantity}
    if device_class in ELECTRICAL:
        measurement["type"] = "electrical"
    direction = user_input[CONF_DIRECTION]
    if direction in ("consumption", "production"):
        measurement["direction"] = direction
    if unit is not None:
        measurement["unit"] = unit
    path = [measurement.get("direction", "measurement"), quantity.quantity, quantity.kind]
    if not is_cumulative(measurement):
        path.append(Granularity.LIVE)
    return PublicationData(
        publication=publication,
        registry_id=registry_id,
        name=f"urn:uuid:{publication}_{'/'.join(path)}",
        unit=senml_unit(unit, device_class),
        measurement=measurement,
        granularity=Granularity.LIVE,
        interval_s=int(user_input[CONF_INTERVAL]),
    )


class FriendFlow(ConfigSubentryFlow):
    """Add a friend, and say what the friend may receive and until when."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Offer the two directions: their link here, or ours there."""
        return self.async_show_menu(step_id="user", menu_options=["address", "show"])

    async def async_step_show(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Show this home's link and its picture, until the household goes back."""
        if user_input is not None:
            return await self.async_step_user()
        link = friend_link(self._get_entry().data[CONF_JID])
        picture = QrCodeSelector(QrCodeSelectorConfig(data=link, scale=5))
        return self.async_show_form(
            step_id="show",
            data_schema=vol.Schema({vol.Optional(CONF_PICTURE): picture}),
            description_placeholders={"link": link},
        )

    async def async_step_address(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the friend's address or link and what is granted; nothing is ticked."""
        errors: dict[str, str] = {}
        if user_input is not None:
            link = parse_link(user_input[CONF_JID])
            jid = link.address if link else None
            entry = self._get_entry()
            if link is None or jid is None:
                errors[CONF_JID] = "invalid_address"
            elif jid == entry.data[CONF_JID]:
                errors[CONF_JID] = "own_address"
            elif jid in friends_of(entry):
                errors[CONF_JID] = "already_friend"
            elif not (errors := _check_until(user_input)):
                data: FriendData = {"jid": jid, "grants": _grants(user_input, [])}
                name = user_input.get(CONF_NAME, "").strip() or link.name or link.jid.local
                return self.async_create_entry(title=name, data=data, unique_id=jid)
        schema = vol.Schema({vol.Required(CONF_JID): str, vol.Optional(CONF_NAME): TextSelector()})
        suggested = {CONF_UNTIL: (dt_util.now() + ONE_YEAR).date().isoformat()}
        return self.async_show_form(
            step_id="address",
            data_schema=self.add_suggested_values_to_schema(
                schema.extend(self._grants_schema()), user_input or suggested
            ),
            errors=errors,
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change the name or what is granted; what is no longer ticked is withdrawn at once."""
        subentry = self._get_reconfigure_subentry()
        grants = friend_data(subentry)["grants"]
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := _check_until(user_input)):
            return self.async_update_and_abort(
                self._get_entry(),
                subentry,
                title=user_input[CONF_NAME],
                data_updates={"grants": _grants(user_input, grants)},
            )
        until = min((grant["until"] for grant in grants), default=None)
        moment = datetime.fromisoformat(until) if until else dt_util.now() + ONE_YEAR
        # A grant ends with its last day, so the day is that of the moment before.
        last_day = dt_util.as_local(moment - timedelta(seconds=1)).date()
        known = {
            CONF_NAME: subentry.title,
            CONF_PUBLICATIONS: [
                grant["publication"]
                for grant in grants
                if grant["publication"] in publications_of(self._get_entry())
            ],
            CONF_UNTIL: last_day.isoformat(),
            CONF_PURPOSE: grants[0]["purpose"] if grants else PURPOSES[0],
        }
        schema = vol.Schema({vol.Required(CONF_NAME): TextSelector()})
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                schema.extend(self._grants_schema()), user_input or known
            ),
            errors=errors,
        )

    def _grants_schema(self) -> dict[Any, Any]:
        """Return the fields of what is granted; the choices are what this account publishes."""
        options = [
            SelectOptionDict(value=publication, label=subentry.title)
            for publication, subentry in publications_of(self._get_entry()).items()
        ]
        return {
            vol.Optional(CONF_PUBLICATIONS, default=list): SelectSelector(
                SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.LIST)
            ),
            vol.Required(CONF_UNTIL): DateSelector(),
            vol.Required(CONF_PURPOSE, default=PURPOSES[0]): SelectSelector(
                SelectSelectorConfig(options=list(PURPOSES), translation_key=CONF_PURPOSE)
            ),
        }


def _check_until(user_input: dict[str, Any]) -> dict[str, str]:
    """Return the error of an end that is past, or beyond what a consent may last."""
    until = date.fromisoformat(user_input[CONF_UNTIL])
    today = dt_util.now().date()
    if until < today:
        return {CONF_UNTIL: "end_is_past"}
    if until > today + THREE_YEARS:
        return {CONF_UNTIL: "end_too_far"}
    return {}


def _grants(user_input: dict[str, Any], known: list[GrantData]) -> list[GrantData]:
    """Return the grants of a form: begun now, or as long ago as they are known."""
    last_day = date.fromisoformat(user_input[CONF_UNTIL])
    end = dt_util.start_of_local_day(last_day + timedelta(days=1)).astimezone(UTC)
    begins = {grant["publication"]: grant["begin"] for grant in known}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return [
        GrantData(
            publication=publication,
            begin=begins.get(publication, now),
            until=end.isoformat(),
            purpose=user_input[CONF_PURPOSE],
        )
        for publication in user_input[CONF_PUBLICATIONS]
    ]


SUBENTRY_FLOWS: dict[str, type[ConfigSubentryFlow]] = {
    PUBLICATION: PublicationFlow,
    FRIEND: FriendFlow,
}
