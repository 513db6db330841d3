"""The commands by which administrators answer a collection's link, take part and leave."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
import time
from typing import Any

from homeassistant.components.websocket_api import async_register_command
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from slixmpp import JID
import voluptuous as vol

from ...commands import Answer, Asked, Refused, command
from ...const import CONF_KIND, DOMAIN, Kind
from ...history.summary import Summary
from ...moments import local, local_iso
from ...protocol.collecting.challenge import challenge_data, has_team
from ...protocol.collecting.collection import MAX_NAME, SITE, Ask, CollectionSheet, charter_digest
from ...protocol.errors import LinkRefused, NotShareable, ParticipationRefused
from ...protocol.model import BareJid, Granularity, PublicationId
from ...protocol.sheet import SiteSheet
from ...protocol.term import GrantData, Phase, changed, term_of
from ...protocol.wishes import YEAR, What, what_of
from ...sheets import async_sheets
from ..account import AccountConfigEntry, account_asked
from ..config import (
    AGED_PURPOSES,
    CONF_FORWARD,
    CONF_PUBLICATIONS,
    CONF_PURPOSE,
    CONF_RETENTION,
    CONF_SINCE,
    CONF_UNTIL,
    EnteredData,
    ParticipationData,
    PublicationData,
    SiteData,
    participation_data,
    participations_of,
    publication_data,
    publications_of,
)
from ..consent.policy import Policy
from ..consent.told import ToldGrants
from ..participating.participations import (
    Failure,
    Participations,
    is_another_challenge,
    is_another_charter,
    sheet_of,
)
from ..publish.direction import FLOWING_UNITS
from ..store import OfferData, TakenPart
from .grant_form import check_until, grants_of
from .notice import async_noticed
from .publication import Chosen, is_named, publication_for
from .share import (
    AGE_NEEDED,
    NOTICE,
    Choice,
    all_choices,
    async_chosen,
    async_told,
    day,
    find_choice,
)
from .words import Words, async_words

NO_SUCH = "no_such_collection"

TOLD_OF_SITE = ["kind", "floor_area", "heating", "people"]
"""What of a home's sheet a collection asks for; the kind stands in each sheet."""

TOLD_OF_CHOICE = ("id", "title", "entity_id", "statistic_id", "unit", "live_entity_id")

type ShareableRow = tuple[Choice, dict[str, Any]]
"""Something that can be shared, and what is told of it."""


@callback
def async_register_participations(hass: HomeAssistant) -> None:
    """Register the commands."""
    for each in (_offers, _open, _join, _decline, _leave, _agree):
        async_register_command(hass, each)


