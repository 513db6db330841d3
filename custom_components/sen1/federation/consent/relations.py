"""Who somebody is to this account, asked here alone: what is decided, and what is still owed.

A stopped key changes nothing of it: nothing goes to a friend whose key is in question, but it is
the friend, and none of a stranger's texts may say otherwise.
"""

from homeassistant.config_entries import ConfigEntry

from ...protocol.model import BareJid
from ..config import friends_of
from ..store import AccountStore
from .members import organisers_of


class Relations:
    """Answer from what the household decided and the Store remembers, as they are."""

    def __init__(self, entry: ConfigEntry, store: AccountStore) -> None:
        self._entry = entry
        self._store = store

    def is_friend(self, jid: BareJid) -> bool:
        """Return whether somebody is a friend: by name, or as one of a circle."""
        return jid in self._store.data["joined"] or jid in friends_of(self._entry)

    def is_known(self, jid: BareJid) -> bool:
        """Return whether somebody is a friend by name, in a circle or a collection, or organises.

        Stopped or not.
        """
        return (
            self.is_friend(jid)
            or any(jid in members for members in self._store.data["collected"].values())
            or jid in organisers_of(self._entry)
        )

    def is_owed(self, jid: BareJid) -> bool:
        """Return whether a former friend has to hear or erase something, or we have of it."""
        data = self._store.data
        return (
            jid in data["erasures"]
            or any(chore["friend"] == jid for chore in data["chores"])
            or any(series["friend"] == jid for series in data["left"])
        )

    def is_new(self, jid: BareJid) -> bool:
        """Return whether a link is all there is of somebody, so that its key is the one to expect.

        Of anybody else a link says nothing: neither that the key is verified, nor that it is
        another. What the links of collections that are not answered yet had us ask does not count.
        """
        offers = [one for one in self._store.data["offers"].values() if one["jid"] == jid]
        is_by_link = bool(offers) and not any(one["was_known"] for one in offers)
        known = self._store.data["keys"].get(jid)
        has_key = known is not None and known["keys"] is not None
        return not (self.is_known(jid) or self.is_owed(jid)) and (is_by_link or not has_key)
