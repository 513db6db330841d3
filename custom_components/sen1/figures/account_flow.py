"""What the figures let one add to a sharing account."""

from __future__ import annotations

from homeassistant.config_entries import ConfigSubentryFlow

from .const import GROUP, HOLDING, RANKING
from .group_flow import GroupFlow
from .holding_flow import HoldingFlow
from .ranking_flow import RankingFlow

SUBENTRY_FLOWS: dict[str, type[ConfigSubentryFlow]] = {
    HOLDING: HoldingFlow,
    GROUP: GroupFlow,
    RANKING: RankingFlow,
}
