"""Collections that this home is asked to take part in, and those in which it does.

An organiser is no friend: it is on no roster, and no presence of it comes. What its link says is
enough to ask it for its sheet; nothing else goes to it before the household agreed.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
import secrets
import time
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ...const import FRIEND
from ...faults import contained
from ...listeners import Listeners
from ...protocol.collecting.challenge import (
    Challenge,
    Score,
    challenge_data,
    challenge_of,
    has_team,
    score_to_element,
)
from ...protocol.collecting.collection import (
    Ask,
    CollectionNote,
    CollectionSheet,
    GivenBack,
    Joined,
    charter_digest,
    collection_answered,
    collection_request,
    joined_to_element,
    with_charter,
)
from ...protocol.errors import LinkRefused, ParticipationRefused, PayloadRefused, RequestFailed
from ...protocol.links import LinkKind, find_link
from ...protocol.model import BareJid, PublicationId
from ...protocol.term import GrantData, end_of
from ...protocol.trust.identity import moved_to_element
from ...protocol.trust.kinds import StatementKind
from ..config import (
    CONF_JID,
    CONF_RESOURCE,
    EnteredData,
    FriendKind,
    ParticipationData,
    participation_data,
    participations_of,
)
from ..consent.addresses import Addresses
from ..consent.policy import Policy
from ..consent.questions import Questions
from ..consent.relations import Relations
from ..context import AccountContext
from ..issues import async_notify
from ..part import Heard, Part
from ..store import SOON, NoteData, OfferData, SaidScore, TakenPart
from ..trust.peers import Standing
from ..xmpp.events import Returned
from ..xmpp.session import RETRY

MOST_OFFERS = 16
"""Links that wait for an answer of the household."""

MOST_NOTES = 20
"""Of a collection; the oldest go."""

AGAIN_MOST = 3600.0
"""Seconds at most between two attempts to ask an organiser who is away."""

SAID_AGAIN = 86400.0
"""Seconds after which an organiser is told again over one link: its server keeps what it was told
while it is away, and has room for so many messages."""

REFUSED = ("item-not-found", "not-authorized", "forbidden")
"""Conditions of an organiser who is there, and gives nothing for this link."""


class Failure(StrEnum):
    """Why the sheet of an offer is not here, as a key of the user's texts."""

    NO_ANSWER = "no_answer"
    """The organiser is away: it is asked again."""
    REFUSED_LINK = "refused_link"
    """The organiser knows no such collection, or the link is good no more."""
    WRONG_KEY = "wrong_key"
    """Whoever answers has another key than the link says."""
    BAD_SHEET = "bad_sheet"
    """What it answers cannot be read."""


@dataclass(frozen=True, slots=True)
class ChallengePart:
    """A challenge that this home takes part in."""

    title: str
    organiser: BareJid
    collection: str
    challenge: Challenge
    team: int
    """Which of its teams this home is in, 1 first; 0: none."""
    number: int | None
    """This home's among the members; None: the organiser has not answered yet."""
    until: float
    """When no score is told any more; Unix seconds."""


