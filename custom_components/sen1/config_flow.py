"""The flow's first page; each part owns its own steps."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.core import callback

from .const import CONF_KIND, DOMAIN, MANUAL_METER, Kind, UserInput
from .enedis.flow import EnedisFlow
from .enphase.flow import EnphaseFlow, EnphaseOptionsFlow
from .federation.pages.account import SUBENTRY_FLOWS
from .federation.pages.new_account import JoiningFlow
from .federation.pages.sharing import SharingOptionsFlow
from .figures.account.flow import SUBENTRY_FLOWS as ACCOUNT_FIGURES_FLOWS
from .figures.site.flow import SUBENTRY_FLOWS as HOME_FLOWS, HomeFlow, HomeOptionsFlow
from .history.flow import ImportFlow
from .linky.flow import LinkyFlow, LinkyOptionsFlow

SUBENTRIES: dict[str, dict[str, type[ConfigSubentryFlow]]] = {
    Kind.ACCOUNT: SUBENTRY_FLOWS | ACCOUNT_FIGURES_FLOWS,
    Kind.HOME: HOME_FLOWS,
}

OPTIONS: dict[str, type[OptionsFlow]] = {
    Kind.LINKY: LinkyOptionsFlow,
    Kind.ENPHASE: EnphaseOptionsFlow,
    Kind.ACCOUNT: SharingOptionsFlow,
    Kind.HOME: HomeOptionsFlow,
}


class Sen1ConfigFlow(
    LinkyFlow, EnphaseFlow, JoiningFlow, HomeFlow, EnedisFlow, ImportFlow, domain=DOMAIN
):
    """Choose what to add, then hand on to the part."""

    VERSION = 2

    async def async_step_user(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Offer each kind of entry."""
        return self.async_show_menu(
            step_id="user",
            menu_options=[*Kind, MANUAL_METER, "import_file"],
        )

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Log in again, in the part the entry belongs to."""
        steps = {
            Kind.ACCOUNT: self.async_step_reauth_confirm,
            Kind.ENPHASE: self.async_step_enphase_reauth,
            Kind.ENEDIS: self.async_step_enedis_reconfigure,
        }
        return await steps[Kind(entry_data[CONF_KIND])]()

    async def async_step_reconfigure(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Change an entry, in the part it belongs to."""
        steps = {
            Kind.LINKY: self.async_step_linky_reconfigure,
            Kind.ENPHASE: self.async_step_enphase_reconfigure,
            Kind.ENEDIS: self.async_step_enedis_reconfigure,
            Kind.ACCOUNT: self.async_step_account_reconfigure,
            Kind.HOME: self.async_step_home_reconfigure,
        }
        kind = Kind(self._get_reconfigure_entry().data[CONF_KIND])
        return await steps[kind](user_input)

    @classmethod
    @callback
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be added to an entry of this kind; one that is ignored has none."""
        return SUBENTRIES.get(config_entry.data.get(CONF_KIND, ""), {})

    @classmethod
    @callback
    def async_supports_options_flow(cls, config_entry: ConfigEntry) -> bool:
        """Return whether an entry of this kind has options."""
        return config_entry.data.get(CONF_KIND) in OPTIONS

    @staticmethod
    @callback
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Change the options of an entry."""
        return OPTIONS[config_entry.data[CONF_KIND]]()
