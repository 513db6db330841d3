"""A friend's key changed, and nothing vouches for the new one: the household compares."""

from homeassistant.config_entries import ConfigSubentry

from ...const import UserInput, plain
from ...moments import local
from ...protocol.errors import RequestFailed
from ...protocol.model import BareJid
from ...protocol.trust.keys import PublicKeys, grouped
from ..config import friend_data, friends_of
from ..follow.following import Following
from ..relations.circles import Circles
from ..running import async_words
from ..trust.peers import Peer
from .flow import FixFlow, FixResult


class KeyChangedFlow(FixFlow):
    """Show the six numbers before and now; go on, block, or leave it open."""

    _jid: BareJid
    _changed: PublicKeys

    async def async_step_init(self, user_input: UserInput = None) -> FixResult:
        """Say what happened; offer the three answers."""
        account = self._entry.runtime_data
        jid = account.trust.stopped_of(self._subject)
        peer = None if jid is None else account.trust.peers[jid]
        if jid is None or peer is None or peer.changed is None or peer.changed_at is None:
            return self.async_abort(reason="already_settled")
        self._jid, self._changed = jid, peer.changed
        friend = friends_of(self._entry).get(jid)
        before = grouped(_before(peer))
        now = grouped(peer.changed.fingerprint)
        words = await async_words(self.hass)
        since = local(peer.since).date().isoformat()
        how = words.get(f"key_before.options.{peer.how}", "").replace("{since}", since)
        return self.menu(
            *("same", "other", "later"),
            friend=plain(jid if friend is None else friend.title),
            address=plain(jid),
            how=how,
            changed=f"{local(peer.changed_at):%Y-%m-%d %H:%M}",
            before_begin="  ".join(before[:3]),
            before_end="  ".join(before[3:]),
            now_begin="  ".join(now[:3]),
            now_end="  ".join(now[3:]),
            shares=str(self._shares(friend)),
            holds=str(len(account[Following].series.get(jid, {}))),
        )

    async def async_step_same(self, user_input: UserInput = None) -> FixResult:
        """Go on with the key that is there now: its owner read its numbers."""
        if (ended := self._ended()) is not None:
            return ended
        self._entry.runtime_data.trust.confirm(self._jid, same=True)
        return self.async_create_entry(data={})

    async def async_step_other(self, user_input: UserInput = None) -> FixResult:
        """Have the server drop all that comes from the address."""
        if (ended := self._ended()) is not None:
            return ended
        account = self._entry.runtime_data
        account.trust.confirm(self._jid, same=False)
        try:
            await account.session.block(self._jid)
        except RequestFailed:
            return self.async_abort(reason="cannot_block")
        return self.async_create_entry(data={})

    async def async_step_later(self, user_input: UserInput = None) -> FixResult:
        """Leave it as it is."""
        return self.async_abort(reason="still_open")

    def _ended(self) -> FixResult | None:
        """Return how this ends when what was compared is no longer what is there."""
        peer = self._entry.runtime_data.trust.peers.get(self._jid)
        if peer is None or peer.changed is None:
            return self.async_abort(reason="already_settled")
        if peer.changed != self._changed:
            return self.async_abort(reason="changed_again")
        return None

    def _shares(self, friend: ConfigSubentry | None) -> int:
        """Return how many series are granted to the friend, for itself or as one of a circle."""
        own = [] if friend is None else friend_data(friend)["grants"]
        grants = [*own, *self._entry.runtime_data[Circles].grants_of(self._jid)]
        return len({grant["publication"] for grant in grants})


def _before(peer: Peer) -> str:
    """Return the fingerprint that is known: of the key before, or the one in the link."""
    return peer.expected or "" if peer.keys is None else peer.keys.fingerprint
