"""The commands by which collections are followed by who organises them, or looks at them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
import json
from typing import Any

from homeassistant.components.websocket_api.const import WebSocketCommandHandler
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import voluptuous as vol

from ...commands import ASKER, Answer, Asked, Refused, command
from ...moments import local_iso
from ...protocol.collecting.collection import MAX_NOTE
from ...protocol.collecting.register import MAX_NEWS
from ...protocol.links import picture
from ...protocol.model import BareJid, PublicationId
from ...roles import Asker, Role
from ..config import collection_data, collections_of, home_name
from ..follow.following import Following
from ..own_words import LANGUAGES, in_words
from ..relations.members import Member, Memberships
from ..running import NO_SUCH_COLLECTION, RunningEntry, accounts, async_words
from .collections import Collections
from .expected import ExpectedMembers
from .giving import MemberRow, member_rows
from .kept import ExpectedData
from .member_list import ListRefused, MemberList
from .member_states import GivingState, async_came, coverage_of
from .registers import Registers

CHANGED = "members_changed"
"""Why a press does not count: who or what was seen is another by now."""

OF_MEMBERS = ("members", "absent", "link", "qr", "text", "imported_at")
"""What is told of a collection to who organises it; to who looks at it, nothing of any member."""

TOLD = ("collection", "reason", "purpose", "responsible", "contact", "charter_version")
"""What is told of a collection as its subentry has it."""


class Organised:
    """A collection that is organised here, as its organiser sees it."""

    def __init__(self, hass: HomeAssistant, entry: RunningEntry, subentry: ConfigSubentry) -> None:
        self.hass, self.entry, self.subentry = hass, entry, subentry
        self.account, self.data = entry.runtime_data, collection_data(subentry)
        self.id = self.data["collection"]
        self.expected, self.registers = self.account[ExpectedMembers], self.account[Registers]

    @property
    def members(self) -> list[Member]:
        """Return who takes part, by number."""
        return self.account[Memberships].of_collection(self.id)

    @property
    def shown(self) -> list[MemberRow]:
        """Return how each member is."""
        series_of = self.account[Following].series
        return list(member_rows(self.hass, self.members, series_of, self.account.trust))

    @property
    def rows(self) -> list[ExpectedData]:
        """Return who is expected, as the list says."""
        return self.expected.rows(self.id)


type MembersAct = Callable[[Organised, Asked], Mapping[str, Any]]


@command(
    "collections",
    {vol.Optional("only_titles", default=False): bool},
    who=Role.LOOK,
)
async def _collections(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer what is organised here, who takes part and how each member is, or titles in short.

    Who may look at a collection and no more is told what all came to, and of no member.
    """
    if not asked["only_titles"]:
        return await _answer(asked)
    # What every page of the dashboard asks: whether there is a collection, and wants a gesture.
    asker, told = asked[ASKER], []
    for one in _all_organised(asker):
        short: dict[str, Any] = {
            "subentry_id": one.subentry.subentry_id,
            "title": one.subentry.title,
        }
        if asker.may(Role.ORGANISE, one.subentry.subentry_id):
            short["silent"] = Counter(row.state for row in one.shown)[GivingState.SILENT]
        told.append(short)
    return {"collections": told}


def _organising(
    name: str, fields: Mapping[Any, Any], *, changes: bool = True
) -> Callable[[MembersAct], WebSocketCommandHandler]:
    """Make a command of what an organiser does with a collection.

    It answers what that returns, and all collections as they are then where it `changes` any.
    """

    def make(act: MembersAct) -> WebSocketCommandHandler:
        @command(
            name,
            {vol.Required("subentry_id"): str, **fields},
            who=Role.ORGANISE,
            of="subentry_id",
        )
        async def answer(hass: HomeAssistant, asked: Asked) -> Answer:
            told = act(_organised(asked[ASKER], asked["subentry_id"]), asked)
            return {**(await _answer(asked) if changes else {}), **told}

        return answer

    return make


@_organising(
    "collection_note",
    {
        vol.Required("numbers"): [int],
        vol.Required("text"): vol.All(str, str.strip, vol.Length(1, MAX_NOTE)),
    },
    changes=False,
)
def _note(one: Organised, asked: Asked) -> Mapping[str, Any]:
    """Write a few words to members; tell to how many they went."""
    collections = one.account[Collections]
    return {"told": collections.note(one.id, set(asked["numbers"]), asked["text"])}


@_organising("preview_members", {vol.Required("text"): str})
def _preview(one: Organised, asked: Asked) -> Mapping[str, Any]:
    """Tell what a list of who is expected says, and what of the one before would be gone."""
    return _list_told(one, _read_list(one, asked["text"]))


@_organising("import_members", {vol.Required("text"): str})
def _import(one: Organised, asked: Asked) -> Mapping[str, Any]:
    """Take a list of who is expected for the one before, which can be put back; tell of it."""
    found = _read_list(one, asked["text"])
    told = _list_told(one, found)
    one.expected.take(one.id, found.rows)
    return told


