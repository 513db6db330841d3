"""The commands by which administrators follow the collections that they organise."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import time
from typing import Any

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import (
    async_response,
    require_admin,
    websocket_command,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...const import DOMAIN
from ...moments import local_iso
from ...protocol.collection import MAX_NOTE, SITE
from ...protocol.stamps import parse_stamp
from ...protocol.wishes import YEAR, What
from ..account import AccountConfigEntry
from ..collecting.member_list import ListRefused, matched, read_list, renewed
from ..collecting.member_states import (
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
from ..config import CollectionData, collection_data, collections_of, home_name
from ..consent.members import Member
from ..follow.given import statistic_of
from ..follow.series import Series
from ..store import SOON, ExpectedData, ListData
from ..trust.peers import Standing
from .invitations import picture
from .participations import NO_SUCH, accounts, refused
from .words import async_words

LANGUAGES = ("fr", "en")
"""In which there is a text to send: whoever is asked may not speak as the household does."""


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
    for command in (_collections, _note, _import, _match, _remove, _renew):
        async_register_command(hass, command)


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/collections",
        vol.Optional("only_titles", default=False): bool,
        vol.Optional("language"): str,
    }
)
@require_admin
@async_response
async def _collections(
    hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
) -> None:
    """Answer what is organised here, who takes part and how each member is, or titles alone."""
    answer = _titles(hass) if message["only_titles"] else await _answer(hass)
    connection.send_result(message["id"], answer)


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/collection_note",
        vol.Required("subentry_id"): str,
        vol.Required("numbers"): [int],
        vol.Required("text"): vol.All(str, str.strip, vol.Length(1, MAX_NOTE)),
    }
)
@require_admin
@callback
def _note(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
    """Write a few words to members; answer to how many they went."""
    entry, subentry = _organised(hass, message["subentry_id"])
    told = entry.runtime_data.collections.note(
        collection_data(subentry)["collection"], set(message["numbers"]), message["text"]
    )
    connection.send_result(message["id"], {"told": told})


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/import_members",
        vol.Required("subentry_id"): str,
        vol.Required("text"): str,
        vol.Optional("language"): str,
    }
)
@require_admin
@async_response
async def _import(
    hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
) -> None:
    """Take a list of who is expected for the one before; answer all, and what was taken of it."""
    entry, subentry = _organised(hass, message["subentry_id"])
    collection = collection_data(subentry)["collection"]
    try:
        found = read_list(message["text"])
    except ListRefused as refusal:
        raise refused(refusal.key) from refusal
    rows = renewed(found.rows, _rows_of(entry, collection))
    _keep_list(entry, collection, ListData(at=time.time(), rows=rows))
    connection.send_result(
        message["id"],
        {
            **await _answer(hass),
            "rows": len(rows),
            "matched": len(_matched(entry, collection)),
            "refused": [{"row": line, "reason": reason} for line, reason in found.refused],
        },
    )


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/match_member",
        vol.Required("subentry_id"): str,
        vol.Required("row"): vol.All(int, vol.Range(min=0)),
        vol.Optional("number"): int,
        vol.Optional("language"): str,
    }
)
@require_admin
@async_response
async def _match(
    hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
) -> None:
    """Say which member a row of the list is, or that it is none; answer all."""
    entry, subentry = _organised(hass, message["subentry_id"])
    collection, row = collection_data(subentry)["collection"], message["row"]
    members = {
        member.number: member.jid for member in entry.runtime_data.collections.members(collection)
    }
    number, rows = message.get("number"), _rows_of(entry, collection)
    if row >= len(rows) or (number is not None and number not in members):
        raise refused(NO_SUCH)
    jid = None if number is None else members[number]
    for one in rows:
        if one["address"] == jid:
            one["address"] = None
    rows[row]["address"] = jid
    _keep_list(entry, collection, entry.runtime_data.store.data["expected"][collection])
    connection.send_result(message["id"], await _answer(hass))


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/remove_member",
        vol.Required("subentry_id"): str,
        vol.Required("number"): int,
        vol.Optional("language"): str,
    }
)
@require_admin
@async_response
async def _remove(
    hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
) -> None:
    """Send a member away, and erase what came of it; answer all."""
    entry, subentry = _organised(hass, message["subentry_id"])
    collection = collection_data(subentry)["collection"]
    try:
        entry.runtime_data.collections.remove(collection, message["number"])
    except KeyError as error:
        raise refused(NO_SUCH) from error
    connection.send_result(message["id"], await _answer(hass))


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/renew_collection_link",
        vol.Required("subentry_id"): str,
        vol.Optional("language"): str,
    }
)
@require_admin
@async_response
async def _renew(
    hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
) -> None:
    """Let the link be another: who has come stays; answer all."""
    entry, subentry = _organised(hass, message["subentry_id"])
    entry.runtime_data.collections.renew(subentry)
    connection.send_result(message["id"], await _answer(hass))


def _organised(hass: HomeAssistant, subentry_id: str) -> tuple[AccountConfigEntry, ConfigSubentry]:
    """Return a collection and its account; raises ServiceValidationError."""
    for entry in accounts(hass):
        if (subentry := collections_of(entry).get(subentry_id)) is not None:
            return entry, subentry
    raise refused(NO_SUCH)


# The list of who is expected


def _rows_of(entry: AccountConfigEntry, collection: str) -> list[ExpectedData]:
    listed = entry.runtime_data.store.data["expected"].get(collection)
    return [] if listed is None else listed["rows"]


def _keep_list(entry: AccountConfigEntry, collection: str, listed: ListData) -> None:
    store = entry.runtime_data.store
    store.data["expected"][collection] = listed
    store.save_within(SOON)


def _matched(entry: AccountConfigEntry, collection: str) -> dict[Any, int]:
    members = entry.runtime_data.collections.members(collection)
    return matched(_rows_of(entry, collection), {one.jid: one.data for one in members})


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
    collections = account.collections
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
        "gives": list(sheet.gives),
        "asks": [
            {
                "what": ask.what,
                "granularity": ask.granularity,
                "past_days": ask.past_days,
                "needed": ask.is_needed,
            }
            for ask in sheet.asks
        ],
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
                "lacks": None
                if one.lacks is None
                else {"reason": one.lacks.reason, "since": local_iso(one.lacks.since)},
                "charter_version": one.member.data["charter"],
                "gives": list(one.member.gives),
                "entities": entities.get(one.member.owner, []),
            }
            for one in shown
        ],
        "absent": [
            {"row": at, "number": row["number"], "name": row["name"], "shares": row["shares"]}
            for at, row in enumerate(rows)
            if at not in known
        ],
    }


def _shown(
    hass: HomeAssistant, entry: AccountConfigEntry, data: CollectionData
) -> Iterator[MemberRow]:
    """Yield the members of a collection, by number."""
    account, now, zone = entry.runtime_data, time.time(), dt_util.get_default_time_zone()
    fine = {ask["what"]: ask["granularity"] for ask in data["asks"]}
    for member in account.collections.members(data["collection"]):
        of_member = account.series.get(member.jid, {})
        facts: list[SeriesFacts] = []
        expected: list[Expected] = []
        for what, publication in member.gives.items():
            if what == SITE:
                continue
            series = of_member.get(publication)
            one = _facts(member, series, YEAR if what == What.PER_AREA else fine.get(what, YEAR))
            facts.append(one)
            if series is not None and what != What.PER_AREA:
                statistic_id = statistic_of(hass, member, series)
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
    last = None if follower.latest is None else follower.latest.time
    if last is None and series.progress.first is not None and follower.last_item is not None:
        # After a start, until the node was read.
        last = parse_stamp(follower.last_item)
    return SeriesFacts(
        granularity if granularity == YEAR else series.description.granularity,
        since,
        series.status,
        last,
        follower.heard_at,
        follower.grant.said,
    )


def _of_collection(member: Member, data: CollectionData) -> Lacking | None:
    """Return what lacks a member of whom readings come."""
    if member.data["charter"] < data["charter_version"]:
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
