"""Somebody asks to be a friend: a repair issue lets the household answer."""

import voluptuous as vol

from ...const import FRIEND, UserInput, plain
from ...fields import show_form
from ...protocol.errors import RequestFailed
from ...protocol.model import BareJid
from ..config import add_subentry, new_friend
from ..friends import Friends
from .flow import FixFlow, FixResult


class FriendRequestFlow(FixFlow):
    """Accept, refuse, or refuse and block."""

    _jid: BareJid

    async def async_step_init(self, user_input: UserInput = None) -> FixResult:
        """Say who it is; offer the three answers."""
        account = self._entry.runtime_data
        for jid in account[Friends].requests:
            if account.store.pseudonym(jid) == self._subject:
                self._jid = jid
                break
        else:
            return self.async_abort(reason="already_settled")
        return self.menu("accept", "refuse", "block", address=plain(self._jid))

    async def async_step_accept(self, user_input: UserInput = None) -> FixResult:
        """Give the friend a name; nothing is shared with a new friend."""
        if user_input is None:
            return show_form(self, "accept", {vol.Required("name"): str})
        data = new_friend(self._entry, self._jid)
        name = user_input["name"].strip() or self._jid.partition("@")[0]
        add_subentry(self.hass, self._entry, FRIEND, self._jid, name, data)
        return self.async_create_entry(data={})

    async def async_step_refuse(self, user_input: UserInput = None) -> FixResult:
        """Tell the asker no; they may ask again."""
        account = self._entry.runtime_data
        account.session.refuse(self._jid)
        account[Friends].async_forget_request(self._jid)
        return self.async_create_entry(data={})

    async def async_step_block(self, user_input: UserInput = None) -> FixResult:
        """Have the server drop all that comes from the asker from now on."""
        account = self._entry.runtime_data
        account.session.refuse(self._jid)
        try:
            await account.session.block(self._jid)
        except RequestFailed:
            return self.async_abort(reason="cannot_block")
        account[Friends].async_forget_request(self._jid)
        return self.async_create_entry(data={})
