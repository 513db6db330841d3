"""Collections that are organised here: who takes part, what members are told, who may come.

Whoever has the link may read the sheet and join. A member is no friend: it is known by its key and
for this alone, and no presence tells whether it is there.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import partial
import hmac
import secrets
import time
from typing import Any, cast
import uuid
from xml.etree.ElementTree import Element

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback
from homeassistant.util import dt as dt_util
from slixmpp import JID

from ...const import LEAST_HOMES
from ...listeners import Listeners
from ...protocol.budget import Effort
from ...protocol.collecting.challenge import has_team
from ...protocol.collecting.collection import (
    COLLECT,
    JOINED,
    Ask,
    CollectionNote,
    CollectionSheet,
    GivenBack,
    Joined,
    collection_answer,
    collection_asked,
    collection_to_element,
    joined_from_element,
    without_charter,
)
from ...protocol.errors import FriendRefused, PayloadRefused
from ...protocol.links import Link
from ...protocol.model import BareJid
from ...protocol.term import end_of
from ...protocol.trust.kinds import StatementKind
from ...protocol.trust.signed import SIGNED
from ..config import (
    CONF_JID,
    CONF_RESOURCE,
    boards_of,
    collection_data,
    collections_by_id,
    home_name,
    publications_of,
)
from ..context import AccountContext
from ..journal.journal import Journal
from ..own_words import key_of
from ..part import Heard, Responder, To
from ..relations.members import Member, MemberData, Memberships, has_agreed
from ..talk.until_seen import Intervals, Unseen, UntilSeen
from ..trust.statements import Statements
from ..trust.trust import Trust
from .challenge.challenges import Challenges, challenge_in
from .expected import ExpectedMembers

MOST_MEMBERS = 1000
"""Members of all collections of an account together."""
MOST_KEPT = MOST_MEMBERS // 2
"""Places that are kept for who is on a list.

