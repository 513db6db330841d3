"""The commands by which administrators invite others by a link."""

from collections.abc import Callable, Iterable
from functools import partial
import time
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from slixmpp import JID
import voluptuous as vol

from ...commands import Answer, Asked, Refused, command
from ...moments import local_iso
from ...protocol.errors import NotShareable, RequestFailed, Unshareable
from ...protocol.limits import MAX_TEXT
from ...protocol.links import picture
from ...protocol.model import Granularity, PublicationId
from ...protocol.term import GrantData, years_later
from ...protocol.terms import PURPOSES
from ...protocol.wishes import MOST_WISHES, YEAR, What, Wish, what_of
from ..config import (
    CONF_JID,
    DEFAULT_RETENTION,
    friends_of,
    home_name,
    lendable_of,
    publication_data,
    publications_of,
)
from ..consent.granting import grants_of
from ..own_words import in_words, key_of
from ..publish.choices import (
    DETAILS,
    NOT_SO_FINE,
    Choice,
    async_chosen,
    choices_of_sites,
    find_choice,
    shared_as,
)
from ..publish.new_series import Chosen, publication_for
from ..running import RunningEntry, Words, account_asked, accounts, async_words
from .invitations import Invitations, TooManyInvitations, first_due
from .kept import Invitation, InvitationState, WishData, state_of

LONGEST_DAYS = 30

POSSIBLE = (
    *(
        Wish(what, granularity)
        for what in (What.CONSUMPTION, What.PRODUCTION)
        for granularity in DETAILS
    ),
    Wish(What.PER_AREA, YEAR),
)
"""What may be asked of whoever is invited."""

ASKS = [
    {
        vol.Required("what"): vol.In([str(what) for what in What]),
        vol.Required("granularity"): vol.In(sorted({wish.granularity for wish in POSSIBLE})),
    }
]

OFFERS = [
    {vol.Required("what"): str, vol.Required("granularity"): vol.In([*map(str, DETAILS), YEAR])}
]

REFUSED = {NOT_SO_FINE: "offer_not_so_fine", Unshareable.NOT_TO_FORWARD: "offer_lent"}
"""Why something is not offered, as the texts have it; else that it cannot be shared."""


type TitleTold = Callable[[ConfigSubentry], dict[str, str]]
"""What tells how a series is called, and how fine it is."""


