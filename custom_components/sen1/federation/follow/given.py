"""What members of a collection give, as it is followed: what a home is, and what it measures."""

from collections.abc import Mapping

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ...const import DOMAIN
from ...protocol.collection import SITE
from ...protocol.follower import OVER
from ...protocol.model import BareJid, PublicationId
from ...protocol.sheet import SiteSheet
from ...protocol.wishes import What
from ..consent.members import Member
from ..states import unique_id_of
from .recording import is_kept
from .series import Series


class FollowedMembers:
    """The series of members, by what they were asked for."""

    def __init__(
        self,
        hass: HomeAssistant,
        series: Mapping[BareJid, Mapping[PublicationId, Series]],
    ) -> None:
        self._hass = hass
        self._series = series

    def series(self, member: Member, what: str) -> Series | None:
        """Return what answers to what a member was asked for, if it still grants anything so."""
        publication = member.gives.get(what)
        if publication is None:
            return None
        series = self._series.get(member.jid, {}).get(publication)
        return None if series is None or series.status in OVER else series

    def site(self, member: Member) -> SiteSheet | None:
        """Return what a member's home is, if it says so."""
        series = self.series(member, SITE)
        return None if series is None else series.description.site

    def consumption(self, member: Member) -> str | None:
        """Return the statistic of what a member uses, if it gives that."""
        series = self.series(member, What.CONSUMPTION)
        return None if series is None else statistic_of(self._hass, member, series)


def statistic_of(hass: HomeAssistant, member: Member, series: Series) -> str:
    """Return the statistic of a series: ours, or that of its entity."""
    if is_kept(series.description):
        return series.statistic_id
    unique_id = unique_id_of(member.owner, series.follower.grant.publication, "reading")
    entity_id = er.async_get(hass).async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)
    return entity_id or series.statistic_id