class Participations(Part):
    """Ask for the sheets of links, and tell organisers that this home takes part."""

    def __init__(
        self,
        context: AccountContext,
        questions: Questions,
        policy: Policy,
        relations: Relations,
        addresses: Addresses,
    ) -> None:
        self._hass, self._entry, self._session = context.hass, context.entry, context.session
        self._store, self._chores, self._journal = context.store, context.chores, context.journal
        self._told = context.told
        self._trust, self._post = context.trust, context.post
        self._identity = context.identity
        self._questions = questions
        self._policy = policy
        self._relations = relations
        self._addresses = addresses
        self.changed = Listeners[()]()
        self.admitted = Listeners[BareJid]()
        """Of an organiser who has this home among its members, and takes its grants."""
        self._waking = asyncio.Event()
        self._asking: dict[str, asyncio.Task[None]] = {}
        """What asks for the sheet of an offer, or tells of a participation until it is answered."""
        self._returned: dict[BareJid, asyncio.Event] = {}
        """Set when what an organiser was told came back."""
        self._textless: set[str] = set()
        """Participations whose sheet is asked for, since the text of its charter is not here."""
        # Of who comes with two things an organiser takes one, until it knows who it is.
        self.admitted.add(self.known)
        self.runs = (self.run,)
        self.hears = {Returned: self._hear_returned}
        self.takes = {
            StatementKind.COLLECTION: self._take_sheet,
            StatementKind.NOTE: self._take_note,
        }

    # Links

    @property
    def offers(self) -> dict[str, OfferData]:
        """Return the links that are not answered yet, by a random id."""
        return self._store.data["offers"]

    @property
    def taken(self) -> dict[str, TakenPart]:
        """Return what organisers said of the collections that are taken part in, by subentry."""
        return self._store.data["participations"]

    @callback
    def open(self, text: str) -> str:
        """Keep the link of a collection and ask for its sheet; return the offer's id.

        Raises LinkRefused.
        """
        link = find_link(text, time.time())
        if link.kind is not LinkKind.COLLECTION:
            raise LinkRefused("not_a_collection")
        jid = BareJid(link.jid.bare)
        if jid == self._entry.data[CONF_JID]:
            raise LinkRefused("own_collection")
        if self._subentry_of(jid, link.collection) is not None:
            raise LinkRefused("already_member")
        known = self._offer_of(jid, link.collection)
        if known is None and len(self.offers) >= MOST_OFFERS:
            raise LinkRefused("too_many_offers")
        offer_id = known or secrets.token_hex(4)
        if (is_new := self._relations.is_new(jid)) and not self._bears(jid, link.fingerprint):
            # What a link before it had us ask is asked again.
            self._trust.forget(jid)
        self.offers[offer_id] = OfferData(
            jid=jid,
            address=link.jid.full,
            collection=link.collection,
            token=link.token,
            fingerprint=link.fingerprint,
            name=link.name,
            title=link.title,
            at=time.time(),
            sheet=None,
            failed=None,
            was_known=not is_new,
        )
        self._policy.apply()
        self._ask_anew(offer_id)
        self._keep()
        return offer_id

    @callback
    def decline(self, offer_id: str) -> None:
        """Forget an offer, and whose it was; KeyError where there is none."""
        jid = BareJid(self.offers[offer_id]["jid"])
        is_new = self._relations.is_new(jid)
        del self.offers[offer_id]
        self._ask_anew(offer_id)
        self._policy.apply()
        if is_new and all(offer["jid"] != jid for offer in self.offers.values()):
            self._trust.forget(jid)
        if not self._told.of(jid):
            self._told.forget(jid)
        self._keep()

    # What the household decides

    @callback
    def join(
        self,
        offer_id: str,
        gives: Mapping[str, PublicationId],
        grants: Iterable[GrantData],
        name: str,
        charter_version: int,
        *,
        entered: EnteredData | None = None,
        is_shown: bool = False,
    ) -> str:
        """Take part, and give what was pressed; return the id of the subentry.

        `gives` says which publication answers what was asked, `entered` what is agreed to of a
        challenge, `is_shown` whether other members may see the name, if there is one. KeyError
        where there is no such offer; raises ParticipationRefused.
        """
        offer = self.offers[offer_id]
        if (sheet := sheet_of(offer["sheet"])) is None:
            raise ParticipationRefused("no_answer")
        if sheet.charter_version != charter_version:
            raise ParticipationRefused("charter_changed")
        asked = {ask.what for ask in sheet.asks}
        needed = {ask.what for ask in sheet.asks if ask.is_needed}
        grants = list(grants)
        granted = {grant["publication"] for grant in grants}
        if not needed <= gives.keys():
            raise ParticipationRefused("needed_missing")
        if not gives.keys() <= asked or granted != set(gives.values()):
            raise ParticipationRefused("not_asked")
        if not has_team(sheet.challenge, 0 if entered is None else entered["team"]):
            raise ParticipationRefused("no_team")
        jid = BareJid(offer["jid"])
        data = ParticipationData(
            kind=FriendKind.PARTICIPATION,
            jid=jid,
            grants=grants,
            collection=offer["collection"],
            token=offer["token"],
            address=offer["address"],
            fingerprint=offer["fingerprint"] if self._relations.is_new(jid) else "",
            charter_version=charter_version,
            charter=sheet.charter,
            name=name,
            gives=dict(gives),
        )
        if name and is_shown:
            data["is_shown"] = True
        if entered is not None:
            data["entered"] = entered
        subentry = ConfigSubentry(
            data=MappingProxyType(dict(data)),
            subentry_type=FRIEND,
            title=sheet.title,
            unique_id=f"{offer['jid']} {offer['collection']}",
        )
        self._hass.config_entries.async_add_subentry(self._entry, subentry)
        self.apply()
        return subentry.subentry_id

    @callback
    def agree(
        self, subentry_id: str, charter_version: int, challenge: Mapping[str, Any] | None = None
    ) -> None:
        """Agree to the charter, and to the challenge, as they are; what is given stays what it was.

        `challenge` is the one that was read. KeyError where there is no such participation; raises
        ParticipationRefused, also where the organiser has changed either meanwhile.
        """
        subentry = participations_of(self._entry)[subentry_id]
        sheet = sheet_of(self.taken[subentry_id]["sheet"])
        data = participation_data(subentry)
        if sheet is None or sheet.charter_version != charter_version:
            raise ParticipationRefused("charter_changed")
        asked = None if sheet.challenge is None else challenge_data(sheet.challenge)
        if is_another_challenge(data, sheet) and challenge != asked:
            raise ParticipationRefused("charter_changed")
        changes: dict[str, Any] = {"charter_version": charter_version, "charter": sheet.charter}
        if "entered" in data and asked is not None:
            changes["entered"] = {**data["entered"], "challenge": asked}
        self._hass.config_entries.async_update_subentry(
            self._entry, subentry, data={**data, **changes}
        )
        self.taken[subentry_id]["is_told"] = False
        self._ask_anew(subentry_id)
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
        for subentry_id, part in self.taken.items():
            task = self._asking.get(subentry_id)
            if not part["is_told"] and task is not None and task.done():
                # The organiser moved.
                self._ask_anew(subentry_id)
        for subentry_id in wanted.keys() - self.taken.keys():
            data = participation_data(wanted[subentry_id])
            offer_id = self._offer_of(data["jid"], data["collection"])
            offer = None if offer_id is None else self.offers.pop(offer_id)
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
            self._ask_anew(subentry_id)
            self._keep()

    def _part_from(self, gone: str, told: list[str]) -> None:
        """Have it done that an organiser is one no more; `told`: what it is to hear that we left.

        What else there is with it goes on.
        """
        part = self.taken.pop(gone)
        self._ask_anew(gone)
        self._chores.leave(part["jid"], told)
        self._keep()

    # Challenges

    def challenges(self) -> dict[str, ChallengePart]:
        """Return the challenges that this home takes part in, by subentry: as they were agreed to.

        One that is another by now is none until the household has agreed again: who chooses the
        days chooses what is told.
        """
        found: dict[str, ChallengePart] = {}
        for subentry_id, subentry in participations_of(self._entry).items():
            taken, data = self.taken.get(subentry_id), participation_data(subentry)
            sheet = None if taken is None else sheet_of(taken["sheet"])
            if taken is None or sheet is None or sheet.challenge is None:
                continue
            if "entered" not in data or is_another_challenge(data, sheet):
                continue
            last = date.fromisoformat(data["entered"]["until"])
            found[subentry_id] = ChallengePart(
                title=subentry.title,
                organiser=data["jid"],
                collection=data["collection"],
                challenge=sheet.challenge,
                # The organiser may have moved it to another.
                team=sheet.team or data["entered"]["team"],
                number=taken["number"],
                until=min(sheet.until, end_of(last, dt_util.get_default_time_zone()).timestamp()),
            )
        return found

    @callback
    def tell_score(self, subentry_id: str, score: Score) -> bool:
        """Say what this home saved; return whether the organiser was told, now or before.

        It is said when it counts a later day than what was said last, and again after a day: what
        went to a server may be lost there. KeyError where there is no such challenge.
        """
        part, taken = self.challenges()[subentry_id], self.taken[subentry_id]
        now, known = time.time(), taken.get("score")
        if part.number is None or now >= part.until:
            return False
        if not part.challenge.counts(score.through, now):
            return False
        through = score.through.isoformat()
        if known is not None and through <= known["through"] and now < known["at"] + SAID_AGAIN:
            return True
        if not self._post.reaches(part.organiser):
            return False
        self._post.tell(part.organiser, score_to_element(score))
        taken["score"] = SaidScore(at=now, through=through)
        self._store.save_within(SOON)
        return True

    # What organisers say

    def _take_sheet(self, heard: Heard[CollectionSheet]) -> None:
        """Take what an organiser says of its collection; raises PayloadRefused."""
        sender, told, _ = heard
        subentry_id = self._taken_of(sender, told.id)
        part = self.taken[subentry_id]
        known = sheet_of(part["sheet"])
        sheet = with_charter(told, "" if known is None else known.charter)
        if sheet is None:
            # Until we say that we saw it we are told it again, and it is asked for again then.
            self._textless.add(subentry_id)
            self._ask_anew(subentry_id)
            return
        if sheet.number is not None:
            is_news, part["number"], part["is_told"] = not part["is_told"], sheet.number, True
            self._say(
                participation_data(participations_of(self._entry)[subentry_id]), sheet.revision
            )
            if is_news:
                self._ask_anew(subentry_id)
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
        self._notify("note_came")
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
            self._notify("sent_away")
        return bool(over)

    def _notify(self, news: str) -> None:
        telling = async_notify(self._hass, self._entry, news)
        self._entry.async_create_task(self._hass, telling, "sen1 notification")

    def _taken_of(self, jid: BareJid, collection: str) -> str:
        """Return the participation in a collection; raises PayloadRefused."""
        subentry_id = self._subentry_of(jid, collection)
        if subentry_id is None or subentry_id not in self.taken:
            raise PayloadRefused("stranger")
        return subentry_id

    def part_of(self, jid: BareJid, collection: str) -> TakenPart:
        """Return what is known of a collection that is taken part in; raises PayloadRefused."""
        return self.taken[self._taken_of(jid, collection)]

    # What is said to them

    @callback
    def online(self, *, resumed: bool) -> None:
        """Ask and tell anew what is not answered."""
        for one in [*self.offers, *self.taken]:
            self._ask_anew(one)
        # What could not be told without it is told now.
        self.changed.tell()

    @callback
    def known(self, jid: BareJid) -> None:
        """Ask and tell anew what one organiser has not answered."""
        for one, known in [*self.offers.items(), *self.taken.items()]:
            if known["jid"] == jid:
                self._ask_anew(one)
        self.changed.tell()

    def _hear_returned(self, event: Returned) -> None:
        """Tell an organiser again in a while whose message came back."""
        if (returned := self._returned.get(event.sender)) is not None:
            returned.set()

    def _ask_anew(self, one: str) -> None:
        """Begin anew with an offer or a participation, without a delay."""
        if (task := self._asking.pop(one, None)) is not None:
            task.cancel()
        self._waking.set()

    async def run(self) -> None:
        """Ask for sheets, and say that one takes part, until all is answered; until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            try:
                while True:
                    for one in [*self.offers, *self.taken]:
                        if one not in self._asking:
                            trying = (
                                self._keep_asking(one)
                                if one in self.offers
                                else self._keep_telling(one)
                            )
                            self._asking[one] = tasks.create_task(trying)
                    self._waking.clear()
                    await self._waking.wait()
            finally:
                self._asking.clear()

    async def _keep_asking(self, offer_id: str) -> None:
        """Ask for a sheet until there is an answer, or the link is gone."""
        wait = RETRY
        with contained():
            while self._session.is_online and not await self._ask(offer_id):
                await asyncio.sleep(wait)
                wait = min(2 * wait, AGAIN_MOST)

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

    async def _ask(self, offer_id: str) -> bool:
        """Ask for a sheet; return whether there is an answer."""
        offer = self.offers[offer_id]
        if offer["sheet"] is not None:
            return True
        failed: Failure | None
        try:
            sheet = await self._offered(offer)
        except RequestFailed as error:
            is_refused = error.condition in REFUSED
            failed = Failure.REFUSED_LINK if is_refused else Failure.NO_ANSWER
        except PayloadRefused as error:
            self._journal.refused(error.reason)
            failed = Failure.BAD_SHEET
        else:
            failed = None if sheet is not None else Failure.WRONG_KEY
            offer["sheet"] = None if sheet is None else kept(sheet)
        if offer["failed"] != failed or failed is None:
            offer["failed"] = failed
            self._keep()
        return failed is not Failure.NO_ANSWER

    async def _read_again(self, subentry_id: str) -> None:
        """Ask once for the sheet of a participation."""
        self._textless.discard(subentry_id)
        data = participation_data(participations_of(self._entry)[subentry_id])
        try:
            sheet = await self._sheet(data)
        except RequestFailed:
            return
        except PayloadRefused as error:
            self._journal.refused(error.reason)
            return
        self._take_sheet(Heard(data["jid"], sheet, None))

    async def _offered(self, offer: OfferData) -> CollectionSheet | None:
        """Return what the organiser says of an offer; None if it has another key than the link.

        Raises RequestFailed, PayloadRefused.
        """
        jid = BareJid(offer["jid"])
        if self._trust.standing(jid) in (Standing.UNKNOWN, Standing.KEYLESS):
            self._trust.wanted.look(jid)
            await self._trust.async_known(jid)
        if self._trust.standing(jid) in (Standing.UNKNOWN, Standing.KEYLESS):
            raise RequestFailed("not-acceptable")
        if self._trust.is_stopped(jid) or not self._bears(jid, offer["fingerprint"]):
            return None
        return await self._sheet(offer)

    def _bears(self, jid: BareJid, fingerprint: str) -> bool:
        """Return whether the key that an organiser has now is the one in a link."""
        peer = self._trust.peers.get(jid)
        return peer is not None and peer.keys is not None and peer.keys.fingerprint == fingerprint

    async def _sheet(self, offer: OfferData | ParticipationData) -> CollectionSheet:
        """Return what the organiser says of it; raises RequestFailed, PayloadRefused."""
        jid = BareJid(offer["jid"])
        command = collection_request(offer["collection"], offer["token"])
        sheet = collection_answered(await self._questions.ask(jid, offer["address"], command))
        if sheet.id != offer["collection"]:
            raise PayloadRefused("bad_collection", "another one")
        return sheet

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
        self._post.tell(data["jid"], joined_to_element(said))

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Tell an organiser at its new address that this home takes part."""
        for part in self.taken.values():
            if part["jid"] == old:
                part["jid"], part["is_told"] = new, False

    def we_moved(self, here: BareJid, along: Collection[BareJid]) -> None:
        """Let each organiser be told where this home is."""
        for part in self.taken.values():
            part["is_told"] = False

    # Parts of these

    def _offer_of(self, jid: BareJid, collection: str) -> str | None:
        for offer_id, offer in self.offers.items():
            if (offer["jid"], offer["collection"]) == (jid, collection):
                return offer_id
        return None

    def _subentry_of(self, jid: BareJid, collection: str) -> str | None:
        for subentry_id, subentry in participations_of(self._entry).items():
            data = participation_data(subentry)
            if (data["jid"], data["collection"]) == (jid, collection):
                return subentry_id
        return None

    def _keep(self) -> None:
        self._store.save_within(SOON)
        self.changed.tell()

    def diagnostics(self) -> dict[str, int]:
        """Return counts."""
        return {"offers": len(self.offers), "participations": len(self.taken)}


