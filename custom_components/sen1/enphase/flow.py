"""Steps that add a gateway: where it is, what opens it; by its address or as it is discovered."""

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
    OptionsFlow,
)
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    BooleanSelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.helpers.typing import VolDictType
import voluptuous as vol

from ..const import CONF_KIND, Kind, UserInput
from ..fields import EMAIL, LINES, box, free_title, show_form
from ..last_page import Made, async_last_page
from .const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_READINGS_INTERVAL,
    CONF_TOKEN,
    CONF_USERNAME,
    CONF_WATCH,
)
from .coordinator import readings_interval
from .core_reader import core_entry, names_of_entities
from .envoy import session_for_gateways
from .faults import FIELD_OF_FAULT, GatewayError, GatewayFault
from .gateway import Gateway, Login

TOKEN_PAGE = "https://entrez.enphaseenergy.com"  # noqa: S105

ACCESS = ("enphase_token", "enphase_login")
"""The ways to come by a token."""

HOST: VolDictType = {vol.Required(CONF_HOST): TextSelector()}
TOKEN: VolDictType = {vol.Required(CONF_TOKEN): LINES}
PASSWORD = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
LOGIN: VolDictType = {vol.Required(CONF_USERNAME): EMAIL, vol.Required(CONF_PASSWORD): PASSWORD}
OWN_LOGIN: VolDictType = {
    vol.Optional(CONF_USERNAME): TextSelector(),
    vol.Optional(CONF_PASSWORD): PASSWORD,
}
OPTIONS: VolDictType = {
    vol.Required(CONF_READINGS_INTERVAL): box(60, unit="s", minimum=5),
    vol.Required(CONF_WATCH): BooleanSelector(),
}


