"""Values of a proxy of 2019 have no place: a repair issue shows them and lets them have one."""

from homeassistant.helpers.selector import SelectSelectorMode, TextSelector
import voluptuous as vol

from ...const import UserInput, plain
from ...fields import show_form, titled
from ..config import ReceivedData, proxies_of, proxy_data
from ..legacy.feed import Content
from ..legacy.proxies import Key, Proxies
from ..pages.proxy import CONTENT
from .flow import FixFlow, FixResult


class UnplacedFlow(FixFlow):
    """Make a series of what came, or forget it all."""

    async def async_step_init(self, user_input: UserInput = None) -> FixResult:
        """Show what came; offer the two answers."""
        waiting = self._entry.runtime_data[Proxies].unplaced(self._subject)
        lines = [
            f"- {plain(_shown(key))} ({len(values)}):"
            f" {plain(values[-1]['value'])} {plain(values[-1]['unit'])},"
            f" {plain(values[-1]['timestamp'])}"
            for key, values in waiting.items()
        ]
        return self.menu(
            *("place", "forget"),
            proxy=plain(proxies_of(self._entry)[self._subject].title),
            count=str(sum(len(values) for values in waiting.values())),
            series="\n".join(lines[:20]),
        )

    async def async_step_place(self, user_input: UserInput = None) -> FixResult:
        """Make a series of one of them: what came is its past."""
        waiting = self._entry.runtime_data[Proxies].unplaced(self._subject)
        keys = {"\n".join(key): key for key in waiting}
        if user_input is not None:
            value = waiting[keys[user_input["series"]]][-1]
            subentry = proxies_of(self._entry)[self._subject]
            row = ReceivedData(
                title=user_input["title"],
                username=value["username"],
                name=value["name"],
                metaname=value["metaname"],
                unit=value["unit"],
                type=value["type"],
                content=user_input["content"],
            )
            received = [*proxy_data(subentry)["received"], row]
            return self.settle(subentry, received=received)
        choice = titled(
            {name: _shown(key) for name, key in keys.items()}, mode=SelectSelectorMode.DROPDOWN
        )
        fields = {
            vol.Required("series"): choice,
            vol.Required("title"): TextSelector(),
            vol.Required("content", default=Content.MEAN): CONTENT,
        }
        return show_form(self, "place", fields)

    async def async_step_forget(self, user_input: UserInput = None) -> FixResult:
        """Forget it once this is confirmed."""
        if user_input is None:
            return show_form(self, "forget", {})
        self._entry.runtime_data[Proxies].forget_unplaced(self._subject)
        return self.async_create_entry(data={})


def _shown(key: Key) -> str:
    return " / ".join(part for part in key if part)