Nobody else who holds the link, be it under many addresses, takes them.
"""

STAYS = ("number", "joined", "score", "is_captain")
"""What of a member another word of it does not change."""

AGAIN = Intervals(3600.0, at_once=1800.0)
"""When a member that has not said that it saw what it was told is told it again."""


class Collections(UntilSeen):
    """Take who comes and who leaves; tell members of a sheet until they have seen it."""

    intervals = AGAIN

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._budgets, self._memberships = context.budgets, context[Memberships]
        self._journal, self._expected = context[Journal], context[ExpectedMembers]
        self._trust, self._statements = context[Trust], context[Statements]
        self.changed = Listeners[()]()
        """Of who takes part, and of what they give."""
        self.applied = Listeners[()]()
        """Of what is organised here, as the user has it now."""
        self.came = Listeners[BareJid]()
        """Of who says that it takes part, once that is known everywhere."""
        self.gone = Listeners[BareJid, str, str]()
        """Of who takes part no more, in which collection, empty where it left by itself, and what
        owned its entities."""
        self._known: set[str] = set()
        """What was organised here when that was looked at last."""
        challenges = context[Challenges]
        challenges.reteamed.add(self.tell_again)
        for changed in (self.changed, self.applied):
            changed.add(challenges.look)
        self.admits = {StatementKind.JOINED: self._may_join}
        self.takes = {StatementKind.JOINED: self._take_joined}
        self.answers = {COLLECT: Responder(To.ANYBODY, self.answer)}

    # Who comes

    def _may_join(self, stranger: BareJid, element: Element) -> bool:
        """Return whether one who is not known says that it joins, and may; ask for its key then.

        Raises PayloadRefused.
        """
        if element.tag != SIGNED:
            return False
        self._budgets.charge(Effort.STRANGER, stranger, time.monotonic())
        payload = self._statements.claimed(stranger, element, StatementKind.JOINED).payload
        if payload.tag != JOINED:
            raise PayloadRefused("wrong_kind")
        self._admitted(stranger, joined_from_element(payload))
        if not self._trust.wanted.expect_coming(stranger):
            raise PayloadRefused("too_many_members")
        return True

    def _take_joined(self, heard: Heard[Joined]) -> None:
        """Take that somebody takes part, or does so otherwise now; raises PayloadRefused."""
        sender, said, _ = heard
        subentry = self._admitted(sender, said)
        known = self._memberships.data_of(said.collection).get(sender)
        data = MemberData(
            number=0,
            name=said.name,
            address=said.address,
            joined=time.time(),
            charter=said.charter_version,
            gives=_given(subentry, said),
            told=said.seen or None,
            is_shown=said.is_shown,
        )
        if said.charter_digest:
            data["digest"] = said.charter_digest
        if known is not None:
            stays = {key: value for key, value in known.items() if key in STAYS}
            data = cast("MemberData", {**data, **stays})
        if team := self._team(subentry, said, known):
            data["team"] = team
        self._memberships.keep(said.collection, sender, data)
        self.changed.tell()
        self.came.tell(sender)
        # If it asks, what it was told before may not have come.
        self.again((said.collection, sender))

    @staticmethod
    def _team(subentry: ConfigSubentry, said: Joined, known: MemberData | None) -> int:
        """Return the team that a member is in, 0 of none: the first it said, or it was moved to."""
        challenge, team = challenge_in(subentry), 0 if known is None else known.get("team", 0)
        return next((one for one in (team, said.team) if has_team(challenge, one)), 0)

    def _admitted(self, sender: BareJid, said: Joined) -> ConfigSubentry:
        """Return the collection that somebody may take part in, or does; raises PayloadRefused."""
        subentry = collections_by_id(self._entry).get(said.collection)
        if BareJid(said.address.partition("/")[0]) != sender:
            raise PayloadRefused("wrong_sender")
        if subentry is None or sender == self._entry.data[CONF_JID]:
            raise PayloadRefused("bad_invitation")
        if sender in self._memberships.data_of(said.collection):
            # Who has come stays, whatever the link is now.
            return subentry
        if not _opens(subentry, said.token) or time.time() >= _until(subentry):
            raise PayloadRefused("bad_invitation")
        if not has_team(challenge_in(subentry), said.team):
            raise PayloadRefused("no_team")
        if not self._has_room(sender, said):
            raise PayloadRefused("too_many_members")
        return subentry

    def _has_room(self, sender: BareJid, said: Joined) -> bool:
        """Return whether one more may come: places are kept for who is on a list and has not."""
        free = MOST_MEMBERS - self._memberships.count()
        if not 0 < free <= MOST_KEPT:
            return free > 0
        newcomer = MemberData(
            number=0, name=said.name, address=said.address, joined=0, charter=0, gives={}, told=None
        )
        is_expected = self._expected.expects(said.collection, sender, newcomer)
        return is_expected or free > self._expected.missing()

    # Who asks what it is

    async def answer(self, sender: BareJid, command: Element) -> Element:
        """Return the sheet to who has the link; raises FriendRefused or PayloadRefused."""
        collection, token = collection_asked(command)
        subentry = collections_by_id(self._entry).get(collection)
        known = self._memberships.data_of(collection).get(sender)
        if subentry is None or not (known or _opens(subentry, token)):
            self._journal.refused("bad_invitation")
            raise FriendRefused("item-not-found", "No such collection.")
        session = command.get("sessionid") or uuid.uuid4().hex
        return collection_answer(session, self.sheet(subentry, known))

    def sheet(self, subentry: ConfigSubentry, member: MemberData | None = None) -> CollectionSheet:
        """Return what is said of a collection, to a member with its number and its team."""
        data, publications = collection_data(subentry), publications_of(self._entry)
        come = len(self._memberships.data_of(data["collection"]))
        given = [grant["publication"] for grant in data["grants"]]
        return CollectionSheet(
            id=data["collection"],
            revision=_revision(subentry),
            title=subentry.title,
            purpose=data["purpose"],
            reason=data["reason"],
            responsible=data["responsible"],
            contact=data["contact"],
            asks=tuple(Ask(**ask) for ask in data["asks"]),
            until=_until(subentry),
            retention_days=data["retention_days"],
            charter=data["charter"],
            charter_version=data["charter_version"],
            charter_at=data["charter_at"],
            # Whoever has the link may ask: of few, one more or less would be somebody.
            members=come if come >= LEAST_HOMES else None,
            gives=tuple(
                GivenBack(title := publications[one].title, one, key_of(self._hass, title))
                for one in given
                if one in publications
            ),
            expected=len(self._expected.rows(data["collection"])) or None,
            number=None if member is None else member["number"],
            challenge=challenge_in(subentry),
            team=0 if member is None else member.get("team", 0),
        )

    def link(self, subentry: ConfigSubentry) -> str:
        """Return the link that lets its holder take part."""
        data = collection_data(subentry)
        return Link(
            JID(f"{self._entry.data[CONF_JID]}/{self._entry.data[CONF_RESOURCE]}"),
            "collect",
            collection=data["collection"],
            token=data["token"],
            fingerprint=self._statements.keys.public.fingerprint,
            name=home_name(self._hass, self._entry),
            title=subentry.title,
            until=_until(subentry),
        ).written()

    # What the organiser does

    def renew(self, subentry: ConfigSubentry) -> None:
        """Let the link be another: with the one before nobody comes any more."""
        data = {**subentry.data, "token": new_token()}
        self._hass.config_entries.async_update_subentry(self._entry, subentry, data=data)

    def note(self, collection: str, numbers: Collection[int], text: str) -> int:
        """Write a few words to members; return how many were told, none without a link."""
        note = CollectionNote(collection, text)
        told = 0
        for member in self._memberships.of_collection(collection):
            if member.number in numbers and self._post.reaches(member.jid):
                self._post.tell(member.jid, note)
                told += 1
        return told

    def remove(self, collection: str, number: int) -> None:
        """Send a member away, and erase what came of it; KeyError where there is none."""
        by_number = {one.number: one for one in self._memberships.of_collection(collection)}
        self._drop([by_number[number]], is_told=False)

    def take_left(self, sender: BareJid, collection: str) -> bool:
        """Let a member leave a collection, or all: the empty one; return whether it was in any."""
        of_all = self._memberships.of(sender)
        left = [member for member in of_all if collection in ("", member.collection)]
        if left:
            self._drop(left, is_told=True)
        return bool(left)

    @callback
    def apply(self) -> None:
        """Take over the collections as the organiser has them now."""
        kept = set(collections_by_id(self._entry))
        for jid, over in self._memberships.keep_only(kept):
            # The entities are gone with the collection.
            self.gone.tell(jid, over, "")
        for publication, collection in boards_of(self._entry).items():
            # Of one that is being made the board may be there before it.
            if collection in self._known - kept:
                subentry = publications_of(self._entry)[publication]
                self._hass.config_entries.async_remove_subentry(self._entry, subentry.subentry_id)
        self._known = kept
        self.applied.tell()
        self.look()

    def _drop(self, several: Iterable[Member], *, is_told: bool) -> None:
        """Let these be members no more; `is_told`: they said so."""
        for member in several:
            self._memberships.drop(member.collection, member.jid)
            self.gone.tell(member.jid, "" if is_told else member.collection, member.owner)
        self.changed.tell()

    # What members are told

    @callback
    def tell_again(self, member: Member) -> None:
        """Tell a member the sheet, whatever it has seen: what it says of the member changed."""
        member.data["told"] = None
        self._memberships.keep(member.collection, member.jid, member.data)
        self.again((member.collection, member.jid))

    def _unseen(self) -> Iterator[Unseen]:
        """Yield the sheet, with its number, for each member that has not seen it as it is."""
        for member in self._memberships:
            revision = _revision(member.subentry)
            if member.data["told"] != revision:
                key, write = (member.collection, member.jid), partial(self._written, member)
                yield Unseen(key, member.jid, revision, write)

    def _written(self, member: Member) -> Element:
        sheet = self.sheet(member.subentry, member.data)
        if has_agreed(member.data, collection_data(member.subentry)):
            # It agreed to that text, which is most of a sheet.
            sheet = without_charter(sheet)
        return collection_to_element(sheet)

    # Parts of these

    def diagnostics(self) -> dict[str, Any]:
        """Return how many take part in each, and how many have seen its sheet as it is now."""
        seen = Counter[str]()
        total = Counter[str]()
        for member in self._memberships:
            total[member.collection] += 1
            seen[member.collection] += member.data["told"] == _revision(member.subentry)
        counts = [
            {"members": total[one], "seen": seen[one]} for one in collections_by_id(self._entry)
        ]
        return {"collections": counts}


def new_token() -> str:
    """Return a secret for a link."""
    return secrets.token_urlsafe(18)


def _opens(subentry: ConfigSubentry, token: str) -> bool:
    return hmac.compare_digest(collection_data(subentry)["token"].encode(), token.encode())


def _revision(subentry: ConfigSubentry) -> int:
    return collection_data(subentry)["revision"]


def _until(subentry: ConfigSubentry) -> float:
    """Return when a collection is over, Unix seconds."""
    last = date.fromisoformat(collection_data(subentry)["until"])
    return end_of(last, dt_util.get_default_time_zone()).timestamp()


def _given(subentry: ConfigSubentry, said: Joined) -> dict[str, str]:
    """Return what a member gives of what it was asked for; whatever else it names is not taken."""
    asked = {ask["what"] for ask in collection_data(subentry)["asks"]}
    return {what: str(given) for what, given in said.gives.items() if what in asked}
