"""A home that takes part in a challenge, at real servers: its team, its scores, its consent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from homeassistant.config_entries import ConfigSubentry
from homeassistant.util import dt as dt_util
import pytest

from custom_components.sen1.federation.config import collection_data
from custom_components.sen1.federation.organising.challenge.challenges import Challenges
from custom_components.sen1.federation.organising.collections import Collections
from custom_components.sen1.federation.participating.own_challenges import (
    ChallengePart,
    OwnChallenges,
)
from custom_components.sen1.federation.participating.participations import (
    Participations,
)
from custom_components.sen1.federation.relations.members import Member
from custom_components.sen1.federation.talk.post import Post
from custom_components.sen1.protocol.collecting.challenge import (
    Energy,
    Saved,
    Score,
    challenge_data,
    score_to_element,
)
from custom_components.sen1.protocol.collecting.collection import Joined, joined_to_element
from custom_components.sen1.protocol.errors import ParticipationRefused
from custom_components.sen1.protocol.links import parse_link
from custom_components.sen1.protocol.model import BareJid
from testbed.member import SimulatedMember, members as taking_part
from testbed.xmpp import Account, XmppServer

from ...conftest import ON_BOTH_KINDS, Home, until
from ..conftest import (
    COLLECTION,
    Newcomer,
    agree,
    change,
    collect,
    current,
    is_done,
    is_member,
    join,
    joining,
    members,
    offered,
)
from .conftest import challenge, compete

OTHER = "77aa00c2d4e5f602"


def yesterday() -> date:
    return dt_util.now().date() - timedelta(days=1)


def score(plain: float = 6.0) -> Score:
    return Score(COLLECTION, yesterday(), 1.0, {Energy.ELECTRICITY: Saved(plain)}, plain)


async def enter(home: Home, organiser: Home, subentry: ConfigSubentry, team: int = 1) -> str:
    """Let a home take part; return the id of its subentry once it has a number."""
    offer_id = await offered(home, organiser, subentry)
    part = home.runtime[Participations]
    subentry_id = part.join(offer_id, joining(home, offer_id, team=team), {}, [])
    await is_member(organiser, home)
    await until(lambda: part.taken[subentry_id]["number"])
    return subentry_id


def part_of(home: Home, subentry_id: str) -> ChallengePart | None:
    return home.runtime[OwnChallenges].all().get(subentry_id)


@ON_BOTH_KINDS
async def test_who_joins_is_in_its_team_and_its_score_comes(house: Home, cooperative: Home) -> None:
    subentry = compete(cooperative)
    subentry_id = await enter(house, cooperative, subentry, 2)
    (member,) = members(cooperative)
    assert (member.data.get("team"), member.data["gives"]) == (2, {})
    part = part_of(house, subentry_id)
    assert part is not None
    assert (part.team, part.number, part.collection) == (2, 1, COLLECTION)
    assert part.challenge == challenge()
    assert house.runtime[OwnChallenges].tell_score(subentry_id, score())
    kept = await until(lambda: members(cooperative)[0].data.get("score"))
    assert kept["saved"] == {"electricity": {"plain": 6.0, "corrected": None}}
    assert not cooperative.runtime.refusals
    assert cooperative.runtime.diagnostics()["challenges"] == [
        {"rule": "percentage", "teams": 2, "scores": 1}
    ]


async def test_a_score_is_said_once_a_day_and_not_of_days_that_cannot_count(
    house: Home, cooperative: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    subentry = compete(cooperative)
    subentry_id = await enter(house, cooperative, subentry)
    said: list[type] = []
    monkeypatch.setattr(
        house.runtime[Post], "tell", lambda _jid, one, **_how: said.append(type(one))
    )
    tell = house.runtime[OwnChallenges].tell_score
    early = challenge().action[0] - timedelta(days=1)
    assert not tell(subentry_id, replace(score(), through=early))
    assert not tell(subentry_id, replace(score(), through=yesterday() + timedelta(days=7)))
    assert not said
    assert tell(subentry_id, replace(score(), through=yesterday() - timedelta(days=1)))
    assert tell(subentry_id, score())
    assert tell(subentry_id, score(7.0))
    assert said == [Score] * 2
    # A day later it is said again, as long as nothing is new.
    house.runtime[Participations].taken[subentry_id]["score"]["at"] -= 86401
    assert tell(subentry_id, score())
    assert len(said) == 3
    monkeypatch.setattr(house.runtime[Post], "reaches", lambda _jid: False)
    house.runtime[Participations].taken[subentry_id]["score"]["at"] -= 86401
    assert not tell(subentry_id, score())


@pytest.mark.parametrize("team", [0, 3])
async def test_nobody_joins_without_a_team_there_is(
    house: Home, cooperative: Home, team: int
) -> None:
    subentry = compete(cooperative)
    offer_id = await offered(house, cooperative, subentry)
    with pytest.raises(ParticipationRefused, match="no_team"):
        house.runtime[Participations].join(offer_id, joining(house, offer_id, team=team), {}, [])
    # Nor does one who says so all the same.
    jid = cooperative.account.jid
    house.runtime.trust.want([jid])
    await until(lambda: house.runtime.trust.signs(jid))
    forged = Joined(
        COLLECTION,
        collection_data(current(cooperative, subentry))["token"],
        f"{house.account.jid}/sen1-1",
        1,
        team=team,
    )
    house.runtime[Post].tell(jid, joined_to_element(forged))
    await until(lambda: cooperative.runtime.refusals["no_team"])
    assert not members(cooperative)


async def test_a_score_of_a_stranger_or_of_another_collection_is_not_taken(
    house: Home, cooperative: Home, newcomer: Newcomer
) -> None:
    subentry = compete(cooperative)
    await enter(house, cooperative, subentry)
    stranger = await newcomer("stranger")
    jid = BareJid(cooperative.account.jid)
    stranger.runtime.trust.want([jid])
    await until(lambda: stranger.runtime.trust.signs(jid))
    stranger.runtime[Post].tell(jid, score_to_element(score(99.0)))
    await until(lambda: cooperative.runtime.refusals["stranger"] == 1)
    other = replace(score(99.0), collection=OTHER)
    house.runtime[Post].tell(jid, score_to_element(other))
    await until(lambda: cooperative.runtime.refusals["stranger"] == 2)
    future = replace(score(99.0), through=yesterday() + timedelta(days=9))
    house.runtime[Post].tell(jid, score_to_element(future))
    await until(lambda: cooperative.runtime.refusals["bad_score"] == 1)
    assert "score" not in members(cooperative)[0].data


async def test_other_days_are_agreed_to_before_anything_is_said(
    house: Home, cooperative: Home
) -> None:
    subentry = compete(cooperative)
    subentry_id = await enter(house, cooperative, subentry)
    first = challenge().action[0]
    shorter = challenge(action=(first, first), reference=(challenge().reference[0],) * 2)
    change(cooperative, subentry, challenge=challenge_data(shorter), revision=2)
    await until(lambda: part_of(house, subentry_id) is None)
    with pytest.raises(KeyError):
        house.runtime[OwnChallenges].tell_score(subentry_id, score())
    for read in (None, challenge_data(challenge())):
        with pytest.raises(ParticipationRefused, match="charter_changed"):
            agree(house, subentry_id, read)
    agree(house, subentry_id, challenge_data(shorter))
    known = part_of(house, subentry_id)
    assert known is not None
    assert known.challenge == shorter
    # Another name of a team asks nobody.
    renamed = replace(shorter, teams=("A", "B", "C"))
    change(cooperative, subentry, challenge=challenge_data(renamed), revision=3)
    await until(
        lambda: (known := part_of(house, subentry_id)) and known.challenge.teams == ("A", "B", "C")
    )


async def test_a_collection_that_becomes_a_challenge_hears_no_score(
    house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    subentry = collect(cooperative)
    publication = await house.publish("sensor.meter")
    subentry_id = await join(house, cooperative, subentry, consumption=publication)
    await is_member(cooperative, house)
    change(cooperative, subentry, challenge=challenge_data(challenge()), revision=2)
    taken = house.runtime[Participations].taken[subentry_id]
    await until(lambda: (taken["sheet"] or {}).get("challenge"))
    assert part_of(house, subentry_id) is None
    # It was a member before, so it stays one, in no team.
    assert members(cooperative)[0].data.get("team", 0) == 0


async def test_who_is_moved_to_another_team_knows_and_stays_there(
    house: Home, cooperative: Home
) -> None:
    subentry = compete(cooperative)
    subentry_id = await enter(house, cooperative, subentry, 1)
    cooperative.runtime[Challenges].move(COLLECTION, 1, 2)
    await until(lambda: (part := part_of(house, subentry_id)) and part.team == 2)

    def seen() -> Member | None:
        return next((one for one in members(cooperative) if one.data["told"]), None)

    # What it said of itself since does not take it back.
    member = await until(seen)
    assert member.data["team"] == 2


async def test_who_leaves_takes_its_score_along(house: Home, cooperative: Home) -> None:
    subentry = compete(cooperative)
    subentry_id = await enter(house, cooperative, subentry)
    assert house.runtime[OwnChallenges].tell_score(subentry_id, score())
    await until(lambda: members(cooperative)[0].data.get("score"))
    house.runtime[Participations].leave(subentry_id)
    await until(lambda: not members(cooperative))
    await is_done(house)
    assert cooperative.runtime.store.content["collected"][COLLECTION] == {}


async def test_members_make_a_board_that_each_of_them_could_have_made(
    house: Home,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    subentry = compete(house)
    link = parse_link(house.runtime[Collections].link(current(house, subentry)))
    assert link is not None

    def saying(plain: float) -> Callable[..., Score]:
        return lambda sheet: replace(score(plain), collection=sheet.id)

    several = [
        SimulatedMember(
            accounts(server_pair[1], "member"),
            link,
            {},
            name=f"Home {plain}",
            is_shown=plain == 5,
            team=1 if plain < 5 else 2,
            scores=saying(float(plain)),
        )
        for plain in range(10)
    ]
    async with taking_part(several):

        def scores() -> list[Member]:
            return [one for one in members(house) if "score" in one.data]

        await until(lambda: len(scores()) == len(several), 60)
        board = house.runtime[Challenges].board(current(house, subentry))
        assert board is not None
        assert [home.value for home in board.homes] == [float(n) for n in range(9, -1, -1)]
        assert [home.name for home in board.homes if home.name] == ["Home 5"]
        assert [(team.value, team.rank) for team in board.teams] == [(2.0, 2), (7.0, 1)]
        assert (board.value, board.count) == (4.5, 10)
        await several[0].leave()
        await until(lambda: len(members(house)) == len(several) - 1)
    board = house.runtime[Challenges].board(current(house, subentry))
    assert board is not None
    assert [team.value for team in board.teams] == [None, 7.0]
    assert board.count == 5
