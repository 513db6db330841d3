"""Grants that end soon: a repair issue asks the household in time whether they shall go on."""

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ...alarm import Alarm
from ...protocol.term import GrantData, ends_soon, term_of
from ..config import friend_data, grantees_of, publications_of
from ..context import AccountContext
from ..issues import Issue, async_tell_only
from ..part import Part


class Reminder(Part):
    """Tell of each friend whose grants end soon."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._due = Alarm(self._hass, self.apply)

    @callback
    def apply(self) -> None:
        """Tell what is to be told now, and look again when that changes."""
        async_tell_only(
            self._hass,
            self._entry,
            Issue.GRANT_ENDS,
            {
                # A friend's device has the subentry's id, and every user sees devices by name.
                self._store.pseudonym(subentry.subentry_id)
                for subentry in grantees_of(self._entry)
                if ending(self._entry, subentry)
            },
        )
        now = dt_util.utcnow().timestamp()
        terms = [
            term_of(grant)
            for subentry in grantees_of(self._entry)
            for grant in friend_data(subentry)["grants"]
        ]
        moments = [at for term in terms for at in (term.reminds_at, term.until) if at and at > now]
        self._due.set(min(moments, default=None))

    async def async_stop(self) -> None:
        """Leave no timer and nothing told."""
        self._due.set(None)
        async_tell_only(self._hass, self._entry, Issue.GRANT_ENDS, ())


def ending(entry: ConfigEntry, subentry: ConfigSubentry) -> list[GrantData]:
    """Return the grants of a friend that end soon and about which nothing was said yet."""
    publications = publications_of(entry)
    now = dt_util.utcnow().timestamp()
    return [
        grant
        for grant in friend_data(subentry)["grants"]
        if grant["publication"] in publications and ends_soon(grant, now)
    ]
