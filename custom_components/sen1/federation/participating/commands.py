"""The commands by which administrators answer a collection's link, take part and leave."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
import time
from typing import Any

from homeassistant.components.websocket_api.const import WebSocketCommandHandler
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant
from homeassistant.helpers.typing import VolDictType
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...commands import DAY_TEXT, Answer, Asked, Refused, command
from ...history.summary import Summary
from ...moments import local_iso
from ...protocol.collecting.challenge import challenge_data
from ...protocol.collecting.collection import MAX_NAME, SITE, Ask, CollectionSheet
from ...protocol.errors import ExplainedError
from ...protocol.model import BareJid, Granularity, PublicationId
from ...protocol.term import GrantData, Phase, changed, term_of
from ...protocol.wishes import YEAR, What, what_of
from ..config import (
    AGED_PURPOSES,
    ParticipationData,
    PublicationData,
    SiteData,
    participation_data,
    participations_of,
    publication_data,
    publications_of,
)
from ..consent.granting import grants_of
from ..consent.notice import async_noticed
from ..consent.policy import Policy
from ..own_words import charter_in, in_words
from ..publish.choices import NOTICE, Choice, all_choices, async_chosen, async_told, find_choice
from ..publish.direction import FLOWING_UNITS
from ..publish.new_series import Chosen, is_named, publication_for
from ..running import NO_SUCH_COLLECTION, RunningEntry, Words, account_asked, accounts, async_words
from ..talk.told import ToldGrants
from .joining import Joining, charter_id, is_another_charter, is_asked_again
from .kept import OfferData, TakenPart, organiser_of, sheet_of
from .offers import Failure, Offers
from .own_challenges import OwnChallenges
from .own_site import site_shown, site_told
from .participations import Participations

TOLD_OF_CHOICE = ("id", "title", "entity_id", "statistic_id", "unit", "live_entity_id")

TOLD_OF_SHEET = (
    *("title", "reason", "purpose", "responsible", "contact"),
    *("retention_days", "members", "expected"),
)

type PressAct = Callable[[HomeAssistant, Asked], Awaitable[dict[str, str]]]

type ShareableRow = tuple[Choice, dict[str, Any]]
"""Something that can be shared, and what is told of it."""


def _answering(name: str, fields: VolDictType) -> Callable[[PressAct], WebSocketCommandHandler]:
    """Make a command that answers all there is, and beside it what the act returns."""

    def make(act: PressAct) -> WebSocketCommandHandler:
        @command(name, {**fields})
        async def answer(hass: HomeAssistant, asked: Asked) -> Answer:
            try:
                told = await act(hass, asked)
            except (Refused, ExplainedError) as refusal:
                raise Refused(refusal.key) from refusal
            return await _answer(hass, asked) | told

        return answer

    return make


@_answering("collection_offers", {})
async def _offers(_hass: HomeAssistant, _asked: Asked) -> dict[str, str]:
    """Answer which collections wait for an answer, and in which this home takes part."""
    return {}


@_answering("open_collection", {vol.Required("entry_id"): str, vol.Required("link"): str})
async def _open(hass: HomeAssistant, asked: Asked) -> dict[str, str]:
    """Have the sheet of a link asked for; answer the same, and the offer's id."""
    offers = account_asked(hass, asked, NO_SUCH_COLLECTION).runtime_data[Offers]
    return {"offer_id": offers.open(asked["link"])}