@command("invitations")
async def _invitations(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer who was invited, and what one may offer and ask for."""
    return await _answer(hass, asked)


@command(
    "invite",
    {
        vol.Required("entry_id"): str,
        vol.Required("label"): vol.All(str, str.strip, vol.Length(1, MAX_TEXT)),
        vol.Required("offers"): OFFERS,
        vol.Optional("series", default=[]): [str],
        vol.Required("asks"): vol.All(ASKS, vol.Length(max=MOST_WISHES)),
        vol.Optional("days", default=7): vol.All(vol.Coerce(int), vol.Range(1, LONGEST_DAYS)),
    },
)
async def _invite(hass: HomeAssistant, asked: Asked) -> Answer:
    """Make an invitation; answer who was invited, and its id."""
    entry = account_asked(hass, asked, "no_such_invitation")
    series = [PublicationId(one) for one in asked["series"]]
    if not lendable_of(entry).keys() >= set(series):
        raise Refused("no_such_invitation")
    chosen = [await _chosen(hass, offer, asked) for offer in asked["offers"]]

    def offers() -> list[GrantData]:
        return _grants([*(publication_for(hass, entry, one) for one in chosen), *series])

    asks = [WishData(what=ask["what"], granularity=ask["granularity"]) for ask in asked["asks"]]
    expires = time.time() + 86_400.0 * asked["days"]
    try:
        made = await entry.runtime_data[Invitations].make(asked["label"], offers, asks, expires)
    except RequestFailed as error:
        raise Refused("server_away") from error
    except TooManyInvitations as error:
        raise Refused("too_many_invitations") from error
    return {**await _answer(hass, asked), "id": made}


@command(
    "take_back_invitation",
    {vol.Required("entry_id"): str, vol.Required("invitation"): str},
)
async def _take_back(hass: HomeAssistant, asked: Asked) -> Answer:
    """Let a link be good for nothing more; answer who was invited."""
    account = account_asked(hass, asked, "no_such_invitation").runtime_data
    try:
        await account[Invitations].take_back(asked["invitation"])
    except KeyError as error:
        raise Refused("no_such_invitation") from error
    return await _answer(hass, asked)


async def _chosen(hass: HomeAssistant, offer: dict[str, str], asked: dict[str, Any]) -> Chosen:
    """Return what is to be offered; what may not be is refused by its name."""
    choice = find_choice(hass, offer["what"], await async_words(hass))
    try:
        return await async_chosen(hass, choice, offer["granularity"])
    except (Refused, NotShareable) as refusal:
        words = await async_words(hass, asked.get("language"))
        title = find_choice(hass, offer["what"], words).title
        key = REFUSED.get(refusal.key, "offer_refused")
        raise Refused(key, title=title) from refusal


def _grants(offers: Iterable[PublicationId]) -> list[GrantData]:
    """Return what whoever comes is granted, as it is decided now: to look at, for a year."""
    said = {
        "publications": list(dict.fromkeys(offers)),
        "until": years_later(dt_util.now().date(), 1).isoformat(),
        "purpose": PURPOSES[0],
        "retention_days": DEFAULT_RETENTION,
        "may_forward": False,
    }
    return grants_of(said, [])


async def _answer(hass: HomeAssistant, asked: dict[str, Any]) -> dict[str, Any]:
    words = await async_words(hass, asked.get("language"))
    told = partial(_told, hass, asked.get("language"))
    return {"accounts": [await _account(hass, entry, words, told) for entry in accounts(hass)]}


async def _account(
    hass: HomeAssistant, entry: RunningEntry, words: Words, told: TitleTold
) -> dict[str, Any]:
    """Return who was invited to an account, the newest first; times are ISO 8601."""
    offers = [_offer(hass, entry, choice) for choice in choices_of_sites(hass, words)]
    offered = {publication for offer in offers for publication in offer["shared_as"].values()}
    address, invitations = entry.data[CONF_JID], entry.runtime_data[Invitations]
    gives = await invitations.gifts.gives()
    newest = sorted(invitations.all.items(), key=lambda item: item[1]["made"], reverse=True)
    return {
        "entry_id": entry.entry_id,
        "title": entry.title,
        "name": home_name(hass, entry),
        "address": address,
        "server": JID(address).domain,
        "can": gives,
        "offers": offers,
        "series": [
            {"publication": publication, **told(subentry)}
            for publication, subentry in lendable_of(entry).items()
            if publication not in offered
        ],
        "asks": [{"what": wish.what, "granularity": wish.granularity} for wish in POSSIBLE],
        "invitations": [_invitation(entry, key, one, told) for key, one in newest],
    }


def _offer(hass: HomeAssistant, entry: RunningEntry, choice: Choice) -> dict[str, Any]:
    """Return something of a site that can be offered, the coarsest detail first."""
    return {
        "what": choice.id,
        "title": choice.title,
        "granularities": choice.details,
        "shared_as": shared_as(hass, entry, choice),
    }


def _told(hass: HomeAssistant, language: str | None, series: ConfigSubentry) -> dict[str, str]:
    """Return what a series is called, and how fine it is."""
    data = publication_data(series)
    is_of_a_year = what_of(data["measurement"]) is What.PER_AREA
    detail = YEAR if is_of_a_year else data["granularity"]
    # A letter may be in another language than the page.
    title, called = in_words(hass, series.title, language), key_of(hass, series.title)
    return {"title": title, "called": called, "granularity": detail}


def _invitation(
    entry: RunningEntry, invitation_id: str, invitation: Invitation, told: TitleTold
) -> dict[str, Any]:
    publications, friend = publications_of(entry), invitation["friend"]
    subentry = None if friend is None else friends_of(entry).get(friend)
    granted = (grant["publication"] for grant in invitation["offers"])
    offered = [publications[key] for key in granted if key in publications]
    return {
        "id": invitation_id,
        "label": invitation["label"],
        "link": invitation["link"],
        "qr": picture(invitation["link"]),
        "until": local_iso(invitation["expires"]),
        "uses": invitation["uses"],
        "gives_account": invitation["gives_account"],
        "made": local_iso(invitation["made"]),
        "opened": local_iso(invitation["opened"]),
        "accepted": local_iso(invitation["accepted"]),
        "first": local_iso(invitation["first"]),
        "expected": local_iso(_expected(invitation, offered)),
        "friend_id": None if subentry is None else subentry.subentry_id,
        "offers": [told(one) for one in offered],
        "asks": invitation["asks"],
        "state": state_of(invitation),
    }


def _expected(invitation: Invitation, offered: Iterable[ConfigSubentry]) -> float | None:
    """Return when the first reading of what is offered is due; None: it is not to be said."""
    is_alive = state_of(invitation) in (InvitationState.OPEN, InvitationState.DONE)
    if not is_alive or invitation["first"] is not None:
        return None
    details = [Granularity(publication_data(one)["granularity"]) for one in offered]
    dues = [first_due(detail, time.time()) for detail in details]
    return min((due for due in dues if due is not None), default=None) if all(dues) else None


COMMANDS = (_invitations, _invite, _take_back)