@command("collection_offers", {vol.Optional("language"): str})
async def _offers(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer which collections wait for an answer, and in which this home takes part."""
    return await _answer(hass, asked)


@command(
    "open_collection",
    {vol.Required("entry_id"): str, vol.Required("link"): str, vol.Optional("language"): str},
)
async def _open(hass: HomeAssistant, asked: Asked) -> Answer:
    """Have the sheet of a link asked for; answer the same, and the offer's id."""
    entry = account_asked(hass, asked, NO_SUCH)
    try:
        offer_id = entry.runtime_data[Participations].open(asked["link"])
    except LinkRefused as refusal:
        raise Refused(refusal.key) from refusal
    told = await _answer(hass, asked)
    return told | {"offer_id": offer_id}


@command(
    "join_collection",
    {
        vol.Required("offer_id"): str,
        vol.Required("gives"): {
            vol.In([str(what) for what in What]): str,
            vol.Optional(SITE): bool,
        },
        vol.Required("name"): vol.All(str, str.strip, vol.Length(max=MAX_NAME)),
        vol.Required("until"): day,
        vol.Required("charter_id"): str,
        vol.Optional("is_of_age", default=False): bool,
        vol.Optional("is_shown", default=False): bool,
        vol.Optional("language"): str,
        vol.Optional("team", default=0): vol.All(int, vol.Range(min=0)),
    },
)
async def _join(hass: HomeAssistant, asked: Asked) -> Answer:
    """Take part, and give what was pressed; answer the same, and the id of the participation."""
    try:
        subentry_id = await _async_join(hass, asked)
    except (Refused, NotShareable, ParticipationRefused) as refusal:
        raise Refused(refusal.key) from refusal
    told = await _answer(hass, asked)
    return told | {"subentry_id": subentry_id}


@command("decline_collection", {vol.Required("offer_id"): str, vol.Optional("language"): str})
async def _decline(hass: HomeAssistant, asked: Asked) -> Answer:
    """Forget an offer: nobody is told; answer the same."""
    entry, _ = _offer(hass, asked["offer_id"])
    entry.runtime_data[Participations].decline(asked["offer_id"])
    return await _answer(hass, asked)


@command("leave_collection", {vol.Required("subentry_id"): str, vol.Optional("language"): str})
async def _leave(hass: HomeAssistant, asked: Asked) -> Answer:
    """Take part no more: all is withdrawn; answer the same."""
    entry = _taking_part(hass, asked["subentry_id"])
    entry.runtime_data[Participations].leave(asked["subentry_id"])
    return await _answer(hass, asked)


@command(
    "agree_charter",
    {
        vol.Required("subentry_id"): str,
        vol.Required("charter_id"): str,
        vol.Optional("challenge"): vol.Maybe(dict),
        vol.Optional("language"): str,
    },
)
async def _agree(hass: HomeAssistant, asked: Asked) -> Answer:
    """Agree to a new charter or challenge: what is given stays what it was; answer the same."""
    entry = _taking_part(hass, asked["subentry_id"])
    participations = entry.runtime_data[Participations]
    sheet = sheet_of(participations.taken[asked["subentry_id"]]["sheet"])
    if sheet is None or asked["charter_id"] != _charter_id(sheet):
        raise Refused("charter_changed")
    try:
        participations.agree(asked["subentry_id"], sheet.charter_version, asked.get("challenge"))
    except ParticipationRefused as refusal:
        raise Refused(refusal.key) from refusal
    return await _answer(hass, asked)


# Taking part


async def _async_join(hass: HomeAssistant, asked: dict[str, Any]) -> str:
    """Make the series, where there are none, and the participation; return its id.

    Nothing is waited for between these, so that all are written at once or nothing is. Raises
    Refused, NotShareable or ParticipationRefused if it may not be.
    """
    entry, offer = _offer(hass, asked["offer_id"])
    if (sheet := sheet_of(offer["sheet"])) is None:
        raise Refused(Failure.NO_ANSWER)
    tells_site = asked["gives"].pop(SITE, False)
    site = _site_told(hass, sheet, asked["gives"]) if tells_site else None
    if not asked["gives"] and sheet.challenge is None:
        raise Refused("nothing_given")
    if asked["charter_id"] != _charter_id(sheet):
        raise Refused("charter_changed")
    needed = {ask.what for ask in sheet.asks if ask.is_needed}
    if not needed <= asked["gives"].keys() | ({SITE} if tells_site else set()):
        raise Refused("needed_missing")
    if sheet.purpose in AGED_PURPOSES and not asked["is_of_age"]:
        raise Refused(AGE_NEEDED)
    if not has_team(sheet.challenge, asked["team"]):
        raise Refused("no_team")
    if errors := _until_errors(asked["until"], sheet):
        raise Refused(errors)
    asks = {ask.what: ask for ask in sheet.asks}
    # Who is a number and nothing else gives series that are called after no home or device.
    is_nameless = not asked["name"]
    chosen = {
        what: await _async_chosen(hass, asks.get(what), choice_id, is_nameless=is_nameless)
        for what, choice_id in asked["gives"].items()
    }
    terms = {
        CONF_UNTIL: asked["until"],
        CONF_PURPOSE: sheet.purpose,
        CONF_RETENTION: sheet.retention_days,
        CONF_FORWARD: False,
    }
    several = [_grant(asks[what], terms, sheet, is_of_age=asked["is_of_age"]) for what in chosen]
    several = await async_noticed(hass, NOTICE, several, [], asked.get("language"))
    # Meanwhile it may have been answered, or its link opened once more.
    entry, offer = _offer(hass, asked["offer_id"])
    if sheet_of(offer["sheet"]) != sheet:
        raise Refused("charter_changed")
    gives: dict[str, PublicationId] = {}
    grants: list[GrantData] = []
    for (what, one), grant in zip(chosen.items(), several, strict=True):
        # One series of the home tells its sheet, and no other.
        tells = site if SITE not in gives and what != What.PER_AREA else None
        fits = _fits(what, tells, is_nameless=is_nameless)
        gives[what] = publication_for(hass, entry, one, fits, tells, is_nameless=is_nameless)
        grants.append(changed(grant, publication=gives[what]))
        if tells is not None:
            gives[SITE] = gives[what]
    return entry.runtime_data[Participations].join(
        asked["offer_id"],
        gives,
        grants,
        asked["name"],
        sheet.charter_version,
        entered=_entered(sheet, asked),
        is_shown=asked["is_shown"],
    )


def _entered(sheet: CollectionSheet, asked: dict[str, Any]) -> EnteredData | None:
    """Return what is agreed to of a challenge; None: there is none."""
    if sheet.challenge is None:
        return None
    return EnteredData(
        team=asked["team"],
        challenge=challenge_data(sheet.challenge),
        until=asked["until"],
        is_of_age=asked["is_of_age"],
    )


def _site_told(hass: HomeAssistant, sheet: CollectionSheet, gives: Mapping[str, str]) -> SiteData:
    """Return what a series is to tell of the home; raises Refused."""
    if SITE not in {ask.what for ask in sheet.asks}:
        raise Refused("not_asked")
    if (known := _home_sheet(hass)) is None:
        raise Refused("no_sheet")
    if not {What.CONSUMPTION, What.PRODUCTION} & gives.keys():
        raise Refused("site_needs_series")
    return SiteData(entry_id=known[0], tells_commune=False, only=TOLD_OF_SITE)


def _until_errors(until: str, sheet: CollectionSheet) -> str:
    """Return why a last day cannot be; empty: it can."""
    if errors := check_until({CONF_UNTIL: until}):
        return errors[CONF_UNTIL]
    return "end_after_collection" if date.fromisoformat(until) > _last_day(sheet) else ""


def _last_day(sheet: CollectionSheet) -> date:
    return local(sheet.until - 1.0).date()


async def _async_chosen(
    hass: HomeAssistant, ask: Ask | None, choice_id: str, *, is_nameless: bool
) -> Chosen:
    """Return what answers an ask, as fine as it is asked; raises Refused or NotShareable."""
    words = await async_words(hass)
    choice = find_choice(hass, choice_id, words)
    if ask is None or choice.is_of_a_year != (ask.what == What.PER_AREA):
        raise Refused("not_asked")
    chosen = await async_chosen(hass, choice, ask.granularity)
    if is_nameless:
        chosen = replace(chosen, title=words[f"share_what.options.{ask.what}"])
    # What its household gives for consumption is consumption, whatever its name says.
    return chosen if choice.is_of_a_year else replace(chosen, direction=ask.what)


def _grant(
    ask: Ask, terms: dict[str, Any], sheet: CollectionSheet, *, is_of_age: bool
) -> GrantData:
    """Return what is granted of what is asked, but for the series."""
    past: dict[str, Any] = {}
    if ask.past_days:
        past[CONF_SINCE] = (dt_util.now().date() - timedelta(days=ask.past_days)).isoformat()
    (grant,) = grants_of(terms | past | {CONF_PUBLICATIONS: [""]}, [])
    if term_of(grant).until > sheet.until:
        # The last day of one zone may be longer than that of another.
        grant = changed(grant, until=dt_util.utc_from_timestamp(sheet.until).isoformat())
    if is_of_age and sheet.purpose in AGED_PURPOSES:
        grant = changed(grant, is_of_age=True)
    return grant


def _fits(
    what: str, site: SiteData | None, *, is_nameless: bool
) -> Callable[[PublicationData], bool]:
    """Return whether a series that is there is what is given, and tells no more of the home."""

    def fits(data: PublicationData) -> bool:
        is_index = data["measurement"].get("aggregation") == Summary.LAST
        told = data.get("site") or None
        is_as_named = is_named(data) is not is_nameless
        return (
            what_of(data["measurement"]) == what and told == site and is_as_named and not is_index
        )

    return fits


# What is answered


async def _answer(hass: HomeAssistant, asked: dict[str, Any]) -> dict[str, Any]:
    words = await async_words(hass, asked.get("language"))
    entries = list(accounts(hass))
    is_asked = any(offer["sheet"] for entry in entries for offer in _offers_of(entry).values())
    rows = await _async_rows(hass, words) if is_asked else []
    return {
        "accounts": [{"entry_id": entry.entry_id, "title": entry.title} for entry in entries],
        "offers": [
            _offer_told(hass, entry, offer_id, offer, rows)
            for entry in entries
            for offer_id, offer in _offers_of(entry).items()
        ],
        "participations": [
            _participation_told(hass, entry, subentry, taken)
            for entry in entries
            for subentry, taken in taken_part(entry)
        ],
    }


def accounts(hass: HomeAssistant) -> Iterator[AccountConfigEntry]:
    """Yield the sharing accounts that run."""
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        if entry.data[CONF_KIND] == Kind.ACCOUNT:
            yield entry


def _offers_of(entry: AccountConfigEntry) -> dict[str, OfferData]:
    return entry.runtime_data[Participations].offers


def _offer(hass: HomeAssistant, offer_id: str) -> tuple[AccountConfigEntry, OfferData]:
    """Return an offer, and whose it is; raises Refused."""
    for entry in accounts(hass):
        if (offer := _offers_of(entry).get(offer_id)) is not None:
            return entry, offer
    raise Refused(NO_SUCH)


def _taking_part(hass: HomeAssistant, subentry_id: str) -> AccountConfigEntry:
    """Return the account that takes part in something; raises Refused."""
    for entry in accounts(hass):
        if subentry_id in participations_of(entry):
            return entry
    raise Refused(NO_SUCH)


async def _async_rows(hass: HomeAssistant, words: Words) -> list[ShareableRow]:
    """Return what may answer an ask: of the sites first, then any sensor of energy or power."""
    rows: list[ShareableRow] = []
    for choice in all_choices(hass, words):
        state = hass.states.get(choice.by_periods or choice.live or "")
        unit = None if state is None else state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
        if choice.is_of_a_year or unit in FLOWING_UNITS:
            rows.append((choice, await async_told(hass, choice)))
    return rows


def _choices_of(ask: Ask, rows: list[ShareableRow]) -> list[dict[str, Any]]:
    """Return what may answer one ask, as fine as it is asked."""
    return [
        {key: told[key] for key in TOLD_OF_CHOICE}
        for choice, told in rows
        if (
            choice.is_of_a_year
            if ask.what == What.PER_AREA
            else told["direction"] == ask.what
            and not choice.is_of_a_year
            and choice.entity(Granularity(ask.granularity))
        )
    ]


def _offer_told(
    hass: HomeAssistant,
    entry: AccountConfigEntry,
    offer_id: str,
    offer: OfferData,
    rows: list[ShareableRow],
) -> dict[str, Any]:
    sheet, failed = sheet_of(offer["sheet"]), offer["failed"]
    state = "ready" if sheet is not None else "asking"
    if sheet is None and failed not in (None, Failure.NO_ANSWER):
        state = "failed"
    return {
        "offer_id": offer_id,
        "entry_id": entry.entry_id,
        "account": entry.title,
        "organiser": organiser(offer["name"], offer["jid"]),
        "title": offer["title"] if sheet is None else sheet.title,
        "state": state,
        "failed": failed if state == "failed" else None,
        # No sheet is taken but of the key that is in the link.
        "verified": sheet is not None,
        "at": local_iso(offer["at"]),
        "sheet": None if sheet is None else _sheet_told(hass, sheet, rows),
    }


def _sheet_told(
    hass: HomeAssistant, sheet: CollectionSheet, rows: list[ShareableRow]
) -> dict[str, Any]:
    return {
        "title": sheet.title,
        "reason": sheet.reason,
        "purpose": sheet.purpose,
        "responsible": sheet.responsible,
        "contact": sheet.contact,
        "until": local_iso(sheet.until),
        "retention_days": sheet.retention_days,
        "gives": [one.title for one in sheet.gives],
        **_charter_told(sheet),
        "members": sheet.members,
        "expected": sheet.expected,
        "needs_age": sheet.purpose in AGED_PURPOSES,
        **_challenge_told(sheet),
        "asks": [
            {
                "what": ask.what,
                "granularity": ask.granularity,
                "past_days": ask.past_days,
                "needed": ask.is_needed,
                "choices": [] if ask.what == SITE else _choices_of(ask, rows),
                "site": _site_shown(hass) if ask.what == SITE else None,
            }
            for ask in sheet.asks
        ],
    }


def _challenge_told(sheet: CollectionSheet) -> dict[str, Any]:
    return {"challenge": None if sheet.challenge is None else challenge_data(sheet.challenge)}


def _charter_id(sheet: CollectionSheet) -> str:
    """Return what stands for a charter as it was read: a press counts for that version and text."""
    return f"{sheet.charter_version}-{charter_digest(sheet.charter)}"


def _charter_told(sheet: CollectionSheet) -> dict[str, Any]:
    return {
        "charter": sheet.charter,
        "charter_id": _charter_id(sheet),
        "charter_version": sheet.charter_version,
        "charter_at": local_iso(sheet.charter_at),
    }


def _home_sheet(hass: HomeAssistant) -> tuple[str, SiteSheet] | None:
    """Return the entry and the sheet of the main home, or else of one that says what it is like."""
    sheets = async_sheets(hass)
    main = [entry_id for entry_id, one in sheets.measured() if one.is_main]
    homes = [
        entry.entry_id
        for entry in hass.config_entries.async_entries(DOMAIN)
        if entry.data[CONF_KIND] == Kind.HOME
    ]
    for entry_id in (*main[:1], *homes):
        sheet = sheets.of(entry_id)
        if sheet is not None and (sheet.floor_area or sheet.heating):
            return entry_id, sheet
    return None


def _site_shown(hass: HomeAssistant) -> dict[str, Any] | None:
    if (known := _home_sheet(hass)) is None:
        return None
    entry_id, sheet = known
    home = hass.config_entries.async_get_entry(entry_id)
    return {
        "title": "" if home is None else home.title,
        "floor_area": sheet.floor_area,
        "heating": sheet.heating,
        "people": sheet.people,
    }


def organiser(name: str, jid: str) -> str:
    """Return what an organiser is called: as its link says, or by its address."""
    return name or JID(jid).local


def taken_part(entry: AccountConfigEntry) -> Iterator[tuple[ConfigSubentry, TakenPart]]:
    """Yield what an account takes part in, and what its organisers said."""
    taken = entry.runtime_data[Participations].taken
    for subentry_id, subentry in participations_of(entry).items():
        # One that is just added is not applied yet.
        if subentry_id in taken:
            yield subentry, taken[subentry_id]


def new_charter(subentry: ConfigSubentry, taken: TakenPart) -> CollectionSheet | None:
    """Return the sheet that the household has not agreed to: its charter, or its challenge.

    None: there is none.
    """
    sheet, data = sheet_of(taken["sheet"]), participation_data(subentry)
    if sheet is None:
        return None
    is_new = is_another_charter(data, sheet) or is_another_challenge(data, sheet)
    return sheet if is_new else None


def _participation_told(
    hass: HomeAssistant, entry: AccountConfigEntry, subentry: ConfigSubentry, taken: TakenPart
) -> dict[str, Any]:
    data = participation_data(subentry)
    sheet = sheet_of(taken["sheet"])
    terms = [term_of(grant).until for grant in data["grants"]]
    part = entry.runtime_data[Participations].challenges().get(subentry.subentry_id)
    if part is not None:
        terms.append(part.until)
    until = min(terms, default=None if sheet is None else sheet.until)
    is_over = until is not None and until <= time.time()
    new = new_charter(subentry, taken)
    return {
        "subentry_id": subentry.subentry_id,
        "entry_id": entry.entry_id,
        "account": entry.title,
        "title": subentry.title,
        "organiser": organiser(taken["name"], data["jid"]),
        "number": taken["number"],
        "name": data["name"],
        "is_shown": data.get("is_shown", False),
        "joined": local_iso(taken["at"]),
        "until": local_iso(until),
        "state": "over" if is_over else "waiting" if taken["number"] is None else "in",
        "charter_version": data["charter_version"],
        "asks_again": None if new is None else _asked_again(new, data),
        "challenge": None if part is None else challenge_data(part.challenge),
        "team": None if part is None else part.team or None,
        "gives": _gives_told(hass, entry, data),
        "receives": [] if sheet is None else [one.title for one in sheet.gives],
        "notes": [
            {"text": note["text"], "at": local_iso(note["at"])} for note in reversed(taken["notes"])
        ],
    }


def _asked_again(sheet: CollectionSheet, data: ParticipationData) -> dict[str, Any]:
    agreed = data["entered"]["challenge"] if "entered" in data else None
    told = {"challenge_agreed": agreed, "is_charter": is_another_charter(data, sheet)}
    return _charter_told(sheet) | _challenge_told(sheet) | told


def _gives_told(
    hass: HomeAssistant, entry: AccountConfigEntry, data: ParticipationData
) -> list[dict[str, Any]]:
    publications = publications_of(entry)
    grants = {grant["publication"]: grant for grant in data["grants"]}
    told = []
    for what, publication in data["gives"].items():
        series, grant = publications.get(publication), grants.get(publication)
        granularity = YEAR if what == What.PER_AREA else ""
        if series is not None and what not in (What.PER_AREA, SITE):
            granularity = publication_data(series)["granularity"]
        state = "missing"
        if series is not None and grant is not None:
            state = _state_of(entry, data["jid"], grant)
        site = _site_shown(hass) if what == SITE else None
        title = "" if series is None else series.title
        told.append(
            {
                "what": what,
                "title": title if site is None else site["title"],
                "granularity": granularity,
                "publication": publication,
                "state": state,
            }
        )
    return told


def _state_of(entry: AccountConfigEntry, jid: BareJid, grant: GrantData) -> str:
    """Return what a grant lets through now, `waiting` while the organiser has not said it knows."""
    account, publication = entry.runtime_data, grant["publication"]
    phase = account[Policy].phase(publication, term_of(grant))
    if phase is Phase.ACTIVE and not account[ToldGrants].is_seen(jid, publication):
        return "waiting"
    return str(phase)
