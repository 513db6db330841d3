"""Grants that end soon: a repair issue asks the household in time whether they shall go on."""

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ...protocol.term import GrantData, ends_soon, term_of
from ..config import friend_data, grantees_of, publications_of
from ..context import AccountContext
from ..issues import Issue, Notices
from ..part import Part


class Reminder(Part):
    """Tell of each friend whose grants end soon."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._notices = Notices(self._hass, self._entry, Issue.GRANT_ENDS)
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def apply(self, _now: object = None) -> None:
        """Tell what is to be told now, and look again when that changes."""
        self._notices.tell_of(
            {
                # A friend's device has the subentry's id, and every user sees devices by name.
                self._store.pseudonym(subentry.subentry_id)
                for subentry in grantees_of(self._entry)
                if ending(self._entry, subentry)
            }
        )
        self._schedule()

    async def async_stop(self) -> None:
        """Leave no timer and nothing told."""
        self._unschedule()
        self._notices.tell_of(())

    def _schedule(self) -> None:
        self._unschedule()
        now = dt_util.utcnow().timestamp()
        terms = [
            term_of(grant)
            for subentry in grantees_of(self._entry)
            for grant in friend_data(subentry)["grants"]
        ]
        moments = [at for term in terms for at in (term.reminds_at, term.until) if at and at > now]
        if moments:
            self._cancel = async_track_point_in_utc_time(
                self._hass, self.apply, dt_util.utc_from_timestamp(min(moments))
            )

    def _unschedule(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None


def ending(entry: ConfigEntry, subentry: ConfigSubentry) -> list[GrantData]:
    """Return the grants of a friend that end soon and about which nothing was said yet."""
    publications = publications_of(entry)
    now = dt_util.utcnow().timestamp()
    return [
        grant
        for grant in friend_data(subentry)["grants"]
        if grant["publication"] in publications and ends_soon(grant, now)
    ]
