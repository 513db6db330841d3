"""Grants end soon: a repair issue lets the household renew them, or let them end."""

from collections.abc import Callable

from homeassistant.util import dt as dt_util

from ...const import UserInput, plain
from ...protocol.term import GrantData, changed, last_day, renewed
from ..config import friend_data, grantees_of, publications_of
from ..consent.notice import async_noticed
from ..consent.reminder import ending
from ..issues import Issue
from .flow import FixFlow, FixResult


class RenewFlow(FixFlow):
    """Go on for a year, or let the grants end."""

    _subentry_id: str

    async def async_step_init(self, user_input: UserInput = None) -> FixResult:
        """Offer the two answers."""
        pseudonym = self._entry.runtime_data.store.pseudonym
        those = (s for s in grantees_of(self._entry) if pseudonym(s.subentry_id) == self._subject)
        subentry = next(those, None)
        if subentry is None or not (grants := ending(self._entry, subentry)):
            return self.async_abort(reason="already_settled")
        self._subentry_id = subentry.subentry_id
        publications = publications_of(self._entry)
        series = ", ".join(publications[grant["publication"]].title for grant in grants)
        zone = dt_util.get_default_time_zone()
        return self.menu(
            *("renew", "let_end"),
            friend=plain(subentry.title),
            series=plain(series),
            end=min(last_day(grant, zone) for grant in grants).isoformat(),
        )

    async def async_step_renew(self, user_input: UserInput = None) -> FixResult:
        """Let the grants that end soon last a year more."""
        now, zone = dt_util.utcnow().timestamp(), dt_util.get_default_time_zone()
        return await self._change(lambda grant: renewed(grant, now, zone))

    async def async_step_let_end(self, user_input: UserInput = None) -> FixResult:
        """Ask no more: the readings stop by themselves on the last day."""
        return await self._change(lambda grant: changed(grant, let_end=grant["until"]))

    async def _change(self, change: Callable[[GrantData], GrantData]) -> FixResult:
        subentry = self._entry.subentries[self._subentry_id]
        soon = ending(self._entry, subentry)
        known = friend_data(subentry)["grants"]
        grants = [change(grant) if grant in soon else grant for grant in known]
        path = f"issues.{Issue.GRANT_ENDS}.fix_flow.step.init"
        noticed = await async_noticed(self.hass, path, grants, known)
        return self.settle(subentry, grants=noticed)
