"""The commands by which administrators follow the collections that they organise."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
import json
import time
from typing import Any

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.const import WebSocketCommandHandler
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...commands import Answer, Asked, Refused, command
from ...moments import local_iso
from ...protocol.collecting.collection import MAX_NOTE, SITE
from ...protocol.collecting.register import MAX_NEWS
from ...protocol.model import BareJid, PublicationId
from ...protocol.wishes import YEAR, What
from ..account import AccountConfigEntry, accounts
from ..config import CollectionData, collection_data, collections_of, home_name
from ..consent.members import Member
from ..follow.following import Following
from ..follow.series import Series
from ..organising.collections import Collections, has_agreed
from ..organising.giving import newest_of, statistic_shown
from ..organising.kept import ExpectedData, ListData
from ..organising.member_list import ListRefused, matched, read_list, renewed
from ..organising.member_states import (
    Expected,
    GivingState,
    Lack,
    Lacking,
    SeriesFacts,
    async_came,
    coverage_of,
    expected_of,
    until_of,
    worst_of,
)
from ..organising.registers import Registers
from ..store import SOON
from ..trust.peers import Standing
from .invitations import picture
from .participations import NO_SUCH, ask_told
from .words import async_words

LANGUAGES = ("fr", "en")
"""In which there is a text to send: whoever is asked may not speak as the household does."""


type MembersAnswer = Mapping[str, Any]
type MembersAct = Callable[[AccountConfigEntry, ConfigSubentry, Asked], MembersAnswer]


CHANGED = "members_changed"
"""Why a press does not count: who or what was seen is another by now."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member, how it gives, and what should have come of it."""

    member: Member
    state: GivingState
    lacks: Lacking | None
    last: float | None
    expected: list[Expected]


@callback
def async_register_collections(hass: HomeAssistant) -> None:
    """Register the commands."""
    of_lists = (_preview, _import, _restore, _match)
    for each in (_collections, _note, *of_lists, _remove, _renew, _tell_shares, _news):
        async_register_command(hass, each)


