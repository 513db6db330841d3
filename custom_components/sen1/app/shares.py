"""Shares that organisers tell: what a household says is right becomes its parts of projects.

The federation knows what was told, the figures know parts of projects; here the one is made of the
other. Nothing is made or changed before the household has pressed, nor once it has typed other
shares itself, or removed the part. Whoever leaves a collection keeps its parts: they are its own,
whoever told of them, and what was counted of them would be lost.
"""

from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import Platform
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_added_domain
import voluptuous as vol

from ..commands import Answer, Asked, Refused, command
from ..const import DOMAIN
from ..faults import contained
from ..federation.entities.series import owners_of
from ..federation.follow.following import Following
from ..federation.participating.kept import organiser_of
from ..federation.participating.own_shares import OwnShare, OwnShares
from ..federation.participating.participations import Participations
from ..federation.running import NO_SUCH_COLLECTION, RunningEntry, accounts
from ..federation.states import unique_id_of
from ..figures.const import HOLDING
from ..figures.counting.sources import PROJECT_KEY, reference_to, subentries_of
from ..figures.project.finding import async_likely_sensors, async_stored
from ..figures.project.holdings import (
    CONF_DIVIDENDS,
    CONF_ENERGY,
    CONF_PAID_ON,
    CONF_PROJECT,
    CONF_PROJECT_POWER,
    CONF_SHARES,
    CONF_TOLD,
    AnnouncedData,
)
from ..moments import local_iso
from ..protocol.collecting.register import Reply
from ..protocol.model import PublicationId

PLATFORMS: list[Platform] = []


async def async_setup_entry(hass: HomeAssistant, entry: RunningEntry) -> None:
    """Make parts of what was confirmed, as soon as there is what measures them."""
    own = entry.runtime_data[OwnShares]

    @callback
    def fill() -> None:
        for share in own.all():
            if not share.is_confirmed:
                continue
            if share.holding is None:
                _put(hass, entry, share)
            elif (known := _made(entry, share)) is not None and CONF_TOLD in known.data:
                _update(hass, entry, share, known)

    @callback
    def look(_event: Event[EventStateChangedData]) -> None:
        if any(one.is_confirmed and one.holding is None for one in own.all()):
            fill()

    with contained():
        fill()
    entry.async_on_unload(own.changed.add(fill))
    entry.async_on_unload(async_track_state_added_domain(hass, Platform.SENSOR, look))


async def async_unload_entry(_hass: HomeAssistant, _entry: RunningEntry) -> None:
    """Follow nothing: what was listened to is told so with the entry."""


async def async_remove_entry(_hass: HomeAssistant, _entry: ConfigEntry) -> None:
    """Leave the parts to the entry, which has them."""


async def async_diagnostics(_hass: HomeAssistant, entry: RunningEntry) -> dict[str, Any]:
    """Return of how many projects shares are told, and what became of them."""
    if getattr(entry, "runtime_data", None) is None:
        return {}
    shares = list(entry.runtime_data[OwnShares].all())
    return {
        "shares": {
            "told": len(shares),
            "asked": sum(one.is_asked for one in shares),
            "confirmed": sum(one.is_confirmed for one in shares),
            "made": sum(_made(entry, one) is not None for one in shares),
        }
    }


# Parts of projects


def _put(hass: HomeAssistant, entry: RunningEntry, share: OwnShare) -> None:
    """Let the household have the part that it confirmed: one that it has is changed, else made."""
    known = _parts_of(hass, entry, share)
    if len(known) == 1:
        _update(hass, entry, share, known[0])
        entry.runtime_data[OwnShares].note_made(share, known[0].subentry_id)
    if known or (project := _project(hass, entry, share)) is None:
        return
    found = async_likely_sensors(hass, project)
    if CONF_ENERGY not in found:
        return
    refs = {
        key: reference_to(hass, found[key])
        for key in (CONF_ENERGY, CONF_PROJECT_POWER)
        if key in found
    }
    data = async_stored(hass, project, found[CONF_ENERGY], refs | _said(entry, share))
    subentry = ConfigSubentry(
        data=MappingProxyType(data), subentry_type=HOLDING, title=share.held.title, unique_id=None
    )
    entry.runtime_data[OwnShares].note_made(share, subentry.subentry_id)
    hass.config_entries.async_add_subentry(entry, subentry)


def _update(
    hass: HomeAssistant, entry: RunningEntry, share: OwnShare, known: ConfigSubentry
) -> None:
    """Let a part be what was confirmed; what is not told stays as the household has it."""
    data = {**known.data, **_said(entry, share)}
    hass.config_entries.async_update_subentry(entry, known, data=data)