@_organising("restore_members", {})
def _restore(one: Organised, _asked: Asked) -> Mapping[str, Any]:
    """Put the list back that the one there is replaced."""
    try:
        one.expected.put_back(one.id)
    except KeyError as error:
        raise Refused(CHANGED) from error
    return {}


def _read_list(one: Organised, text: str) -> MemberList:
    """Return what a list says; raises Refused."""
    try:
        return one.expected.read(one.id, text, one.registers.projects(one.subentry))
    except ListRefused as refusal:
        raise Refused(refusal.key) from refusal


def _list_told(one: Organised, found: MemberList) -> Mapping[str, Any]:
    before, now = one.expected.matched(one.id), one.expected.matched(one.id, found.rows)
    return {
        "rows": len(found.rows),
        "matched": len(now),
        "refused": [{"row": line, "reason": reason} for line, reason in found.refused],
        "unknown": found.unknown,
        "before": len(one.rows),
        "lost": [one.rows[at]["name"] for jid, at in before.items() if jid not in now],
    }


@_organising(
    "match_member",
    {
        vol.Required("row"): vol.All(int, vol.Range(min=0)),
        vol.Required("name"): str,
        vol.Optional("number"): int,
    },
)
def _match(one: Organised, asked: Asked) -> Mapping[str, Any]:
    """Say which member a row of the list, as it was seen, is, or that it is none."""
    members: dict[int | None, BareJid | None] = {each.number: each.jid for each in one.members}
    members[None] = None
    row, number = asked["row"], asked.get("number")
    if row >= len(one.rows) or number not in members:
        raise Refused(NO_SUCH_COLLECTION)
    if one.rows[row]["name"] != asked["name"]:
        raise Refused(CHANGED)
    one.expected.match(one.id, {row: members[number]})
    return {}


@_organising("remove_member", {vol.Required("number"): int})
def _remove(one: Organised, asked: Asked) -> Mapping[str, Any]:
    """Send a member away, and erase what came of it."""
    try:
        one.account[Collections].remove(one.id, asked["number"])
    except KeyError as error:
        raise Refused(NO_SUCH_COLLECTION) from error
    return {}


@_organising("renew_collection_link", {})
def _renew(one: Organised, _asked: Asked) -> Mapping[str, Any]:
    """Let the link be another: who has come stays."""
    one.account[Collections].renew(one.subentry)
    return {}


@_organising("tell_shares", {vol.Required("seen"): {vol.Coerce(int): str}})
def _tell_shares(one: Organised, asked: Asked) -> Mapping[str, Any]:
    """Have members told what they hold, and these by the rows that they were seen to be."""
    if not one.registers.projects(one.subentry):
        raise Refused("no_projects")
    row_of = one.expected.matched(one.id)
    told = [each for each in one.members if each.number in asked["seen"] and each.jid in row_of]
    if {each.number: _seen(each, one.rows[row_of[each.jid]]) for each in told} != asked["seen"]:
        raise Refused(CHANGED)
    one.registers.begin(one.subentry, {row_of[each.jid]: each.jid for each in told})
    return {}


@_organising(
    "project_news",
    {
        vol.Required("project"): str,
        vol.Required("text"): vol.All(str, str.strip, vol.Length(1, MAX_NEWS)),
    },
    changes=False,
)
def _news(one: Organised, asked: Asked) -> Mapping[str, Any]:
    """Write of a project to all who hold shares in it; tell how many they are."""
    try:
        told = one.registers.write(one.subentry, PublicationId(asked["project"]), asked["text"])
    except KeyError as error:
        raise Refused("no_projects") from error
    if not told:
        raise Refused("no_holders")
    return {"told": told}


def _all_organised(asker: Asker) -> Iterator[Organised]:
    """Yield the collections that are for who asks."""
    for entry in accounts(asker.hass):
        for subentry in collections_of(entry).values():
            if asker.may(Role.LOOK, subentry.subentry_id):
                yield Organised(asker.hass, entry, subentry)


def _organised(asker: Asker, subentry_id: str) -> Organised:
    """Return a collection; raises Refused."""
    for one in _all_organised(asker):
        if one.subentry.subentry_id == subentry_id:
            return one
    raise Refused(NO_SUCH_COLLECTION)


def _seen(member: Member, row: ExpectedData) -> str:
    """Return what stands for a member and its row as they are: a press counts for what was seen."""
    said = [member.jid, member.data["name"], row["name"], row["shares"], row.get("holdings")]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


# What is answered


async def _answer(asked: Asked) -> dict[str, Any]:
    asker, told = asked[ASKER], []
    for one in _all_organised(asker):
        role = asker.role(one.subentry.subentry_id)
        answer = _for(role, await _told(one))
        gives = [in_words(one.hass, title, asked.get("language")) for title in answer["gives"]]
        told.append(answer | {"gives": gives, "role": role})
    return {"collections": told}