@_answering(
    "join_collection",
    {
        vol.Required("offer_id"): str,
        vol.Required("gives"): {
            vol.In([str(what) for what in What]): str,
            vol.Optional(SITE): bool,
        },
        vol.Required("name"): vol.All(str, str.strip, vol.Length(max=MAX_NAME)),
        vol.Required("until"): DAY_TEXT,
        vol.Required("charter_id"): str,
        vol.Optional("is_of_age", default=False): bool,
        vol.Optional("is_shown", default=False): bool,
        vol.Optional("team", default=0): vol.All(int, vol.Range(min=0)),
    },
)
async def _join(hass: HomeAssistant, asked: Asked) -> dict[str, str]:
    """Take part, and give what was pressed; answer the same, and the id of the participation.

    The series, where there are none, and the participation are made with nothing waited for in
    between, so that all are written at once or nothing is.
    """
    entry, offer = _offer(hass, asked["offer_id"])
    if (sheet := sheet_of(offer["sheet"])) is None:
        raise Refused(Failure.NO_ANSWER)
    wanted = asked["gives"]
    site = site_told(hass, sheet, wanted) if wanted.pop(SITE, False) else None
    if not wanted and sheet.challenge is None:
        raise Refused("nothing_given")
    agreed = ("charter_id", "until", "name", "is_shown", "is_of_age", "team")
    joining = Joining(**{key: asked[key] for key in agreed})
    joining.check(sheet, wanted.keys() | ({SITE} if site else set()))
    asks = {ask.what: ask for ask in sheet.asks}
    # Who is a number and nothing else gives series that are called after no home or device.
    is_nameless = not joining.name
    chosen = {
        what: await _async_chosen(hass, asks[what], choice_id, is_nameless=is_nameless)
        for what, choice_id in wanted.items()
    }
    several = [_grant(asks[what], sheet, joining) for what in chosen]
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
        fits = partial(_fits, what, tells, is_nameless=is_nameless)
        gives[what] = publication_for(hass, entry, one, fits, tells, is_nameless=is_nameless)
        grants.append(changed(grant, publication=gives[what]))
        if tells is not None:
            gives[SITE] = gives[what]
    joined = entry.runtime_data[Participations].join(asked["offer_id"], joining, gives, grants)
    return {"subentry_id": joined}


@_answering("decline_collection", {vol.Required("offer_id"): str})
async def _decline(hass: HomeAssistant, asked: Asked) -> dict[str, str]:
    """Forget an offer: nobody is told; answer the same."""
    entry, _ = _offer(hass, asked["offer_id"])
    entry.runtime_data[Offers].decline(asked["offer_id"])
    return {}


@_answering("leave_collection", {vol.Required("subentry_id"): str})
async def _leave(hass: HomeAssistant, asked: Asked) -> dict[str, str]:
    """Take part no more: all is withdrawn; answer the same."""
    _taking_part(hass, asked["subentry_id"]).leave(asked["subentry_id"])
    return {}


@_answering(
    "agree_charter",
    {
        vol.Required("subentry_id"): str,
        vol.Required("charter_id"): str,
        vol.Optional("challenge"): vol.Maybe(dict),
    },
)
async def _agree(hass: HomeAssistant, asked: Asked) -> dict[str, str]:
    """Agree to a new charter or challenge: what is given stays what it was; answer the same."""
    which = asked["subentry_id"], asked["charter_id"]
    _taking_part(hass, asked["subentry_id"]).agree(*which, asked.get("challenge"))
    return {}


async def _async_chosen(
    hass: HomeAssistant, ask: Ask, choice_id: str, *, is_nameless: bool
) -> Chosen:
    """Return what answers an ask, as fine as it is asked; raises Refused or NotShareable."""
    words = await async_words(hass)
    choice = find_choice(hass, choice_id, words)
    if choice.is_of_a_year != (ask.what == What.PER_AREA):
        raise Refused("not_asked")
    chosen = await async_chosen(hass, choice, ask.granularity)
    if is_nameless:
        chosen = replace(chosen, title=words[f"share_what.options.{ask.what}"])
    # What its household gives for consumption is consumption, whatever its name says.
    return chosen if choice.is_of_a_year else replace(chosen, direction=ask.what)


