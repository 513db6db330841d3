"""Flows of the account."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult, ConfigSubentryFlow

SUBENTRY_FLOWS: dict[str, type[ConfigSubentryFlow]] = {}


class AccountFlow(ConfigFlow):
    """Steps of the account."""

    async def async_step_account(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the account."""
        return self.async_abort(reason="unknown")

    async def async_step_account_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change the account."""
        return self.async_abort(reason="unknown")