class EnphaseFlow(ConfigFlow):
    """Add a gateway, log in to it anew, change where it is or what opens it."""

    _gateway: Gateway
    _host = ""
    _name = ""

    async def async_step_enphase(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for the name and the address, and see what is there."""
        fields = self._name_field() | HOST
        return await self._ask_for_address("enphase", user_input, {}, fields)

    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Take what a gateway announces of itself; follow one we have to its new address."""
        if discovery_info.ip_address.version != 4:
            return self.async_abort(reason="not_ipv4_address")
        self._host = discovery_info.host
        serial = discovery_info.properties["serialnum"]
        await self.async_set_unique_id(serial)
        self._abort_if_unique_id_configured({CONF_HOST: self._host}, reload_on_update=False)
        if core_entry(self.hass, serial, self._host) is not None:
            return self.async_abort(reason="already_configured")
        self.context["title_placeholders"] = {"name": "Enphase"}
        return await self.async_step_enphase_discovered()

    async def async_step_enphase_discovered(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask whether to add what was discovered."""
        fault = None
        if user_input is not None:
            self._name = user_input[CONF_NAME]
            if (fault := await self._find_gateway()) is None:
                return await self._go_on()
        errors = self._errors_of_gateway(fault, "base")
        told = {"host": self._host}
        return show_form(self, "enphase_discovered", self._name_field(), None, errors, told)

    async def async_step_enphase_reconfigure(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for another address of the same gateway, then what opens it."""
        known = {CONF_HOST: self._known_gateway.data[CONF_HOST]}
        return await self._ask_for_address("enphase_reconfigure", user_input, known)

    async def async_step_enphase_reauth(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for what opens the gateway, where it was last seen."""
        return await self.async_step_enphase_reconfigure(
            {CONF_HOST: self._known_gateway.data[CONF_HOST]}
        )

    def _name_field(self) -> VolDictType:
        """Return the field of the name, which tells two gateways apart."""
        name = self._name or free_title(self.hass, "Enphase")
        return {vol.Required(CONF_NAME, default=name): TextSelector()}

    async def _ask_for_address(
        self,
        step_id: str,
        user_input: UserInput,
        known: dict[str, str],
        fields: VolDictType = HOST,
    ) -> ConfigFlowResult:
        """Go on with what is at the address, or ask for it."""
        fault = None
        if user_input is not None:
            self._name = user_input.get(CONF_NAME, "")
            self._host = user_input[CONF_HOST].strip()
            if (fault := await self._find_gateway()) is None:
                return await self._go_on()
        errors = self._errors_of_gateway(fault, CONF_HOST)
        return show_form(self, step_id, fields, user_input or known, errors)

    async def _find_gateway(self) -> GatewayFault | None:
        self._gateway = Gateway(self._host, session_for_gateways(self.hass), Login())
        try:
            await self._gateway.find()
        except GatewayError as err:
            return err.fault
        return None

    async def _go_on(self) -> ConfigFlowResult:
        """Go on to what opens the gateway, unless somebody reads it already."""
        await self.async_set_unique_id(self._gateway.serial, raise_on_progress=False)
        if self._is_known_gateway:
            self._abort_if_unique_id_mismatch(reason="other_gateway")
        else:
            self._abort_if_unique_id_configured({CONF_HOST: self._host}, reload_on_update=False)
        core = core_entry(self.hass, self._gateway.serial, self._host)
        if core is not None:
            return self.async_abort(
                reason="read_by_core",
                description_placeholders={"entities": names_of_entities(self.hass, core)},
            )
        if self._gateway.wants_token:
            return await self.async_step_enphase_access()
        # What it was made with opens most old gateways.
        return await self.async_step_enphase_password(None if self._is_known_gateway else {})

    async def async_step_enphase_access(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask how to come by a token."""
        options = list(ACCESS)
        if self.source == SOURCE_RECONFIGURE:
            options.append("enphase_keep")
        return self.async_show_menu(step_id="enphase_access", menu_options=options)

    async def async_step_enphase_token(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for a token."""
        login = None
        if user_input is not None:
            login = Login(token="".join(user_input[CONF_TOKEN].split()))
        return await self._open_gateway("enphase_token", TOKEN, login)

    async def async_step_enphase_keep(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Go on with what opened the gateway so far, if it still does."""
        login = Login.of(self._known_gateway.data)
        return await self._open_gateway("enphase_token", TOKEN, login)

    async def async_step_enphase_login(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for the Enlighten login, and obtain a token with it."""
        login = None if user_input is None else Login.of(user_input)
        return await self._open_gateway("enphase_login", LOGIN, login)

    async def async_step_enphase_password(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Try what an old gateway was made with, then ask."""
        login = None if user_input is None else Login.of(user_input)
        return await self._open_gateway("enphase_password", OWN_LOGIN, login)

    async def _open_gateway(
        self, step_id: str, fields: VolDictType, login: Login | None
    ) -> ConfigFlowResult:
        """Keep the gateway if the login opens it; else ask for another, or for a first one."""
        fault = None
        if login is not None and (fault := await self._try_login(login)) is None:
            return await self._keep_gateway()
        known = {CONF_USERNAME: (login.username if login else None) or ""}
        errors = self._errors_of_gateway(fault, "base")
        return show_form(self, step_id, fields, known, errors, {"page": TOKEN_PAGE})

    async def _try_login(self, login: Login) -> GatewayFault | None:
        """Try a login; an old gateway says what it thinks of it only when it is read."""
        self._gateway.login = login
        try:
            await self._gateway.log_in()
            if not self._gateway.wants_token:
                await self._gateway.read()
        except GatewayError as err:
            return err.fault
        return None

    async def _keep_gateway(self) -> ConfigFlowResult:
        """Keep what was found, in the entry there is or in a new one."""
        data = {CONF_KIND: Kind.ENPHASE, CONF_HOST: self._host, **self._gateway.login.data}
        if not self._is_known_gateway:
            page = await async_last_page(self.hass, Made.ENPHASE)
            return self.async_create_entry(title=self._name, data=data, **page)
        entry = self._known_gateway
        is_reauth = self.source == SOURCE_REAUTH
        # An entry that is loaded hears of other data, and goes on with the same; not if it was
        # refused: its coordinator asks no more.
        goes_on = entry.state is ConfigEntryState.LOADED and (not is_reauth or data != entry.data)
        reason = "reauth_successful" if is_reauth else "reconfigure_successful"
        result = self.async_update_and_abort(entry, data=data, reason=reason)
        if not goes_on:
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return result

    @property
    def _is_known_gateway(self) -> bool:
        return self.source in (SOURCE_REAUTH, SOURCE_RECONFIGURE)

    @property
    def _known_gateway(self) -> ConfigEntry:
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        return self._get_reconfigure_entry()

    def _errors_of_gateway(self, fault: GatewayFault | None, otherwise: str) -> dict[str, str]:
        if fault is None:
            return {}
        return {FIELD_OF_FAULT.get(fault, otherwise): fault.value}


class EnphaseOptionsFlow(OptionsFlow):
    """Choose how often the meters are read, and whether inverters are watched."""

    async def async_step_init(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for both; the running gateway takes them without a cut."""
        return await self.async_step_enphase(user_input)

    async def async_step_enphase(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for both."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        options = self.config_entry.options
        known = {
            CONF_READINGS_INTERVAL: readings_interval(options),
            CONF_WATCH: options.get(CONF_WATCH, True),
        }
        return show_form(self, "enphase", OPTIONS, known)
