"""What the figures let one add to a sharing account."""

from homeassistant.config_entries import ConfigSubentryFlow

from ...const import GROUP
from ..comparison.flow import GroupFlow, RankingFlow
from ..const import HOLDING, RANKING
from ..project.flow import HoldingFlow

SUBENTRY_FLOWS: dict[str, type[ConfigSubentryFlow]] = {
    HOLDING: HoldingFlow,
    GROUP: GroupFlow,
    RANKING: RankingFlow,
}