def _for(role: Role, told: dict[str, Any]) -> dict[str, Any]:
    """Return of what is told of a collection what is for a role."""
    if role.includes(Role.ORGANISE):
        return told
    return {key: value for key, value in told.items() if key not in OF_MEMBERS}


async def _told(one: Organised) -> dict[str, Any]:
    """Return a collection with its members; times are ISO 8601, parts are per cent."""
    # Whoever is asked may not speak as the household does.
    texts = {language: await _text(one, language) for language in LANGUAGES}
    collections, data, rows = one.account[Collections], one.data, one.rows
    sheet, link = collections.sheet(one.subentry), collections.link(one.subentry)
    listed, row_of = one.expected.list_of(one.id), one.expected.matched(one.id)
    shown = one.shown
    expected = [each for row in shown for each in row.expected]
    has_recorder = "recorder" in one.hass.config.components
    came = await async_came(one.hass, expected) if has_recorder else {}
    states = Counter(row.state for row in shown)
    entities, known = _entities_of(one), set(row_of.values())
    all_shares = sum(row["shares"] for row in rows)
    known_shares = sum(rows[at]["shares"] for at in known)
    return {
        **{key: value for key, value in data.items() if key in TOLD},
        "subentry_id": one.subentry.subentry_id,
        "entry_id": one.entry.entry_id,
        "account": home_name(one.hass, one.entry),
        "title": one.subentry.title,
        "begin": local_iso(data.get("begin", data["charter_at"])),
        "until": local_iso(sheet.until),
        "charter_at": local_iso(data["charter_at"]),
        "link": link,
        "qr": picture(link),
        "text": texts,
        "gives": [given.title for given in sheet.gives],
        "asks": [ask.told() for ask in sheet.asks],
        "counts": {
            "came": len(shown),
            "expected": len(rows) if listed else None,
            **{str(state): states[state] for state in GivingState},
        },
        "shares": {"came": known_shares, "all": all_shares} if all_shares else None,
        "coverage": coverage_of(expected, came),
        "imported_at": local_iso(listed["at"]) if listed else None,
        "projects": [
            {"project": project, "title": title}
            for project, title in one.registers.projects(one.subentry).items()
        ],
        "shares_told": one.registers.is_told(one.subentry),
        "members": [
            {
                **_member_told(row),
                **_row_told(one, row.member, row_of.get(row.member.jid)),
                "coverage": coverage_of(row.expected, came),
                "entities": entities.get(row.member.owner, []),
            }
            for row in shown
        ],
        "absent": [
            {"row": at, "number": row["number"], "name": row["name"], "shares": row["shares"]}
            for at, row in enumerate(rows)
            if at not in known
        ],
    }


async def _text(one: Organised, language: str) -> str:
    """Return what can be sent to who is asked."""
    words = await async_words(one.hass, language)
    return words["collection_text.options.invite"].format(
        organiser=home_name(one.hass, one.entry),
        title=one.subentry.title,
        link=one.account[Collections].link(one.subentry),
    )


def _member_told(one: MemberRow) -> dict[str, Any]:
    member, lacks = one.member, one.lacks
    return {
        "number": member.number,
        "name": member.data["name"],
        "since": local_iso(member.data["joined"]),
        "last": local_iso(one.last),
        "state": one.state,
        "lacks": lacks and {"reason": lacks.reason, "since": local_iso(lacks.since)},
        "charter_version": member.data["charter"],
        "gives": list(member.gives),
    }


def _row_told(one: Organised, member: Member, at: int | None) -> dict[str, Any]:
    """Return what the list says of a member."""
    if at is None:
        return {"shares": None, "matched": None, "register": None}
    row = one.rows[at]
    # So does one name its address that was matched by hand.
    is_by_hand = row["address"] == member.jid
    return {
        "shares": row["shares"],
        "matched": {"row": at, "name": row["name"]} if is_by_hand else None,
        "register": _register_told(one.registers, member, row),
    }


def _register_told(
    registers: Registers, member: Member, row: ExpectedData
) -> dict[str, Any] | None:
    """Return what a member holds, and whether it says so too; None where it holds nothing."""
    if (standing := registers.standing(member, row)) is None:
        return None
    held = registers.holdings(member.subentry, row)
    return {
        "row": row["name"],
        "state": standing.state,
        "at": local_iso(standing.at),
        "seen": _seen(member, row),
        "holdings": [{"project": one.project, "shares": one.shares} for one in held],
    }


def _entities_of(one: Organised) -> Mapping[str, list[str]]:
    """Return the entities of each owner of series."""
    registry, found = er.async_get(one.hass), dict[str, list[str]]()
    for entity in er.async_entries_for_config_entry(registry, one.entry.entry_id):
        found.setdefault(entity.unique_id.partition("_")[0], []).append(entity.entity_id)
    return found


COMMANDS = (
    *(_collections, _note, _preview, _import, _restore),
    *(_match, _remove, _renew, _tell_shares, _news),
)
