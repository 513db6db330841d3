"""The pages of an account behind *Configure*: what it shares and holds, and its password."""

from collections.abc import Iterable
from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow

from ...const import UserInput, plain
from ...fields import show_form
from ..config import password_of
from ..own_server import OwnServer
from ..running import Words, async_words
from ..showing.overview import sharing_of
from ..showing.server_policy import policy_lines


class SharingOptionsFlow(OptionsFlow):
    """Show; nothing is changed here, but with each friend and each series."""

    async def async_step_init(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Show the page that offers the others."""
        return await self.async_step_account()

    async def async_step_account(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Offer the pages."""
        return self.async_show_menu(step_id="account", menu_options=["sharing", "password"])

    async def async_step_password(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Show the address with its password, for a backup."""
        if user_input is not None:
            return self.async_create_entry(data=dict(self.config_entry.options))
        shown = {key: plain(text) for key, text in password_of(self.config_entry).items()}
        return show_form(self, "password", {}, placeholders=shown)

    async def async_step_sharing(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Show what is shared, what was taken back, and what is held of others."""
        if user_input is not None:
            return self.async_create_entry(data=dict(self.config_entry.options))
        words = await async_words(self.hass)
        known = sharing_of(self.config_entry)
        return show_form(
            self,
            "sharing",
            {},
            placeholders={
                "shares": _list(_shares(known, words)),
                "withdrawn": _list(_withdrawn(known, words)),
                "holds": _list(_holds(known, words)),
                "server": _list(
                    plain(line["text"])
                    for line in policy_lines(
                        self.config_entry.runtime_data[OwnServer].data_policy, words
                    )
                ),
            },
        )


def _shares(known: dict[str, Any], words: Words) -> Iterable[str]:
    for series in known["shares"]:
        for grant in series["grants"]:
            last = grant["last_sent"]
            yield (
                f"{plain(series['title'])} → **{plain(grant['friend'])}**"
                f" ({_word(words, 'granularity', series['granularity'])},"
                f" {_word(words, 'purpose', grant['purpose'])}):"
                f" {_word(words, 'grant_state', grant['state'])},"
                f" ≤ {grant['until'][:10]}, {grant['retention_days'] or '-'} d,"
                f" {grant['readings']} ({last[:16].replace('T', ' ') if last else '-'})"
            )


def _withdrawn(known: dict[str, Any], words: Words) -> Iterable[str]:
    for one in known["withdrawn"]:
        at, members, is_erased = one["withdrawn"], one["members"], one["erased"] is not None
        state = "awaited" if not is_erased else "erased" if at else "removed"
        former = _word(words, "erasure", "former" if members == 1 else "all_former")
        counted = f"{one['confirmed']}/{members}, " if (members or 0) > 1 else ""
        yield (
            f"{plain(one['series'] or '-')} → **{plain(one['friend'] or former)}**"
            f"{f' ({at[:10]})' if at else ''}: {counted}{_word(words, 'erasure', state)}"
        )


def _holds(known: dict[str, Any], words: Words) -> Iterable[str]:
    for series in known["holds"]:
        until = series["until"]
        yield (
            f"{plain(series['series'])} ← **{plain(series['friend'])}**"
            f" ({_word(words, 'granularity', series['granularity'])},"
            f" {_word(words, 'purpose', series['purpose'])}):"
            f" ≤ {until[:10] if until else '-'}, {series['retention_days'] or '-'} d"
        )


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines) or "-"


def _word(words: Words, selector: str, option: str) -> str:
    return words.get(f"{selector}.options.{option.lower()}", plain(option))
