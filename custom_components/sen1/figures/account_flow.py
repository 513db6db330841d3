"""What the figures let one add to a sharing account."""

from __future__ import annotations

from homeassistant.config_entries import ConfigSubentryFlow

from .const import HOLDING
from .holding_flow import HoldingFlow

SUBENTRY_FLOWS: dict[str, type[ConfigSubentryFlow]] = {HOLDING: HoldingFlow}