def _grant(ask: Ask, sheet: CollectionSheet, joining: Joining) -> GrantData:
    """Return what is granted of what is asked, but for the series."""
    terms = {
        "until": joining.until,
        "purpose": sheet.purpose,
        "retention_days": sheet.retention_days,
        "may_forward": False,
        "publications": [""],
    }
    if ask.past_days:
        terms["since"] = (dt_util.now().date() - timedelta(days=ask.past_days)).isoformat()
    (grant,) = grants_of(terms, [])
    if term_of(grant).until > sheet.until:
        # The last day of one zone may be longer than that of another.
        grant = changed(grant, until=dt_util.utc_from_timestamp(sheet.until).isoformat())
    if joining.is_of_age and sheet.purpose in AGED_PURPOSES:
        grant = changed(grant, is_of_age=True)
    return grant


def _fits(what: str, site: SiteData | None, data: PublicationData, *, is_nameless: bool) -> bool:
    """Return whether a series that is there is what is given, and tells no more of the home."""
    measurement = data["measurement"]
    told = what_of(measurement), data.get("site") or None, is_named(data)
    is_index = measurement.get("aggregation") == Summary.LAST
    return told == (what, site, not is_nameless) and not is_index


# What is answered


async def _answer(hass: HomeAssistant, asked: dict[str, Any]) -> dict[str, Any]:
    words = await async_words(hass, asked.get("language"))
    is_asked = any(offer["sheet"] for _, _, offer in _all_offers(hass))
    rows = await _async_rows(hass, words) if is_asked else []
    entries, language = list(accounts(hass)), asked.get("language")
    return {
        "accounts": [{"entry_id": entry.entry_id, "title": entry.title} for entry in entries],
        "offers": [_offer_told(hass, *offer, rows, language) for offer in _all_offers(hass)],
        "participations": [
            _participation_told(hass, entry, subentry, taken, language)
            for entry in entries
            for subentry, taken in entry.runtime_data[Participations].parts()
        ],
    }


def _all_offers(hass: HomeAssistant) -> Iterator[tuple[RunningEntry, str, OfferData]]:
    for entry in accounts(hass):
        for offer_id, offer in entry.runtime_data[Offers].all.items():
            yield entry, offer_id, offer


def _offer(hass: HomeAssistant, offer_id: str) -> tuple[RunningEntry, OfferData]:
    """Return an offer, and whose it is; raises Refused."""
    for entry, known, offer in _all_offers(hass):
        if known == offer_id:
            return entry, offer
    raise Refused(NO_SUCH_COLLECTION)


def _taking_part(hass: HomeAssistant, subentry_id: str) -> Participations:
    """Return what takes part in something; raises Refused."""
    for entry in accounts(hass):
        if subentry_id in participations_of(entry):
            return entry.runtime_data[Participations]
    raise Refused(NO_SUCH_COLLECTION)


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
    entry: RunningEntry,
    offer_id: str,
    offer: OfferData,
    rows: list[ShareableRow],
    language: str | None,
) -> dict[str, Any]:
    sheet, failed = sheet_of(offer["sheet"]), offer["failed"]
    state = "ready" if sheet is not None else "asking"
    if sheet is None and failed not in (None, Failure.NO_ANSWER):
        state = "failed"
    return {
        "offer_id": offer_id,
        "entry_id": entry.entry_id,
        "account": entry.title,
        "organiser": organiser_of(offer),
        "title": offer["title"] if sheet is None else sheet.title,
        "state": state,
        "failed": failed if state == "failed" else None,
        # No sheet is taken but of the key that is in the link.
        "verified": sheet is not None,
        "at": local_iso(offer["at"]),
        "sheet": None if sheet is None else _sheet_told(hass, sheet, rows, language),
    }


