"""What members hold of an organiser's projects: told to each alone, until it has seen it.

A member calls itself what it likes, so its name is no proof of whose shares are its: only a row of
the list that has its address counts, be it that the list says so, that it was matched by hand, or
that the organiser looked at who was matched and had it told. Nothing is told before that.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from hashlib import sha256
import time
from typing import Any
from xml.etree.ElementTree import tostring

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback

from ...protocol.collecting.register import (
    MOST_HOLDINGS,
    MOST_NEWS,
    Held,
    News,
    RegisterSeen,
    Reply,
    ShareAnswer,
    SharesRegister,
    answer_from_json,
    answer_to_json,
    register_to_element,
)
from ...protocol.errors import PayloadRefused
from ...protocol.model import BareJid, PublicationId
from ...protocol.project import project_from_json
from ...protocol.trust.kinds import StatementKind
from ..config import collection_data, collections_by_id, publication_data, publications_of
from ..context import AccountContext
from ..part import Heard
from ..relations.members import Member, Memberships
from ..store import SOON, NewsData
from ..talk.until_seen import Unseen, UntilSeen
from .collections import AGAIN, Collections
from .expected import ExpectedMembers
from .kept import ExpectedData, RegisterBook, ToldRegister


class RegisterState(StrEnum):
    """How it is with what a member holds; of several projects the first in this order counts."""

    CONTESTED = "contested"
    UNTOLD = "untold"
    """The organiser has not had it told."""
    ASKED = "asked"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How it is with what a member holds, and since when where its household said so."""

    state: RegisterState
    at: float | None = None


