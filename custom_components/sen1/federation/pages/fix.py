"""What the answers to repair issues share: the account, and what in it they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeassistant.components.repairs import RepairsFlow

from ..account import AccountConfigEntry

if TYPE_CHECKING:
    from homeassistant.components.repairs.models import RepairsFlowResult

type FixResult = RepairsFlowResult


class FixFlow(RepairsFlow):
    """Answer an issue of an account; `_subject` is what it was told of."""

    def __init__(self, entry: AccountConfigEntry, subject: str) -> None:
        self._entry = entry
        self._subject = subject