@command(
    "collections", {vol.Optional("only_titles", default=False): bool, vol.Optional("language"): str}
)
async def _collections(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer what is organised here, who takes part and how each member is, or titles alone."""
    return _titles(hass) if asked["only_titles"] else await _answer(hass)


def _organising(
    name: str, fields: Mapping[Any, Any], *, changes: bool = True
) -> Callable[[MembersAct], WebSocketCommandHandler]:
    """Make a command of what an organiser does with a collection.

    It answers what that returns, and all collections as they are then where it `changes` any.
    """

    def make(act: MembersAct) -> WebSocketCommandHandler:
        @command(name, {vol.Required("subentry_id"): str, **fields, vol.Optional("language"): str})
        async def answer(hass: HomeAssistant, asked: Asked) -> Answer:
            told = act(*_organised(hass, asked["subentry_id"]), asked)
            return {**(await _answer(hass) if changes else {}), **told}

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
def _note(entry: AccountConfigEntry, subentry: ConfigSubentry, asked: Asked) -> MembersAnswer:
    """Write a few words to members; tell to how many they went."""
    collection = collection_data(subentry)["collection"]
    told = entry.runtime_data[Collections].note(collection, set(asked["numbers"]), asked["text"])
    return {"told": told}


@_organising("preview_members", {vol.Required("text"): str})
def _preview(entry: AccountConfigEntry, subentry: ConfigSubentry, asked: Asked) -> MembersAnswer:
    """Tell what a list of who is expected says, and what of the one before would be gone."""
    return _read_list(entry, subentry, asked["text"])[1]


@_organising("import_members", {vol.Required("text"): str})
def _import(entry: AccountConfigEntry, subentry: ConfigSubentry, asked: Asked) -> MembersAnswer:
    """Take a list of who is expected for the one before, which can be put back; tell of it."""
    rows, told = _read_list(entry, subentry, asked["text"])
    collection = collection_data(subentry)["collection"]
    before = _rows_of(entry, collection)
    _keep_list(entry, collection, ListData(at=time.time(), rows=rows, before=before))
    return told


@_organising("restore_members", {})
def _restore(entry: AccountConfigEntry, subentry: ConfigSubentry, _asked: Asked) -> MembersAnswer:
    """Put the list back that the one there is replaced."""
    collection = collection_data(subentry)["collection"]
    listed = entry.runtime_data.store.data["expected"].get(collection)
    if listed is None or "before" not in listed:
        raise Refused(CHANGED)
    _keep_list(entry, collection, ListData(at=time.time(), rows=listed["before"]))
    return {}


def _read_list(
    entry: AccountConfigEntry, subentry: ConfigSubentry, text: str
) -> tuple[list[ExpectedData], MembersAnswer]:
    """Return the rows of a list, and what is told of it; raises Refused."""
    account, collection = entry.runtime_data, collection_data(subentry)["collection"]
    try:
        found = read_list(text, account[Registers].projects(subentry))
    except ListRefused as refusal:
        raise Refused(refusal.key) from refusal
    before = _rows_of(entry, collection)
    rows = renewed(found.rows, before)
    members = {one.jid: one.data for one in account[Collections].members(collection)}
    matched_before, matched_now = matched(before, members), matched(rows, members)
    return rows, {
        "rows": len(rows),
        "matched": len(matched_now),
        "refused": [{"row": line, "reason": reason} for line, reason in found.refused],
        "unknown": found.unknown,
        "before": len(before),
        "lost": [
            before[at]["name"] for jid, at in matched_before.items() if jid not in matched_now
        ],
    }


@_organising(
    "match_member",
    {
        vol.Required("row"): vol.All(int, vol.Range(min=0)),
        vol.Required("name"): str,
        vol.Optional("number"): int,
    },
)
def _match(entry: AccountConfigEntry, subentry: ConfigSubentry, asked: Asked) -> MembersAnswer:
    """Say which member a row of the list, as it was seen, is, or that it is none."""
    collection, row = collection_data(subentry)["collection"], asked["row"]
    members = {
        member.number: member.jid for member in entry.runtime_data[Collections].members(collection)
    }
    number, rows = asked.get("number"), _rows_of(entry, collection)
    if row >= len(rows) or (number is not None and number not in members):
        raise Refused(NO_SUCH)
    if rows[row]["name"] != asked["name"]:
        raise Refused(CHANGED)
    jid = None if number is None else members[number]
    for one in rows:
        if one["address"] == jid:
            one["address"] = None
    rows[row]["address"] = jid
    _keep_list(entry, collection, entry.runtime_data.store.data["expected"][collection])
    return {}


@_organising("remove_member", {vol.Required("number"): int})
def _remove(entry: AccountConfigEntry, subentry: ConfigSubentry, asked: Asked) -> MembersAnswer:
    """Send a member away, and erase what came of it."""
    collection = collection_data(subentry)["collection"]
    try:
        entry.runtime_data[Collections].remove(collection, asked["number"])
    except KeyError as error:
        raise Refused(NO_SUCH) from error
    return {}


@_organising("renew_collection_link", {})
def _renew(entry: AccountConfigEntry, subentry: ConfigSubentry, _asked: Asked) -> MembersAnswer:
    """Let the link be another: who has come stays."""
    entry.runtime_data[Collections].renew(subentry)
    return {}


@_organising("tell_shares", {vol.Required("seen"): {vol.Coerce(int): str}})
def _tell_shares(
    entry: AccountConfigEntry, subentry: ConfigSubentry, asked: Asked
) -> MembersAnswer:
    """Have members told what they hold, and these by the rows that they were seen to be."""
    collection, registers = collection_data(subentry)["collection"], entry.runtime_data[Registers]
    if not registers.projects(subentry):
        raise Refused("no_projects")
    row_of, rows = _matched(entry, collection), _rows_of(entry, collection)
    members = [
        member
        for member in entry.runtime_data[Collections].members(collection)
        if member.number in asked["seen"] and member.jid in row_of
    ]
    if {one.number: _seen(one, rows[row_of[one.jid]]) for one in members} != asked["seen"]:
        raise Refused(CHANGED)
    registers.begin(subentry, {one.jid: row_of[one.jid] for one in members})
    return {}


@_organising(
    "project_news",
    {
        vol.Required("project"): str,
        vol.Required("text"): vol.All(str, str.strip, vol.Length(1, MAX_NEWS)),
    },
    changes=False,
)
def _news(entry: AccountConfigEntry, subentry: ConfigSubentry, asked: Asked) -> MembersAnswer:
    """Write of a project to all who hold shares in it; tell how many they are."""
    try:
        told = entry.runtime_data[Registers].write(
            subentry, PublicationId(asked["project"]), asked["text"]
        )
    except KeyError as error:
        raise Refused("no_projects") from error
    if not told:
        raise Refused("no_holders")
    return {"told": told}


def _organised(hass: HomeAssistant, subentry_id: str) -> tuple[AccountConfigEntry, ConfigSubentry]:
    """Return a collection and its account; raises Refused."""
    for entry in accounts(hass):
        if (subentry := collections_of(entry).get(subentry_id)) is not None:
            return entry, subentry
    raise Refused(NO_SUCH)


# The list of who is expected


def _rows_of(entry: AccountConfigEntry, collection: str) -> list[ExpectedData]:
    listed = entry.runtime_data.store.data["expected"].get(collection)
    return [] if listed is None else listed["rows"]


def _keep_list(entry: AccountConfigEntry, collection: str, listed: ListData) -> None:
    store = entry.runtime_data.store
    store.data["expected"][collection] = listed
    store.save_within(SOON)
    entry.runtime_data[Registers].apply()


def _matched(entry: AccountConfigEntry, collection: str) -> dict[Any, int]:
    members = entry.runtime_data[Collections].members(collection)
    return matched(_rows_of(entry, collection), {one.jid: one.data for one in members})


def _seen(member: Member, row: ExpectedData) -> str:
    """Return what stands for a member and its row as they are: a press counts for what was seen."""
    said = [member.jid, member.data["name"], row["name"], row["shares"], row.get("holdings")]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _by_hand(rows: Sequence[ExpectedData], at: int | None, member: Member) -> dict[str, Any] | None:
    """Return the row of a member, if it names its address: so does one that was matched by hand."""
    if at is None or rows[at]["address"] != member.jid:
        return None
    return {"row": at, "name": rows[at]["name"]}


# What is answered


def _titles(hass: HomeAssistant) -> dict[str, Any]:
    """Return what every page of the dashboard asks: whether there is a collection."""
    return {
        "collections": [
            {"subentry_id": subentry.subentry_id, "title": subentry.title}
            for entry in accounts(hass)
            for subentry in collections_of(entry).values()
        ]
    }


async def _answer(hass: HomeAssistant) -> dict[str, Any]:
    return {
        "collections": [
            await _told(hass, entry, subentry)
            for entry in accounts(hass)
            for subentry in collections_of(entry).values()
        ]
    }


async def _told(
    hass: HomeAssistant, entry: AccountConfigEntry, subentry: ConfigSubentry
) -> dict[str, Any]:
    """Return a collection with its members; times are ISO 8601, parts are per cent."""
    account, data = entry.runtime_data, collection_data(subentry)
    collections = account[Collections]
    sheet, link = collections.sheet(subentry), collections.link(subentry)
    organiser = home_name(hass, entry)
    texts = {}
    for language in LANGUAGES:
        words = await async_words(hass, language)
        texts[language] = words["collection_text.options.invite"].format(
            organiser=organiser, title=subentry.title, link=link
        )
    shown = list(_shown(hass, entry, data))
    came: dict[str, int] = {}
    if "recorder" in hass.config.components:
        came = await async_came(hass, [each for one in shown for each in one.expected])
    row_of = _matched(entry, data["collection"])
    listed = account.store.data["expected"].get(data["collection"])
    rows = _rows_of(entry, data["collection"])
    entities = _entities_of(hass, entry)
    known = set(row_of.values())
    all_shares = sum(row["shares"] for row in rows)
    states = Counter(one.state for one in shown)
    return {
        "subentry_id": subentry.subentry_id,
        "collection": data["collection"],
        "entry_id": entry.entry_id,
        "account": organiser,
        "title": subentry.title,
        "reason": data["reason"],
        "purpose": data["purpose"],
        "responsible": data["responsible"],
        "contact": data["contact"],
        "begin": local_iso(data.get("begin", data["charter_at"])),
        "until": local_iso(sheet.until),
        "charter_version": data["charter_version"],
        "charter_at": local_iso(data["charter_at"]),
        "link": link,
        "qr": picture(link),
        "text": texts,
        "gives": [one.title for one in sheet.gives],
        "asks": [ask_told(ask) for ask in sheet.asks],
        "counts": {
            "came": len(shown),
            "expected": len(rows) if listed else None,
            **{str(state): states[state] for state in GivingState},
        },
        "shares": {"came": sum(rows[row]["shares"] for row in known), "all": all_shares}
        if all_shares
        else None,
        "coverage": coverage_of([each for one in shown for each in one.expected], came),
        "imported_at": local_iso(listed["at"]) if listed else None,
        "projects": [
            {"project": project, "title": title}
            for project, title in account[Registers].projects(subentry).items()
        ],
        "shares_told": account[Registers].is_told(subentry),
        "members": [
            {
                "number": one.member.number,
                "name": one.member.data["name"],
                "since": local_iso(one.member.data["joined"]),
                "shares": rows[row_of[one.member.jid]]["shares"]
                if one.member.jid in row_of
                else None,
                "last": local_iso(one.last),
                "coverage": coverage_of(one.expected, came),
                "state": one.state,
                "matched": _by_hand(rows, row_of.get(one.member.jid), one.member),
                "lacks": None
                if one.lacks is None
                else {"reason": one.lacks.reason, "since": local_iso(one.lacks.since)},
                "charter_version": one.member.data["charter"],
                "gives": list(one.member.gives),
                "entities": entities.get(one.member.owner, []),
                "register": _register_told(entry, one.member, rows, row_of),
            }
            for one in shown
        ],
        "absent": [
            {"row": at, "number": row["number"], "name": row["name"], "shares": row["shares"]}
            for at, row in enumerate(rows)
            if at not in known
        ],
    }


def _register_told(
    entry: AccountConfigEntry,
    member: Member,
    rows: Sequence[ExpectedData],
    row_of: Mapping[BareJid, int],
) -> dict[str, Any] | None:
    """Return what a member holds, and whether it says so too; None where it holds nothing."""
    if member.jid not in row_of:
        return None
    row, registers = rows[row_of[member.jid]], entry.runtime_data[Registers]
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


def _shown(
    hass: HomeAssistant, entry: AccountConfigEntry, data: CollectionData
) -> Iterator[MemberRow]:
    """Yield the members of a collection, by number."""
    account, now, zone = entry.runtime_data, time.time(), dt_util.get_default_time_zone()
    fine = {ask["what"]: ask["granularity"] for ask in data["asks"]}
    for member in account[Collections].members(data["collection"]):
        of_member = account[Following].series.get(member.jid, {})
        facts: list[SeriesFacts] = []
        expected: list[Expected] = []
        for what, publication in member.gives.items():
            if what == SITE:
                continue
            series = of_member.get(publication)
            one = _facts(member, series, YEAR if what == What.PER_AREA else fine.get(what, YEAR))
            facts.append(one)
            if series is not None and what != What.PER_AREA:
                statistic_id = statistic_shown(hass, member, series)
                expected.append(expected_of(statistic_id, one.granularity, one.since, now, zone))
        is_known = account.trust.standing(member.jid) is not Standing.UNKNOWN
        state, lacks = worst_of(facts, now, zone, is_known=is_known)
        score = member.data.get("score")
        if score is not None and not facts:
            # Of a challenge nothing else need be given.
            state = GivingState.UP_TO_DATE
        yield MemberRow(
            member,
            state,
            # What a member gives beside is no matter while nothing has come.
            lacks or (None if state is GivingState.WAITING else _of_collection(member, data)),
            max(
                (at for one in facts if (at := until_of(one, zone)) is not None),
                default=None if score is None else score["at"],
            ),
            expected,
        )


def _facts(member: Member, series: Series | None, granularity: str) -> SeriesFacts:
    """Return what is known of a series that a member gives."""
    since = member.data["joined"]
    if series is None:
        return SeriesFacts(granularity, since)
    follower = series.follower
    return SeriesFacts(
        granularity if granularity == YEAR else series.description.granularity,
        since,
        series.status,
        newest_of(series),
        follower.heard_at,
        follower.grant.said,
    )


def _of_collection(member: Member, data: CollectionData) -> Lacking | None:
    """Return what lacks a member of whom readings come."""
    if not has_agreed(member.data, data):
        return Lacking(Lack.CHARTER, data["charter_at"])
    asked = {ask["what"] for ask in data["asks"]}
    if What.PRODUCTION in asked and What.PRODUCTION not in member.gives:
        return Lacking(Lack.NO_PRODUCTION, member.data["joined"])
    return None


def _entities_of(hass: HomeAssistant, entry: AccountConfigEntry) -> Mapping[str, list[str]]:
    """Return the entities of each owner of series."""
    found: dict[str, list[str]] = {}
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        found.setdefault(entity.unique_id.partition("_")[0], []).append(entity.entity_id)
    return found
