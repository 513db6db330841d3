"""What this home shares and what it holds of others: one answer for the action, the page, the card.

The answer names friends and series as the household does; only administrators get it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback

from ...moments import local_iso
from ...protocol.follower import Status
from ...protocol.model import BareJid
from ...protocol.term import GrantData, term_of
from ...protocol.terms import Terms
from ..config import (
    FriendKind,
    circles_of,
    collection_data,
    friend_data,
    friends_of,
    grantees_of,
    kind_of,
    participation_data,
    participations_of,
    publication_data,
    publications_of,
)
from ..consent.policy import Policy
from ..follow.catalogue_client import CatalogueClient, Sought, Wished
from ..follow.following import Following
from ..follow.series import Series
from ..journal.disclosures import Erasure
from ..own_words import InWords, in_words
from ..publish.catalogue_server import CatalogueServer
from ..publish.publications import Publishing
from ..relations.circles import Circles
from ..relations.members import Memberships
from ..running import Running, RunningEntry, accounts
from ..talk.told import ToldGrants


@callback
def async_sharing(hass: HomeAssistant, language: str | None = None) -> dict[str, Any]:
    """Return what all sharing accounts that run share and hold (docs/en/sharing.md)."""
    said = partial(in_words, hass, language=language)
    return {"accounts": [sharing_of(entry, said) for entry in accounts(hass)]}


def sharing_of(entry: RunningEntry, said: InWords = str) -> dict[str, Any]:
    """Return what one account shares and holds; times are ISO 8601 with an offset."""
    account = entry.runtime_data
    friends, publications = friends_of(entry), account[Publishing].publications
    names = {jid: subentry.title for jid, subentry in friends.items()}
    return {
        "entry_id": entry.entry_id,
        "title": entry.title,
        "online": account.session.is_online,
        "shares": list(_shares(entry, account, said)),
        "withdrawn": list(_withdrawn(entry, account, names, said)),
        "requests": [
            _asked(names, jid, said(publications[publication].description.title), asked)
            for jid, publication, asked in account[CatalogueServer].waiting()
        ],
        "asked": [
            {**_asked(names, jid, said(wish["title"]), wish), "state": wish["state"]}
            for jid, wish in account[CatalogueClient].wished()
        ],
        "holds": _holds(entry, said),
    }


@dataclass(frozen=True, slots=True)
class HeldSeries:
    """A series that came of somebody, under what it is told of."""

    jid: BareJid
    subentry: ConfigSubentry
    """A friend, a collection of which it is a member, or the collection that it organises."""
    key: str
    """Its publication; of a member what was asked, which all members answer."""
    series: Series
    is_members: bool = False


def held_series(entry: RunningEntry) -> Iterator[HeldSeries]:
    """Yield all series that came of friends, of organisers and of members, each once."""
    account = entry.runtime_data
    friends, organisers = friends_of(entry), dict[BareJid, ConfigSubentry]()
    for one in participations_of(entry).values():
        organisers.setdefault(participation_data(one)["jid"], one)
    for jid, of_friend in account[Following].series.items():
        known = friends.get(jid) or organisers.get(jid)
        members = [] if jid in friends else account[Memberships].of(jid)
        for publication, series in of_friend.items():
            asked = ((one.subentry, one.answers(publication)) for one in members)
            collection, what = next((each for each in asked if each[1]), (None, None))
            if collection is not None and what is not None:
                yield HeldSeries(jid, collection, what, series, is_members=True)
            elif known is not None:
                yield HeldSeries(jid, known, publication, series)


def _holds(entry: RunningEntry, said: InWords) -> list[dict[str, Any]]:
    """Return what is held: a row for each series; of members one for each question to all."""
    rows: list[dict[str, Any]] = []
    of_members: dict[tuple[str, str], list[HeldSeries]] = {}
    for one in held_series(entry):
        if one.is_members:
            of_members.setdefault((one.subentry.subentry_id, one.key), []).append(one)
        else:
            rows.append(_held(one, said))
    return rows + [_held_together(several, said) for several in of_members.values()]


def _held_together(several: list[HeldSeries], said: InWords) -> dict[str, Any]:
    """Return the series that members give to one question as one row: a thousand homes are one."""
    rows = [_held(one, said) for one in several]
    times = [at for row in rows if (at := row["last_reading"]) is not None]
    is_receiving = any(row["status"] == Status.RECEIVING for row in rows)
    return rows[0] | {
        "count": len(rows),
        "members": len({one.jid for one in several}),
        "status": Status.RECEIVING if is_receiving else rows[0]["status"],
        "statistic_id": None,
        "provenance": None,
        "begin": min(row["begin"] for row in rows),
        "until": min(row["until"] for row in rows),
        "readings": sum(row["readings"] for row in rows),
        "last_reading": max(times) if times else None,
    }


def _asked(
    names: Mapping[BareJid, str], jid: BareJid, series: str, asked: Sought | Wished
) -> dict[str, Any]:
    """Return what one asks of the other."""
    return {
        "friend": names.get(jid, ""),
        "series": series,
        "purpose": asked["purpose"],
        "until": local_iso(asked["until"]),
    }


def _shares(entry: ConfigEntry, account: Running, said: InWords) -> Iterable[dict[str, Any]]:
    for publication, subentry in publications_of(entry).items():
        data = publication_data(subentry)
        running = account[Publishing].publications.get(publication)
        yield {
            "publication": publication,
            "title": said(subentry.title),
            "entity_id": None if running is None else running.entity_id,
            "granularity": data["granularity"],
            "listed": data.get("listed", False),
            "grants": [
                _grant(account, friend, grant)
                for friend in grantees_of(entry)
                for grant in friend_data(friend)["grants"]
                if grant["publication"] == publication
            ],
        }


def _grant(account: Running, friend: ConfigSubentry, grant: GrantData) -> dict[str, Any]:
    term = term_of(grant)
    members = None
    match kind_of(friend):
        case FriendKind.CIRCLE:
            receivers = members = account[Circles].members(friend)
        case FriendKind.COLLECTION:
            those = account[Memberships].of_collection(collection_data(friend)["collection"])
            receivers = members = [member.jid for member in those]
        case _:
            receivers = [friend_data(friend)["jid"]]
    publication = grant["publication"]
    of_publication = account.journal.disclosures.of(publication)
    sent = [of_publication[jid] for jid in receivers if jid in of_publication]
    return {
        "friend": friend.title,
        "friend_id": friend.subentry_id,
        "kind": kind_of(friend),
        "state": account[Policy].phase(publication, term),
        "begin": local_iso(term.begin),
        **_shown(Terms.from_data(grant)),
        "members": None if members is None else len(members),
        "seen": all(account[ToldGrants].is_seen(jid, publication) for jid in receivers),
        "readings": sum(one["readings"] for one in sent),
        "bytes": sum(one["bytes"] for one in sent),
        "last_sent": local_iso(max(one["last"] for one in sent)) if sent else None,
    }


def _withdrawn(
    entry: ConfigEntry, account: Running, names: dict[BareJid, str], said: InWords
) -> Iterable[dict[str, Any]]:
    """Yield what was taken back: of a friend a row each; of a circle, of former friends one."""
    titles: dict[str, str] = {key: s.title for key, s in publications_of(entry).items()}
    circles = {
        jid: circle.title
        for circle in circles_of(entry).values()
        for jid in account[Circles].members(circle)
    }
    rows: dict[tuple[str | None, str | None, str | None], list[Erasure]] = {}
    for jid, erasures in account.journal.disclosures.erasures.items():
        friend = BareJid(jid)
        # A former friend has no name any more, nor has a series that was deleted.
        one = jid if friend in names else None
        name = names.get(friend) or circles.get(friend)
        for publication, erasure in erasures.items():
            series = publication if publication in titles else None
            rows.setdefault((name, one, series), []).append(erasure)
    for (name, one, series), several in rows.items():
        confirmed = [at for erasure in several if (at := erasure["erased"]) is not None]
        asked = max(erasure["asked"] for erasure in several)
        yield {
            "friend": name,
            "members": len(several) if one is None else None,
            "confirmed": len(confirmed),
            "series": None if series is None else said(titles[series]),
            "withdrawn": local_iso(asked) if asked else None,
            "erase_by": local_iso(max(erasure["by"] for erasure in several)),
            "erased": local_iso(max(confirmed)) if len(confirmed) == len(several) else None,
        }


def _held(held: HeldSeries, said: InWords) -> dict[str, Any]:
    series, friend = held.series, held.subentry
    grant, latest = series.follower.grant, series.follower.latest
    return {
        "friend": friend.title,
        "friend_id": friend.subentry_id,
        "publication": held.key,
        "count": 1,
        "members": None,
        "series": said(series.description.title),
        "statistic_id": series.statistic_id,
        "unit": series.description.measurement.get("unit"),
        "granularity": series.description.granularity,
        "status": series.status,
        "begin": local_iso(grant.begin),
        **_shown(grant.terms),
        "readings": series.received,
        "provenance": None if (known := series.description.provenance) is None else known.said(),
        "last_reading": None if latest is None else local_iso(latest.time),
    }


def _shown(terms: Terms) -> dict[str, Any]:
    shown = {key: value for key, value in asdict(terms).items() if key != "notice"}
    return shown | {"until": local_iso(terms.until)}
