"""Links that make whoever comes with one a friend: made, taken back, used once.

What was ticked when one was made is the household's consent: who comes is granted that, at once,
and nothing else. An address comes with the link where our server gives one.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
import hmac
import secrets
import time

from homeassistant.core import callback
from homeassistant.util import dt as dt_util
from slixmpp import JID

from ...const import DOMAIN, FRIEND
from ...history.periods import Period, begin_of, end_of
from ...listeners import Listeners
from ...protocol.errors import LinkError, RequestFailed
from ...protocol.follower import DUE_AFTER
from ...protocol.links import Link
from ...protocol.model import BareJid, Granularity
from ...protocol.term import GrantData, changed, end_of as end_of_day, term_of, years_later
from ...protocol.wishes import What, Wish, Wishes
from ..config import (
    CONF_JID,
    add_subentry,
    friend_data,
    friends_of,
    home_name,
    new_friend,
    publication_data,
    publications_of,
)
from ..context import AccountContext
from ..issues import async_notify
from ..kept import Farewell
from ..part import Part, wait_for
from ..relations.relations import Relations
from ..store import SOON
from ..talk.chores import Chores
from ..talk.post import Post
from ..trust.statements import Statements
from ..trust.trust import Trust
from ..xmpp.session import Subscription
from .gifts import LinkGifts
from .kept import Invitation, InvitationState, WishData, login_of, state_of

FRIEND_CAME = f"{DOMAIN}_friend_came"
"""The event of Home Assistant."""

MOST = 100
"""Invitations that are kept."""

KEPT = 90 * 86400.0
"""Seconds for which one that is over is kept."""

MOST_TURNED_AWAY = 100
"""Who waits to be taken off the roster again."""

AGAIN = 3600.0
"""Seconds until it is looked again which addresses are to be deleted."""


class TooManyInvitations(Exception):
    """As many are open as are kept."""


class Invitations(Part):
    """Make links, and take who comes with one."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._relations, self._post, self._trust = context[Relations], context[Post], context[Trust]
        self._chores, self._statements = context[Chores], context[Statements]
        self.all: dict[str, Invitation] = self._store.kept("invitations", {})
        """Those made here, by a random id."""
        self.gifts = LinkGifts(context)
        self.changed = Listeners[()]()
        """That the server is to be looked at again: somebody came, or is to be turned away."""
        self._awaiting: set[BareJid] = set()
        """Who came, and with whom no reading was exchanged yet."""
        self._on_roster: set[BareJid] | None = None
        """Who was a friend by the server's roster when it was looked at last."""
        self._news = asyncio.Event()
        self.runs = (self.run,)

    # What the household does

    async def make(
        self,
        label: str,
        offers: Callable[[], list[GrantData]],
        asks: list[WishData],
        expires: float,
    ) -> str:
        """Make an invitation; return its id.

        `offers` is called once the server has answered, and makes what is offered. It may end
        before `expires`, as the server's token does. Raises RequestFailed when the server does
        not answer, TooManyInvitations.
        """
        self._prune()
        if len(self.all) >= MOST:
            raise TooManyInvitations
        given, login = await self.gifts.take()
        token = secrets.token_urlsafe(18) if given is None else given.token
        if given is not None and given.expires is not None:
            expires = min(expires, given.expires)
        link = Link(
            JID(self._entry.data[CONF_JID]),
            "roster",
            fingerprint=self._statements.keys.public.fingerprint,
            token=token,
            name=home_name(self._hass, self._entry),
            until=expires,
            gives_account=given is not None,
            login=login,
        ).written()
        if given is not None and given.page:
            # What stands behind it no browser sends to the page.
            link = f"{given.page}#{link}"
        new = secrets.token_hex(4)
        self.all[new] = Invitation(
            label=label,
            token=token,
            link=link,
            made=time.time(),
            expires=expires,
            uses=1,
            gives_account=given is not None or login is not None,
            login=None if login is None else login.jid,
            offers=offers(),
            asks=asks,
            told=False,
            taken_back=None,
            opened=None,
            accepted=None,
            first=None,
            friend=None,
        )
        # Before anybody can come with it.
        await self._store.async_save()
        self._news.set()
        return new

    async def take_back(self, invitation_id: str) -> None:
        """Let an invitation be good for nothing more; KeyError where there is none."""
        invitation = self.all[invitation_id]
        if state_of(invitation) is InvitationState.OPEN:
            invitation["taken_back"] = time.time()
            await self._store.async_save()
            self._news.set()

    @callback
    def close(self) -> None:
        """Let no link be good for anything more: who came with it may be forgotten here."""
        for invitation in self._open():
            invitation["taken_back"] = time.time()
        self._store.save_within(SOON)
        self._news.set()

    # Who comes

    def take(self, jid: BareJid, token: str) -> bool:
        """Make somebody a friend who holds one of our invitations; return whether it is one.

        One that is used, over or taken back is none.
        """
        invitation = self._of_token(token)
        if invitation is None:
            return False
        friends = friends_of(self._entry)
        if invitation["friend"] == jid and jid in friends:
            # It says so until it is told what we would like, or that we would like nothing.
            invitation["told"] = False
            self.known(jid)
            return True
        if state_of(invitation) is not InvitationState.OPEN or self._relations.is_no_home(jid):
            self._turn_away(jid)
            return False
        self._befriend(jid, invitation)
        now = time.time()
        invitation["friend"] = jid
        invitation["uses"] -= 1
        if invitation["login"] == jid:
            invitation["login"] = None
        invitation["opened"] = invitation["opened"] or now
        self.apply()
        self.known(jid)
        self.changed.tell()
        self._news.set()
        self._hass.bus.async_fire(FRIEND_CAME, {"entry_id": self._entry.entry_id})
        self._entry.async_create_task(self._hass, self._note_came(), "sen1 friend came")
        return True

    @callback
    def known(self, jid: BareJid) -> None:
        """Tell who came what we would like to receive, once it can be said."""
        came_with = [each for each in self.all.values() if each["friend"] == jid]
        if all(each["told"] for each in came_with) or not self._trust.signs(jid):
            return
        if self._post.reaches(jid):
            # Of several links the last: what is told takes the place of what was.
            asks = max(came_with, key=lambda each: each["made"])["asks"]
            said = Wishes(tuple(Wish(What(ask["what"]), ask["granularity"]) for ask in asks))
            self._post.tell(jid, said)
            for each in came_with:
                each["told"] = True
            self._store.save_within(SOON)

    there = known

    @callback
    def take_roster(self, roster: Mapping[BareJid, Subscription]) -> None:
        """Note who is a friend by now, both ways, and for whom the server made an address."""
        now = time.time()
        both = {jid for jid, known in roster.items() if known.ours and known.theirs}
        for invitation in self.all.values():
            if invitation["friend"] in both and invitation["accepted"] is None:
                invitation["accepted"] = now
                self._store.save_within(SOON)
        new = set() if self._on_roster is None else both - self._on_roster
        self._on_roster = both
        domain = JID(self._entry.data[CONF_JID]).domain
        came = {jid for jid in new - friends_of(self._entry).keys() if JID(jid).domain == domain}
        waiting = [each for each in self._open() if each["gives_account"] and not each["login"]]
        # Of several nobody knows which, until its holder says so.
        if came and len(waiting) == 1 and waiting[0]["opened"] is None:
            waiting[0]["opened"] = now
            self._store.save_within(SOON)

    @callback
    def note_readings(self, friends: Collection[BareJid]) -> None:
        """Note that a reading went to friends, or came of them."""
        if not self._awaiting or not (those := self._awaiting.intersection(friends)):
            return
        for invitation in self.all.values():
            if invitation["friend"] in those and invitation["first"] is None:
                invitation["first"] = time.time()
        self._store.save_within(SOON)
        self.apply()

    @callback
    def apply(self) -> None:
        """Take over whom a first reading is awaited of."""
        self._awaiting = {
            friend
            for each in self.all.values()
            if each["first"] is None and (friend := each["friend"]) is not None
        }

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Note where who came is now."""
        for invitation in self.all.values():
            if invitation["friend"] == old:
                invitation["friend"] = new

    def we_moved(self, here: BareJid, along: Collection[BareJid]) -> None:
        """Let no link be good any more: they lead to where we are not."""
        self.gifts.forget()
        for invitation in self.all.values():
            invitation["login"] = None
            if invitation["uses"] and invitation["taken_back"] is None:
                invitation["taken_back"] = time.time()

    # What is left on the server

    @callback
    def online(self, *, resumed: bool) -> None:
        """Look at what could not be cleaned over a new link."""
        if not resumed:
            self._on_roster = None
            self._news.set()

    async def run(self) -> None:
        """Delete addresses that nobody came for, until cancelled."""
        while True:
            await wait_for(self._news, self._wait())
            self._news.clear()
            self._prune()
            for invitation in list(self.all.values()):
                login = login_of(invitation)
                if login is not None and state_of(invitation) is not InvitationState.OPEN:
                    with suppress(RequestFailed, LinkError):
                        if not await self.gifts.delete(login):
                            invitation["opened"] = invitation["opened"] or time.time()
                        invitation["login"] = None
                        self._store.save_within(SOON)

    def _wait(self) -> float | None:
        """Return the seconds until an address may be to delete; None: there is none."""
        now = time.time()
        ends = [each["expires"] - now for each in self.all.values() if each["login"]]
        return min(AGAIN, *(end if end > 0 else AGAIN for end in ends)) if ends else None

    # Parts of these

    def _of_token(self, token: str) -> Invitation | None:
        # Each is compared: how long that takes tells nothing.
        secret = token.encode()
        several = self.all.values()
        found = [one for one in several if hmac.compare_digest(one["token"].encode(), secret)]
        return found[-1] if found else None

    def bequeath(self, farewell: Farewell, along: Collection[BareJid]) -> None:
        """Have deleted the addresses that were made for who did not come yet."""
        logins = filter(None, map(login_of, self.all.values()))
        farewell["invited"] += [(login.jid, login.password) for login in logins]

    def _open(self) -> Iterator[Invitation]:
        return (each for each in self.all.values() if state_of(each) is InvitationState.OPEN)

    def _turn_away(self, jid: BareJid) -> None:
        """Have somebody taken off the roster again: a token of the server lets its holder in."""
        is_friend = self._relations.is_friend(jid)
        is_stranger = not (is_friend or self._chores.is_of(jid) or self._relations.is_no_home(jid))
        if is_stranger and len(self._chores) < MOST_TURNED_AWAY:
            self._chores.unfriend(jid)
            self.changed.tell()

    def _befriend(self, jid: BareJid, invitation: Invitation) -> None:
        """Let somebody be a friend who is granted what was offered."""
        publications, now = publications_of(self._entry), time.time()
        grants = [
            _begun(grant, Granularity(publication_data(subentry)["granularity"]), now)
            for grant in invitation["offers"]
            if (subentry := publications.get(grant["publication"])) is not None
        ]
        if (known := friends_of(self._entry).get(jid)) is not None:
            before = {g["publication"]: g for g in friend_data(known)["grants"]}
            going_on = {key: g for key, g in before.items() if term_of(g).until > now}
            added = {g["publication"]: g for g in grants}
            both = {**before, **added, **going_on}
            self._hass.config_entries.async_update_subentry(
                self._entry, known, data={**known.data, "grants": list(both.values())}
            )
            return
        data = {**new_friend(self._entry, jid), "grants": grants}
        add_subentry(self._hass, self._entry, FRIEND, jid, invitation["label"], data)

    async def _note_came(self) -> None:
        """Tell the household that a friend has come.

        First it is kept: after a power cut nobody else is to come with the same link.
        """
        await self._store.async_save()
        await async_notify(self._hass, self._entry, "friend_came")

    def _prune(self) -> None:
        """Forget what is long over; of too many, what was over first."""
        now, invitations = time.time(), self.all
        over = [
            (each["made"], key)
            for key, each in invitations.items()
            if state_of(each) is not InvitationState.OPEN and each["login"] is None
        ]
        too_many = max(0, len(invitations) - MOST + 1)
        for number, (made, key) in enumerate(sorted(over)):
            if number < too_many or made + KEPT < now:
                del invitations[key]


def first_due(granularity: Granularity, now: float) -> float | None:
    """Return when the first reading of a series comes that is granted now; None: any moment."""
    if granularity is Granularity.LIVE:
        return None
    zone, period = dt_util.get_default_time_zone(), Period(granularity)
    return end_of(begin_of(now, period, zone), period, zone) + DUE_AFTER


def _begun(offer: GrantData, granularity: Granularity, now: float) -> GrantData:
    """Return a grant that begins with the period in which somebody came, and lasts a year."""
    zone = dt_util.get_default_time_zone()
    if granularity is not Granularity.LIVE:
        now = begin_of(now, Period(granularity), zone)
    begin = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")
    until = end_of_day(years_later(dt_util.now().date(), 1), zone).isoformat()
    return changed(offer, begin=begin, until=until)