def _said(entry: RunningEntry, share: OwnShare) -> dict[str, Any]:
    held, answer = share.held, share.answer
    assert answer is not None  # it was confirmed
    told = AnnouncedData(
        by=_organiser(entry, share),
        confirmed=str(local_iso(answer.said)),
        news=_news(share),
    )
    said: dict[str, Any] = {CONF_SHARES: held.shares, CONF_TOLD: told}
    if held.paid_on is not None:
        said[CONF_PAID_ON] = held.paid_on.isoformat()
    if held.dividends is not None:
        said[CONF_DIVIDENDS] = held.dividends
    return said


def _parts_of(hass: HomeAssistant, entry: RunningEntry, share: OwnShare) -> list[ConfigSubentry]:
    """Return the parts of a project that the household has: the one that was made, or by hand."""
    if (made := _made(entry, share)) is not None:
        return [made]
    project = _project(hass, entry, share)
    parts = subentries_of(entry, HOLDING).values()
    return [one for one in parts if project and one.data[CONF_PROJECT] == project]


def _made(entry: RunningEntry, share: OwnShare) -> ConfigSubentry | None:
    return None if share.holding is None else entry.subentries.get(share.holding)


def _project(hass: HomeAssistant, entry: RunningEntry, share: OwnShare) -> str | None:
    """Return the sensor of a project's sheet, by its reference; None while there is none."""
    account, project = entry.runtime_data, share.held.project
    series = account[Following].series.get(share.organiser, {}).get(project)
    if series is None:
        return None
    registry = er.async_get(hass)
    for owner in owners_of(hass, entry, series):
        unique_id = unique_id_of(owner.id, project, PROJECT_KEY)
        entity_id = registry.async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)
        if entity_id is not None:
            return reference_to(hass, entity_id)
    return None


# What is answered


@command("register")
def register(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer what organisers say that this home holds, and what it said to that."""
    return _told(hass)


@command(
    "answer_shares",
    {
        vol.Required("subentry_id"): str,
        vol.Required("project"): str,
        vol.Required("shares"): int,
        vol.Required("is_right"): bool,
    },
)
def answer_shares(hass: HomeAssistant, asked: Asked) -> Answer:
    """Say whether so many shares are right, and have them if they are; answer the same."""
    which = asked["subentry_id"], PublicationId(asked["project"])
    for entry in accounts(hass):
        own = entry.runtime_data[OwnShares]
        for share in own.all():
            # What came in the meantime is another question.
            if (share.subentry_id, share.held.project) == which and (
                share.held.shares == asked["shares"]
            ):
                verdict = Reply.CONFIRMED if asked["is_right"] else Reply.CONTESTED
                own.answer(*which, verdict)
                if asked["is_right"]:
                    _put(hass, entry, own.find(*which))
                return _told(hass)
    raise Refused(NO_SUCH_COLLECTION)


def _told(hass: HomeAssistant) -> dict[str, Any]:
    return {
        "shares": [
            _share_told(hass, entry, share)
            for entry in accounts(hass)
            for share in entry.runtime_data[OwnShares].all()
        ]
    }


def _share_told(hass: HomeAssistant, entry: RunningEntry, share: OwnShare) -> dict[str, Any]:
    held, answer = share.held, share.answer
    parts = _parts_of(hass, entry, share)
    return {
        "subentry_id": share.subentry_id,
        "organiser": _organiser(entry, share),
        "project": held.project,
        "title": held.title,
        "shares": held.shares,
        "paid_on": None if held.paid_on is None else held.paid_on.isoformat(),
        "dividends": held.dividends,
        "currency": held.currency,
        "state": "asked" if answer is None or share.is_asked else str(answer.verdict),
        "at": None if answer is None else local_iso(answer.said),
        # What the household's own page has of it, which may be typed.
        "held": sum(one.data[CONF_SHARES] for one in parts) if parts else None,
        "parts": len(parts),
        "awaits": None if parts else _awaited(hass, entry, share),
        "news": _news(share),
    }


def _awaited(hass: HomeAssistant, entry: RunningEntry, share: OwnShare) -> str | None:
    """Return what a part cannot be made without: the project's `series`, or its `energy`."""
    if (project := _project(hass, entry, share)) is None:
        return "series"
    return None if CONF_ENERGY in async_likely_sensors(hass, project) else "energy"


def _news(share: OwnShare) -> list[dict[str, str]]:
    """Return what was written of a project, the newest first."""
    return [{"text": one.text, "at": str(local_iso(one.said))} for one in reversed(share.news)]


def _organiser(entry: RunningEntry, share: OwnShare) -> str:
    return organiser_of(entry.runtime_data[Participations].taken[share.subentry_id])