class Registers(UntilSeen):
    """Tell each member what it holds, and write of projects to those who hold shares in them."""

    intervals = AGAIN

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._memberships, self._expected = context[Memberships], context[ExpectedMembers]
        self._books: dict[str, RegisterBook] = self._store.kept("registers", {})
        """Collection organised here → what its members are told that they hold."""
        context[Collections].changed.add(self.apply)
        self._expected.changed.add(self.apply)
        self.takes = {StatementKind.REGISTER_SEEN: self._take_seen}

    # Projects, and who holds them

    def projects(self, subentry: ConfigSubentry) -> dict[PublicationId, str]:
        """Return the titles of the projects that a collection gives back, by publication."""
        publications = publications_of(self._entry)
        granted = [grant["publication"] for grant in collection_data(subentry)["grants"]]
        return {
            one: publications[one].title
            for one in granted
            if one in publications and publication_data(publications[one]).get("project")
        }

    def holdings(self, subentry: ConfigSubentry, row: ExpectedData) -> tuple[Held, ...]:
        """Return what a row of the list holds of the projects there are."""
        publications, known = publications_of(self._entry), row.get("holdings", {})
        held = []
        for project, title in self.projects(subentry).items():
            if (said := known.get(project)) is None:
                continue
            sheet = project_from_json(publication_data(publications[project])["project"])
            has_dividends = said["dividends"] is not None and bool(sheet.currency)
            held.append(
                Held(
                    project=project,
                    title=title,
                    shares=said["shares"],
                    paid_on=None
                    if said["paid_on"] is None
                    else date.fromisoformat(said["paid_on"]),
                    dividends=said["dividends"] if has_dividends else None,
                    currency=sheet.currency if has_dividends else "",
                )
            )
        return tuple(held[:MOST_HOLDINGS])

    def standing(self, member: Member, row: ExpectedData) -> Agreement | None:
        """Return how it is with what a member's row holds; None where that is nothing."""
        held = self.holdings(member.subentry, row)
        if not held:
            return None
        book = self._book(member.collection)
        if row["address"] != member.jid or not book["is_told"]:
            return Agreement(RegisterState.UNTOLD)
        told = book["members"].get(str(member.number))
        known = {} if told is None else told["answers"]
        answers = [answer_from_json(PublicationId(one), said) for one, said in known.items()]
        standings = [_standing(one, answers) for one in held]
        order = list(RegisterState)
        worst = min(standings, key=lambda one: order.index(one.state))
        of_alike = [one.at for one in standings if one.state is worst.state and one.at is not None]
        return Agreement(worst.state, max(of_alike, default=None))

    def is_told(self, subentry: ConfigSubentry) -> bool:
        """Return whether the organiser has members told what they hold."""
        return self._book(collection_data(subentry)["collection"])["is_told"]

    # What the organiser does

    def begin(self, subentry: ConfigSubentry, by_row: Mapping[int, BareJid]) -> None:
        """Have members told from now on what they hold, and these: each is its row of the list."""
        collection = collection_data(subentry)["collection"]
        self._books[collection] = {**self._book(collection), "is_told": True}
        self._expected.match(collection, by_row)
        self._keep()

    def write(self, subentry: ConfigSubentry, project: PublicationId, text: str) -> int:
        """Write of a project to all who hold shares in it; return how many they are.

        Nothing is kept where they are none. KeyError where there is no such project.
        """
        if project not in self.projects(subentry):
            raise KeyError(project)
        collection = collection_data(subentry)["collection"]
        holders = [
            member
            for member, held in self._told_of(collection)
            if project in {one.project for one in held}
        ]
        if not holders:
            return 0
        book = self._books[collection]
        # To the millisecond, as it goes.
        book["news"].append(NewsData(project=project, at=round(time.time(), 3), text=text))
        of_project = [one for one in book["news"] if one["project"] == project]
        for over in of_project[:-MOST_NEWS]:
            book["news"].remove(over)
        self._keep()
        return len(holders)

    # What members say

    def _take_seen(self, heard: Heard[RegisterSeen]) -> None:
        """Take what a member says of its register; raises PayloadRefused."""
        sender, seen, _ = heard
        member = self._memberships.data_of(seen.collection).get(sender)
        told = None
        if member is not None:
            told = self._book(seen.collection)["members"].get(str(member["number"]))
        if told is None:
            raise PayloadRefused("stranger")
        if seen.revision > told["revision"]:
            raise PayloadRefused("bad_register", "never said")
        told["seen"] = seen.revision
        told["answers"] = {one.project: answer_to_json(one) for one in seen.answers}
        self._store.save_within(SOON)

    # What members are told

    @callback
    def apply(self) -> None:
        """Forget the registers of collections that are no more; look again at who is told what."""
        for over in self._books.keys() - collections_by_id(self._entry).keys():
            del self._books[over]
        self.look()

    def _unseen(self) -> Iterator[Unseen]:
        """Yield what each member holds that has not seen it as it is."""
        for collection, book in self._books.items():
            if not book["is_told"]:
                continue
            present: set[str] = set()
            for member, held in self._told_of(collection):
                number = str(member.number)
                present.add(number)
                if not held and number not in book["members"]:
                    continue
                register = self._renewed(book, member, held)
                if book["members"][number]["seen"] != register.revision:
                    write = partial(register_to_element, register)
                    yield Unseen((collection, number), member.jid, register.revision, write)
            for gone in book["members"].keys() - present:
                del book["members"][gone]

    def _told_of(self, collection: str) -> Iterator[tuple[Member, tuple[Held, ...]]]:
        """Yield the members of a collection, each with what it is told that it holds."""
        is_told = self._book(collection)["is_told"]
        rows = {row["address"]: row for row in self._expected.rows(collection) if row["address"]}
        for member in self._memberships.of_collection(collection):
            row = rows.get(member.jid) if is_told else None
            yield member, () if row is None else self.holdings(member.subentry, row)

    def _renewed(
        self, book: RegisterBook, member: Member, held: tuple[Held, ...]
    ) -> SharesRegister:
        """Return what a member is told now, of a later revision if it is not what it was."""
        projects = {one.project for one in held}
        news = [
            News(PublicationId(one["project"]), one["at"], one["text"])
            for one in book["news"]
            if one["project"] in projects
        ]
        register = SharesRegister(member.collection, 1, held, tuple(news[-MOST_NEWS:]))
        digest = sha256(tostring(register_to_element(register))).hexdigest()
        told = book["members"].setdefault(
            str(member.number), ToldRegister(revision=0, digest="", seen=0, answers={})
        )
        if told["digest"] != digest:
            told["revision"] += 1
            told["digest"] = digest
            self._store.save_within(SOON)
        return SharesRegister(
            register.collection, told["revision"], register.holdings, register.news
        )

    # Parts of these

    def _book(self, collection: str) -> RegisterBook:
        """Return what is kept of a collection's register, be it nothing yet."""
        known = self._books.get(collection)
        return RegisterBook(is_told=False, news=[], members={}) if known is None else known

    def _keep(self) -> None:
        self._store.save_within(SOON)
        self.look()

    def diagnostics(self) -> dict[str, Any]:
        """Return how many were told of what they hold, have seen it, and have said what."""
        books = [
            {
                "told": len(book["members"]),
                "seen": sum(one["seen"] == one["revision"] for one in book["members"].values()),
                "answers": {
                    str(verdict): sum(
                        answer["verdict"] == verdict
                        for one in book["members"].values()
                        for answer in one["answers"].values()
                    )
                    for verdict in Reply
                },
            }
            for book in self._books.values()
        ]
        return {"registers": books}


def _standing(held: Held, answers: Collection[ShareAnswer]) -> Agreement:
    for answer in answers:
        if answer.is_of(held):
            return Agreement(RegisterState(answer.verdict), answer.said)
    return Agreement(RegisterState.ASKED)
