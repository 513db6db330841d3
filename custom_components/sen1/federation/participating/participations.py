"""The collections in which this home takes part.

An organiser is no friend: it is on no roster, and no presence of it comes.
"""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
import time
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback

from ...const import FRIEND
from ...faults import contained
from ...listeners import Listeners
from ...protocol.collecting.challenge import challenge_data
from ...protocol.collecting.collection import (
    CollectionNote,
    CollectionSheet,
    Joined,
    charter_digest,
    with_charter,
)
from ...protocol.errors import ParticipationRefused, PayloadRefused, RequestFailed
from ...protocol.model import BareJid, PublicationId
from ...protocol.term import GrantData
from ...protocol.trust.identity import moved_to_element
from ...protocol.trust.kinds import StatementKind
from ..config import (
    CONF_JID,
    CONF_RESOURCE,
    FriendKind,
    ParticipationData,
    add_subentry,
    participation_data,
    participations_of,
)
from ..context import AccountContext
from ..issues import notify
from ..journal.journal import Journal
from ..part import Heard, Part
from ..relations.addresses import Addresses
from ..relations.members import participation_in
from ..relations.relations import Relations
from ..store import SOON
from ..talk.chores import Chores
from ..talk.post import Post
from ..talk.questions import Questions
from ..trust.publishing import IdentityNode
from ..trust.trust import Trust
from ..xmpp.events import Returned
from ..xmpp.session import RETRY
from .attempts import Attempts
from .joining import Joining, charter_id, is_another_challenge
from .kept import NoteData, TakenPart, kept, sheet_of
from .offers import AGAIN_MOST, Offers, async_sheet

MOST_NOTES = 20
"""Of a collection; the oldest go."""

SAID_AGAIN = 86400.0
"""Seconds after which an organiser is told again over one link: its server keeps what it was told
while it is away, and has room for so many messages."""


