"""Who is a friend of an account: made one by the household, come to a circle, or asking to be."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..const import DOMAIN, FRIEND
from ..protocol.errors import PayloadRefused
from ..protocol.model import BareJid, GrantState, PublicationId
from ..protocol.trust.kinds import Invited, Left, StatementKind
from .config import friend_data, friends_of
from .consent.policy import Policy
from .context import AccountContext
from .follow.catalogue_client import CatalogueClient
from .follow.following import Following
from .follow.presences import Presences
from .follow.retention import Retention
from .follow.series import Series
from .inviting.invitations import Invitations
from .issues import Issue, async_tell_only
from .kept import Farewell, Parting
from .organising.collections import Collections
from .part import Heard, Part
from .participating.participations import Participations
from .publish.reconciler import Reconciler
from .relations.circles import Circles
from .relations.members import Memberships
from .relations.relations import Relations
from .states import series_of
from .store import SOON
from .talk.chores import Chores
from .talk.parting import Partings, unfollow
from .talk.told import ToldGrants
from .trust.trust import Trust
from .xmpp.events import FriendRequest

MOST_WAITING = 5
"""Requests that wait for an answer at a time. The server keeps the others and says them again."""


class Friends(Part):
    """Follow those who are friends, part from those who are not."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._trust, self._memberships = context[Trust], context[Memberships]
        self._chores, self._told = context[Chores], context[ToldGrants]
        self._partings, self._invitations = context[Partings], context[Invitations]
        self._circles, self._relations = context[Circles], context[Relations]
        self._policy = context[Policy]
        self._collections, self._participations = context[Collections], context[Participations]
        self._following, self._presences = context[Following], context[Presences]
        self._retention, self._reconciler = context[Retention], context[Reconciler]
        self._catalogue_client = context[CatalogueClient]
        self._collections.gone.add(self._part_from_member)
        self._collections.changed.add(self._on_members)
        self.requests: set[BareJid] = set()
        """Who asks to be a friend and waits for an answer."""
        self.takes = {
            StatementKind.INVITED: self._take_invited,
            StatementKind.LEFT: self._take_left,
        }
        self.hears = {FriendRequest: self._hear_request}

    @callback
    def apply(self) -> None:
        """Take over the friends as the user has them now."""
        wanted, others = friends_of(self._entry), self._memberships.unfriended()
        followed = {jid for jid, series in self._following.remembered.items() if series}
        for jid in map(BareJid, (followed | self._told.friends()) - self._circles.joined.keys()):
            if jid not in self._following.series and jid not in wanted and jid not in others:
                # It was removed while the account did not run.
                self._following.add(jid)
        for jid in self._following.series.keys() - wanted.keys() - others.keys():
            self._part_from(jid)
        for jid in others.keys() - wanted.keys():
            self._leave_unnamed(jid)
            if self._reconciler.end_friendship(jid):
                # All else goes on, but for what only friends see: who is there.
                self._chores.unfriend(jid)
        self._rename_devices()
        for jid, subentry in wanted.items():
            if fingerprint := friend_data(subentry).get("fingerprint"):
                self._trust.expect(jid, fingerprint)
            if jid in self.requests:
                self._reconciler.agree(jid)
            self.async_forget_request(jid)
            if jid not in self._following.series:
                self._following.add(jid)
        for jid in others.keys() - self._following.series.keys():
            self._following.add(jid)
        self._presences.set_without(others)
        for jid in list(self.requests):
            self._agree_to_member(jid)

    def everybody(self) -> set[BareJid]:
        """Return friends by name and in circles, members and organisers."""
        joined = map(BareJid, self._circles.joined)
        return {*friends_of(self._entry), *joined, *self._memberships.unfriended()}

    def bequeath(self, farewell: Farewell, along: Collection[BareJid]) -> None:
        """Part from everybody; who comes along is told where we are."""
        for jid in self.everybody().difference(along):
            followed = self._following.remembered.get(jid, {}).values()
            nodes = [node for known in followed if (node := known["grant"]["node"])]
            farewell["partings"].append(
                Parting(jid=jid, granted=[*self._told.of(jid)], follows=nodes)
            )
        farewell["partings"] += [
            Parting(jid=jid, granted=[], follows=[], comes_along=True) for jid in along
        ]

    def _on_members(self) -> None:
        """Grant to who is a member by now, and follow what they give."""
        self._policy.apply()
        self.apply()
        self._reconciler.wake()

    def _part_from(self, jid: BareJid, *, is_named: bool = True) -> None:
        """Follow somebody no more, erase what came of them, and have them told."""
        gone = self._following.remove(jid)
        self._retention.leave(jid, gone)
        self._catalogue_client.forget(jid)
        self._partings.note(jid, nodes_of(gone), is_named=is_named)

    def _part_from_member(self, jid: BareJid, collection: str, owner: str) -> None:
        """Erase what a former member of a collection gave to it, and leave it no entity.

        Without a `collection` it left by itself: it needs no answer.
        """
        if jid not in self._following.series:
            # It was removed while the account did not run.
            self._following.add(jid)
        told = [collection] if collection else []
        self._chores.leave(jid, told)
        if self._relations.is_named(jid):
            # What it grants as a friend it takes back itself.
            pass
        elif jid in self._memberships.unfriended():
            self._leave_unnamed(jid)
        else:
            self._part_from(jid, is_named=False)
        self._remove_entities(lambda known, _: known == owner)
        self._store.save_within(SOON)

    def _leave_unnamed(self, jid: BareJid) -> None:
        """Follow no series that a member gave once, and names for no collection any more."""
        members = self._memberships.of(jid)
        if not members or self._relations.organises(jid):
            return
        named = {given for member in members for given in member.gives.values()}
        of_member = self._following.series.get(jid, {})
        gone = [self._following.forget(jid, given) for given in of_member.keys() - named]
        self._retention.leave(jid, gone)
        if gone:
            owners = {member.owner for member in members}
            self._remove_entities(lambda owner, given: owner in owners and given not in named)
            self._chores.leave(jid, (), nodes_of(gone))

    def _remove_entities(self, is_gone: Callable[[str, PublicationId], bool]) -> None:
        """Remove those of series, by what owns them and their publication."""
        registry = er.async_get(self._hass)
        for entity in er.async_entries_for_config_entry(registry, self._entry.entry_id):
            if (shown := series_of(entity.unique_id)) is not None and is_gone(*shown):
                registry.async_remove(entity.entity_id)
                # It would be remembered for a month, however many come and go.
                known = (entity.domain, entity.platform, entity.unique_id)
                registry.deleted_entities.pop(known, None)

    async def async_stop(self) -> None:
        """Ask the household nothing more: servers say again who still waits."""
        self.requests.clear()
        self._ask()

    def _hear_request(self, event: FriendRequest) -> None:
        """Take a request for friendship: of a friend, of one a circle admits, or of anybody."""
        sender = event.sender
        if self._relations.is_named(sender) or self._relations.may_come(sender):
            self._reconciler.agree(sender)
        elif len(self.requests) < MOST_WAITING:
            self.requests.add(sender)
            self._ask()

    def _take_invited(self, heard: Heard[Invited]) -> None:
        """Take the secret of an invitation; raises PayloadRefused when it is none of ours."""
        if self._invitations.take(heard.sender, heard.said.token):
            return
        if not self._circles.take_token(heard.sender, heard.said.token):
            raise PayloadRefused("bad_invitation")
        self._agree_to_member(heard.sender)

    def _take_left(self, heard: Heard[Left]) -> None:
        """Take that somebody left a collection, or, of the empty one, all there was with us."""
        sender, collection = heard.sender, heard.said.collection
        was_member = self._collections.take_left(sender, collection)
        if not self._participations.take_left(sender, collection) | was_member and collection:
            raise PayloadRefused("stranger")
        if not collection:
            self._reconciler.take_left(sender)

    def diagnostics(self) -> dict[str, Any]:
        """Return how many wait for an answer."""
        return {"requests_waiting": len(self.requests)}

    @callback
    def async_forget_request(self, jid: BareJid) -> None:
        """Forget a request that was answered, here or elsewhere."""
        if jid in self.requests:
            self.requests.discard(jid)
            self._ask()

    @callback
    def async_forget_series(self, jid: BareJid, forgotten: Iterable[str]) -> None:
        """Remove somebody's series that are over: their entities, and what came of them."""
        over = set(map(PublicationId, forgotten))
        for publication in over:
            self._retention.leave(jid, [self._following.forget(jid, publication)])
        # They may be shown under a collection as well.
        owners = {owner for owner, known in self._memberships.owners().items() if known == jid}
        self._remove_entities(lambda owner, one: owner in owners and one in over)

    @callback
    def async_erase_held(self, jid: BareJid, several: Iterable[PublicationId]) -> None:
        """Erase what came of somebody's series, tell who gave them, and follow them no more."""
        of_friend = self._following.series[jid]
        grants = [of_friend[publication].follower.grant for publication in several]
        follows = [one.node for one in grants if one.node and one.state is GrantState.ACTIVE]
        self.async_forget_series(jid, [grant.publication for grant in grants])
        self._entry.async_create_background_task(
            self._hass, unfollow(self._session, jid, follows), "sen1 unfollow"
        )

    def _agree_to_member(self, jid: BareJid) -> None:
        """Agree to the request of somebody whom a circle admits, if there is one."""
        if jid in self.requests and self._circles.agrees_to(jid):
            self._reconciler.agree(jid)
            self.async_forget_request(jid)

    def _ask(self) -> None:
        """Ask the household, in the repairs, what to answer those who wait."""
        who = {self._store.pseudonym(jid) for jid in self.requests}
        async_tell_only(self._hass, self._entry, Issue.FRIEND_REQUEST, who)

    def _rename_devices(self) -> None:
        """Let each friend's device bear the name the user gave the friend."""
        titles = {
            (DOMAIN, subentry.subentry_id): subentry.title
            for subentry in self._entry.subentries.values()
            if subentry.subentry_type == FRIEND
        }
        devices = dr.async_get(self._hass)
        for device in dr.async_entries_for_config_entry(devices, self._entry.entry_id):
            for identifier in device.identifiers & titles.keys():
                if device.name != titles[identifier]:
                    devices.async_update_device(device.id, name=titles[identifier])


def nodes_of(several: Iterable[Series]) -> list[str]:
    """Return the nodes of series that are followed."""
    return [node for series in several if (node := series.follower.grant.node)]
