"""What came of a member of a collection, or of a friend: where its hours are, and of what home."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
import math
import time

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...history.periods import Period, end_of
from ...homes import home_of
from ...protocol.collecting.collection import SITE
from ...protocol.follower import OVER
from ...protocol.model import BareJid, GrantState, Granularity, PublicationId
from ...protocol.sheet import SiteSheet
from ...protocol.stamps import parse_stamp
from ...protocol.wishes import YEAR, What
from ..config import CollectionData, collection_data
from ..context import AccountContext
from ..follow.following import Following
from ..follow.recording import is_kept
from ..follow.series import Series
from ..relations.members import Giving, Member, has_agreed
from ..states import unique_id_of
from ..trust.peers import Standing
from ..trust.trust import Trust
from .member_states import (
    Expected,
    GivingState,
    Lack,
    Lacking,
    SeriesFacts,
    expected_of,
    until_of,
    worst_of,
)

type SeriesByGiver = Mapping[BareJid, Mapping[PublicationId, Series]]

IN_PARTS = (Granularity.TEN_MINUTES, Granularity.HALF_HOUR)
"""How fine a series is of which an hour comes in parts."""


class FollowedMembers:
    """The series of members, by what they were asked for."""

    def __init__(self, context: AccountContext) -> None:
        self._hass, self._series = context.hass, context[Following].series

    def series(self, member: Member, what: str) -> Series | None:
        """Return what answers to what a member was asked for, if it still grants anything so."""
        publication = member.gives.get(what)
        if publication is None:
            return None
        series = self._series.get(member.jid, {}).get(publication)
        return None if series is None or series.status in OVER else series

    def site(self, member: Member) -> SiteSheet | None:
        """Return what a member's home is, if it says so."""
        series = self.series(member, SITE)
        return None if series is None else series.description.site

    def consumption(self, member: Member) -> str | None:
        """Return the statistic of what a member uses, if it gives that."""
        series = self.series(member, What.CONSUMPTION)
        return None if series is None else statistic_shown(self._hass, member, series)


@callback
def statistic_shown(hass: HomeAssistant, member: Member, series: Series) -> str:
    """Return the statistic of what a member gives: ours, or that of its entity."""
    if is_kept(series.description):
        return series.statistic_id
    unique_id = unique_id_of(member.owner, series.follower.grant.publication, "reading")
    entity_id = er.async_get(hass).async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)
    return entity_id or series.statistic_id


def newest_of(series: Series) -> float | None:
    """Return when the newest reading was measured, of a period when it began; None: none came."""
    if series.follower.latest is not None:
        return series.follower.latest.time
    if series.progress.first is not None and series.follower.last_item is not None:
        # After a start, until the node was read.
        return parse_stamp(series.follower.last_item)
    return None


@callback
def giving_of(
    hass: HomeAssistant, member: Member, what: str, given: Mapping[PublicationId, Series]
) -> Giving | None:
    """Return what came of a member for something that was asked; `given` are its series.

    None where nothing comes of it: its grant is not here yet, or it was taken back.
    """
    series = given.get(member.gives.get(what, PublicationId("")))
    if series is None or series.progress.must_erase:
        return None
    if series.follower.grant.state is GrantState.WITHDRAWN:
        return None
    site = _sheet_of(member, given)
    return Giving(
        member.number,
        statistic_shown(hass, member, series),
        member.data["joined"],
        _whole_until(series),
        None if site is None else site.floor_area,
        None if site is None else site.people,
        begin if (begin := series.follower.grant.begin) is not None else -math.inf,
    )


@callback
def givings_of_sensors(
    hass: HomeAssistant, refs: Iterable[str], given: Iterable[Series]
) -> list[Giving]:
    """Return what sensors give that a group is made of, each under the number of its home.

    `given` are the series of all friends; other sensors have statistics of Home Assistant's.
    """
    kept, registry, givings = {one.statistic_id: one for one in given}, er.async_get(hass), []
    for ref in refs:
        entity_id = er.async_resolve_entity_id(registry, ref)
        state = hass.states.get(entity_id or "")
        if state is None:
            continue
        number = int.from_bytes(sha256(home_of(hass, entity_id).encode()).digest()[:6])
        statistic_id = state.attributes.get("statistic")
        if statistic_id is None:
            givings.append(Giving(number, state.entity_id, 0.0))
        elif (series := kept.get(statistic_id)) is not None and series.status not in OVER:
            # Nor what the members of a collection come to, who may come and go one by one.
            givings.append(Giving(number, statistic_id, 0.0, _whole_until(series)))
    return givings


def _whole_until(series: Series) -> float:
    granularity = series.description.granularity
    if granularity not in IN_PARTS:
        # Of an hour nothing is recorded before it is over.
        return math.inf
    newest = newest_of(series)
    zone = dt_util.get_default_time_zone()
    return 0.0 if newest is None else end_of(newest, Period(granularity), zone)


def _sheet_of(member: Member, given: Mapping[PublicationId, Series]) -> SiteSheet | None:
    """Return what a member tells of its home: where it was asked, or with what it gives."""
    named = sorted(member.gives, key=lambda what: what != SITE)
    several = (given.get(member.gives[what]) for what in named)
    sheets = (one.description.site for one in several if one is not None)
    return next((sheet for sheet in sheets if sheet is not None), None)


# How members are


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member, how it gives, and what should have come of it."""

    member: Member
    state: GivingState
    lacks: Lacking | None
    last: float | None
    expected: list[Expected]


@callback
def member_rows(
    hass: HomeAssistant, members: Iterable[Member], series_of: SeriesByGiver, trust: Trust
) -> Iterator[MemberRow]:
    """Yield how each member of a collection is."""
    now, zone = time.time(), dt_util.get_default_time_zone()
    for member in members:
        data, of_member = collection_data(member.subentry), series_of.get(member.jid, {})
        fine = {ask["what"]: ask["granularity"] for ask in data["asks"]}
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
        is_known = trust.standing(member.jid) is not Standing.UNKNOWN
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