class Participations(Part):
    """Tell organisers that this home takes part, and take what they say of their collections."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._chores, self._journal, self._trust = context[Chores], context[Journal], context[Trust]
        self._post, self._identity = context[Post], context[IdentityNode]
        self.taken: dict[str, TakenPart] = self._store.kept("participations", {})
        """Participation's subentry → what its organiser said."""
        self._questions, self._relations = context[Questions], context[Relations]
        self._addresses, self._offers = context[Addresses], context[Offers]
        self.changed = Listeners[()]()
        self.admitted = Listeners[BareJid]()
        """Of an organiser who has this home among its members, and takes its grants."""
        self._attempts = Attempts(lambda: self.taken, self._keep_telling)
        self._returned: dict[BareJid, asyncio.Event] = {}
        """Set when what an organiser was told came back."""
        self._textless: set[str] = set()
        """Participations whose sheet is asked for, since the text of its charter is not here."""
        # Of who comes with two things an organiser takes one, until it knows who it is.
        self.admitted.add(self.known)
        self.admitted.add(self._offers.known)
        self.runs = (self._attempts.run,)
        self.hears = {Returned: self._hear_returned}
        self.takes = {
            StatementKind.COLLECTION: self._take_sheet,
            StatementKind.NOTE: self._take_note,
        }

    def sheet(self, subentry_id: str) -> CollectionSheet | None:
        """Return the sheet of a collection that is taken part in, if it is here."""
        part = self.taken.get(subentry_id)
        return None if part is None else sheet_of(part["sheet"])

    def parts(self) -> Iterator[tuple[ConfigSubentry, TakenPart]]:
        """Yield what is taken part in, and what its organisers said."""
        for subentry_id, subentry in participations_of(self._entry).items():
            # One that is just added is not applied yet.
            if subentry_id in self.taken:
                yield subentry, self.taken[subentry_id]

    # What the household decides

    @callback
    def join(
        self,
        offer_id: str,
        joining: Joining,
        gives: Mapping[str, PublicationId],
        grants: Iterable[GrantData],
    ) -> str:
        """Take part, and give what was pressed; return the id of the subentry.

        `gives` says which publication answers what was asked. KeyError where there is no such
        offer; raises ParticipationRefused.
        """
        offer = self._offers.all[offer_id]
        if (sheet := sheet_of(offer["sheet"])) is None:
            raise ParticipationRefused("no_answer")
        joining.check(sheet, gives)
        grants = list(grants)
        if {grant["publication"] for grant in grants} != set(gives.values()):
            raise ParticipationRefused("not_asked")
        jid = BareJid(offer["jid"])
        data = ParticipationData(
            kind=FriendKind.PARTICIPATION,
            jid=jid,
            grants=grants,
            collection=offer["collection"],
            token=offer["token"],
            address=offer["address"],
            fingerprint=offer["fingerprint"] if self._relations.is_new(jid) else "",
            charter_version=sheet.charter_version,
            charter=sheet.charter,
            name=joining.name,
            gives=dict(gives),
        )
        if joining.name and joining.is_shown:
            data["is_shown"] = True
        if (entered := joining.entered(sheet)) is not None:
            data["entered"] = entered
        unique_id = f"{jid} {offer['collection']}"
        joined = add_subentry(self._hass, self._entry, FRIEND, unique_id, sheet.title, data)
        self.apply()
        return joined

    @callback
    def agree(
        self, subentry_id: str, charter: str, challenge: Mapping[str, Any] | None = None
    ) -> None:
        """Agree to the charter, and to the challenge, as they are; what is given stays what it was.

        Both are those that were read, the charter by its id. KeyError where there is no such
        participation; raises ParticipationRefused where the organiser has changed either meanwhile.
        """
        subentry, sheet = participations_of(self._entry)[subentry_id], self.sheet(subentry_id)
        data = participation_data(subentry)
        if sheet is None or charter != charter_id(sheet):
            raise ParticipationRefused("charter_changed")
        asked = None if sheet.challenge is None else challenge_data(sheet.challenge)
        if is_another_challenge(data, sheet) and challenge != asked:
            raise ParticipationRefused("charter_changed")
        data = {**data, "charter_version": sheet.charter_version, "charter": sheet.charter}
        if "entered" in data and asked is not None:
            data["entered"] = {**data["entered"], "challenge": asked}
        self._hass.config_entries.async_update_subentry(self._entry, subentry, data=data)
        self.taken[subentry_id]["is_told"] = False
        self._attempts.anew(subentry_id)
        self._keep()

    @callback
    def leave(self, subentry_id: str) -> None:
        """Take part no more: all that is given is withdrawn. KeyError where one does not."""
        subentry = participations_of(self._entry)[subentry_id]
        self._hass.config_entries.async_remove_subentry(self._entry, subentry.subentry_id)

    @callback
    def apply(self) -> None:
        """Take over the participations as the user has them now."""
        wanted = participations_of(self._entry)
        for gone in self.taken.keys() - wanted.keys():
            self._part_from(gone, [self.taken[gone]["collection"]])
        for subentry_id in wanted.keys() - self.taken.keys():
            data = participation_data(wanted[subentry_id])
            offer = self._offers.take(data["jid"], data["collection"])
            if data["fingerprint"]:
                self._trust.expect(data["jid"], data["fingerprint"])
            self.taken[subentry_id] = TakenPart(
                jid=data["jid"],
                collection=data["collection"],
                name="" if offer is None else offer["name"],
                at=time.time(),
                is_told=False,
                number=None,
                sheet=None if offer is None else offer["sheet"],
                notes=[],
            )
            self._attempts.anew(subentry_id)
            self._keep()

    def _part_from(self, gone: str, told: list[str]) -> None:
        """Have it done that an organiser is one no more; `told`: what it is to hear that we left.

        What else there is with it goes on.
        """
        part = self.taken.pop(gone)
        self._attempts.anew(gone)
        self._chores.leave(part["jid"], told)
        self._keep()

    # What organisers say

    def _take_sheet(self, heard: Heard[CollectionSheet]) -> None:
        """Take what an organiser says of its collection; raises PayloadRefused."""
        sender, told, _ = heard
        subentry_id = self._taken_of(sender, told.id)
        part, known = self.taken[subentry_id], self.sheet(subentry_id)
        sheet = with_charter(told, "" if known is None else known.charter)
        if sheet is None:
            # Until we say that we saw it we are told it again, and it is asked for again then.
            self._textless.add(subentry_id)
            self._attempts.anew(subentry_id)
            return
        if sheet.number is not None:
            is_news, part["number"], part["is_told"] = not part["is_told"], sheet.number, True
            self._say(
                participation_data(participations_of(self._entry)[subentry_id]), sheet.revision
            )
            if is_news:
                self._attempts.anew(subentry_id)
                self.admitted.tell(sender)
        if known is None or sheet.revision >= known.revision:
            part["sheet"] = kept(sheet)
        self._keep()

    def _take_note(self, heard: Heard[CollectionNote]) -> None:
        """Take what an organiser wrote; raises PayloadRefused."""
        sender, note, said = heard
        assert said is not None  # it is signed
        notes = self.taken[self._taken_of(sender, note.collection)]["notes"]
        notes.append(NoteData(text=note.text, at=said))
        del notes[:-MOST_NOTES]
        notify(self._hass, self._entry, "note_came")
        self._keep()

    def take_left(self, sender: BareJid, collection: str) -> bool:
        """Take part no more: an organiser says so, of a collection or, the empty one, of all.

        Return whether this home did.
        """
        over = [
            subentry_id
            for subentry_id, part in self.taken.items()
            if part["jid"] == sender and collection in ("", part["collection"])
        ]
        for subentry_id in over:
            self._part_from(subentry_id, [])
            self._hass.config_entries.async_remove_subentry(self._entry, subentry_id)
        if over:
            notify(self._hass, self._entry, "sent_away")
        return bool(over)

    def _taken_of(self, jid: BareJid, collection: str) -> str:
        """Return the participation in a collection; raises PayloadRefused."""
        subentry_id = participation_in(self._entry, jid, collection)
        if subentry_id is None or subentry_id not in self.taken:
            raise PayloadRefused("stranger")
        return subentry_id

    def part_of(self, jid: BareJid, collection: str) -> TakenPart:
        """Return what is known of a collection that is taken part in; raises PayloadRefused."""
        return self.taken[self._taken_of(jid, collection)]

    # What is said to them

    @callback
    def online(self, *, resumed: bool) -> None:
        """Tell anew what is not answered, and what could not be told without a link."""
        for subentry_id in self.taken:
            self._attempts.anew(subentry_id)
        self.changed.tell()

    @callback
    def known(self, jid: BareJid) -> None:
        """Tell one organiser anew what it has not answered."""
        for subentry_id, part in self.taken.items():
            if part["jid"] == jid:
                self._attempts.anew(subentry_id)
        self.changed.tell()

    def _hear_returned(self, event: Returned) -> None:
        """Tell an organiser again in a while whose message came back."""
        if (returned := self._returned.get(event.sender)) is not None:
            returned.set()

    async def _keep_telling(self, subentry_id: str) -> None:
        """Say that this home takes part until the organiser knows, or the link is gone."""
        with contained():
            if subentry_id in self._textless:
                await self._read_again(subentry_id)
            # Who hears it asks our server for our key.
            await self._identity.settled.wait()
            jid = BareJid(self.taken[subentry_id]["jid"])
            returned = self._returned.setdefault(jid, asyncio.Event())
            wait = RETRY
            while self._session.is_online and self._tell(subentry_id):
                returned.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(SAID_AGAIN):
                        await returned.wait()
                    await asyncio.sleep(wait)
                    wait = min(2 * wait, AGAIN_MOST)

    async def _read_again(self, subentry_id: str) -> None:
        """Ask once for the sheet of a participation."""
        self._textless.discard(subentry_id)
        data = participation_data(participations_of(self._entry)[subentry_id])
        try:
            sheet = await async_sheet(self._questions, data)
        except RequestFailed:
            return
        except PayloadRefused as error:
            self._journal.refused(error.reason)
            return
        self._take_sheet(Heard(data["jid"], sheet, None))

    def _tell(self, subentry_id: str) -> bool:
        """Say that this home takes part; return whether the organiser does not know yet."""
        subentry = participations_of(self._entry).get(subentry_id)
        if subentry is None or self.taken[subentry_id]["is_told"]:
            return False
        self._say(participation_data(subentry))
        return True

    def _say(self, data: ParticipationData, seen: int = 0) -> None:
        """Say that this home takes part; `seen`: the sheet that came with our number in it."""
        said = Joined(
            collection=data["collection"],
            token=data["token"],
            address=f"{self._entry.data[CONF_JID]}/{self._entry.data[CONF_RESOURCE]}",
            charter_version=data["charter_version"],
            charter_digest=charter_digest(data["charter"]) if "charter" in data else "",
            name=data["name"],
            gives=data["gives"],
            seen=seen,
            team=data["entered"]["team"] if "entered" in data else 0,
            is_shown=data.get("is_shown", False),
        )
        for old in self._addresses.arriving.get(data["jid"], ()):
            # Whoever knows us by another address takes us for somebody new otherwise.
            self._post.tell(data["jid"], moved_to_element(BareJid(old)))
        self._post.tell(data["jid"], said)

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Tell an organiser at its new address that this home takes part."""
        for subentry_id, part in self.taken.items():
            if part["jid"] == old:
                part["jid"], part["is_told"] = new, False
                self._attempts.anew(subentry_id)

    def we_moved(self, here: BareJid, along: Collection[BareJid]) -> None:
        """Let each organiser be told where this home is."""
        for part in self.taken.values():
            part["is_told"] = False

    def _keep(self) -> None:
        self._store.save_within(SOON)
        self.changed.tell()

    def diagnostics(self) -> dict[str, int]:
        """Return how many there are."""
        return {"participations": len(self.taken)}
