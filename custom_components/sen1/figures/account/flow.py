"""What the figures let one add to a sharing account."""

from homeassistant.config_entries import ConfigSubentryFlow

from ..comparison.flow import GroupFlow, RankingFlow
from ..const import GROUP, HOLDING, RANKING
from ..project.flow import HoldingFlow

SUBENTRY_FLOWS: dict[str, type[ConfigSubentryFlow]] = {
    HOLDING: HoldingFlow,
    GROUP: GroupFlow,
    RANKING: RankingFlow,
}