def is_another_charter(data: ParticipationData, sheet: CollectionSheet) -> bool:
    """Return whether a charter is newer than the one agreed to, or of another text."""
    is_newer = sheet.charter_version > data["charter_version"]
    return is_newer or sheet.charter != data.get("charter", sheet.charter)


def is_another_challenge(data: ParticipationData, sheet: CollectionSheet) -> bool:
    """Return whether a challenge has other days, energies or rules than were agreed to."""
    if "entered" not in data or sheet.challenge is None:
        return False
    agreed = challenge_of(data["entered"]["challenge"])
    return replace(agreed, teams=()) != replace(sheet.challenge, teams=())


def kept(sheet: CollectionSheet) -> dict[str, Any]:
    """Return a sheet as the Store keeps it."""
    challenge = None if sheet.challenge is None else challenge_data(sheet.challenge)
    return {**asdict(sheet), "challenge": challenge}


def sheet_of(known: Mapping[str, Any] | None) -> CollectionSheet | None:
    """Return the sheet that the Store kept; None where there is none yet."""
    if known is None:
        return None
    asks = tuple(Ask(**ask) for ask in known["asks"])
    data = known.get("challenge")
    challenge = None if data is None else challenge_of(data)
    gives = tuple(map(_given_back, known["gives"]))
    told = {"asks": asks, "gives": gives, "challenge": challenge}
    return CollectionSheet(**{**known, **told})


def _given_back(known: str | Mapping[str, Any]) -> GivenBack:
    # Once a sheet told titles alone, and was kept so.
    return GivenBack(known) if isinstance(known, str) else GivenBack(**known)