def _sheet_told(
    hass: HomeAssistant, sheet: CollectionSheet, rows: list[ShareableRow], language: str | None
) -> dict[str, Any]:
    return {
        **{key: getattr(sheet, key) for key in TOLD_OF_SHEET},
        "until": local_iso(sheet.until),
        "gives": _titles(hass, sheet, language),
        **_agreed_told(hass, sheet, language),
        "needs_age": sheet.purpose in AGED_PURPOSES,
        "asks": [
            {
                **ask.told(),
                "choices": [] if ask.what == SITE else _choices_of(ask, rows),
                "site": site_shown(hass) if ask.what == SITE else None,
            }
            for ask in sheet.asks
        ],
    }


def _titles(hass: HomeAssistant, sheet: CollectionSheet, language: str | None) -> list[str]:
    """Return what comes back, as who looks calls it."""
    return [in_words(hass, one.title, language, one.called) for one in sheet.gives]


def _agreed_told(
    hass: HomeAssistant, sheet: CollectionSheet, language: str | None
) -> dict[str, Any]:
    """Return what is agreed to: the charter, and the challenge if there is one."""
    return {
        "charter": charter_in(hass, sheet.charter, language),
        "charter_id": charter_id(sheet),
        "charter_version": sheet.charter_version,
        "charter_at": local_iso(sheet.charter_at),
        "challenge": None if sheet.challenge is None else challenge_data(sheet.challenge),
    }


def _participation_told(
    hass: HomeAssistant,
    entry: RunningEntry,
    subentry: ConfigSubentry,
    taken: TakenPart,
    language: str | None,
) -> dict[str, Any]:
    data = participation_data(subentry)
    sheet = sheet_of(taken["sheet"])
    terms = [term_of(grant).until for grant in data["grants"]]
    part = entry.runtime_data[OwnChallenges].all().get(subentry.subentry_id)
    if part is not None:
        terms.append(part.until)
    until = min(terms, default=None if sheet is None else sheet.until)
    is_over = until is not None and until <= time.time()
    return {
        "subentry_id": subentry.subentry_id,
        "entry_id": entry.entry_id,
        "account": entry.title,
        "title": subentry.title,
        "organiser": organiser_of(taken),
        "number": taken["number"],
        "name": data["name"],
        "is_shown": data.get("is_shown", False),
        "joined": local_iso(taken["at"]),
        "until": local_iso(until),
        "state": "over" if is_over else "waiting" if taken["number"] is None else "in",
        "charter_version": data["charter_version"],
        "asks_again": _asked_again(hass, sheet, data, language),
        "challenge": None if part is None else challenge_data(part.challenge),
        "team": None if part is None else part.team or None,
        "gives": _gives_told(hass, entry, data, language),
        "receives": [] if sheet is None else _titles(hass, sheet, language),
        "notes": [
            {"text": note["text"], "at": local_iso(note["at"])} for note in reversed(taken["notes"])
        ],
    }


def _gives_told(
    hass: HomeAssistant, entry: RunningEntry, data: ParticipationData, language: str | None
) -> list[dict[str, Any]]:
    """Return what is given to a collection that is taken part in, and how it is with each."""
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
        site = site_shown(hass) if what == SITE else None
        title = "" if series is None else in_words(hass, series.title, language)
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


def _state_of(entry: RunningEntry, jid: BareJid, grant: GrantData) -> str:
    """Return what a grant lets through now, `waiting` while the organiser has not said it knows."""
    account, publication = entry.runtime_data, grant["publication"]
    phase = account[Policy].phase(publication, term_of(grant))
    if phase is Phase.ACTIVE and not account[ToldGrants].is_seen(jid, publication):
        return "waiting"
    return str(phase)


def _asked_again(
    hass: HomeAssistant,
    sheet: CollectionSheet | None,
    data: ParticipationData,
    language: str | None,
) -> dict[str, Any] | None:
    if sheet is None or not is_asked_again(data, sheet):
        return None
    agreed = data["entered"]["challenge"] if "entered" in data else None
    told = {"challenge_agreed": agreed, "is_charter": is_another_charter(data, sheet)}
    return _agreed_told(hass, sheet, language) | told


COMMANDS = (_offers, _open, _join, _decline, _leave, _agree)
