"""A challenge that is organised here: which scores are taken, and what all are told of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType, SimpleNamespace
from typing import Any, cast

from homeassistant.config_entries import ConfigSubentry
import pytest

from custom_components.sen1.const import FRIEND
from custom_components.sen1.federation.config import FriendKind
from custom_components.sen1.federation.organising.challenge import challenges as module
from custom_components.sen1.federation.organising.challenge.challenges import Challenges
from custom_components.sen1.federation.organising.giving import FollowedMembers
from custom_components.sen1.federation.part import Heard
from custom_components.sen1.federation.relations.members import Member, MemberData
from custom_components.sen1.protocol.collecting.board import Board, board_from_text, board_to_text
from custom_components.sen1.protocol.collecting.challenge import (
    Challenge,
    Energy,
    Rule,
    Saved,
    Score,
    challenge_data,
)
from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.sheet import Heating, SiteKind, SiteSheet

from ...conftest import a_context

COLLECTION, OTHER = "3f6a00c2d4e5f601", "77aa00c2d4e5f602"
CHALLENGE = Challenge(
    rule=Rule.PERCENTAGE,
    reference=(date(2025, 11, 3), date(2025, 12, 28)),
    action=(date(2026, 11, 2), date(2026, 12, 27)),
    teams=("Cormorans", "Loutres", "Hérons"),
    energies=(Energy.ELECTRICITY,),
)
THROUGH = date(2026, 11, 25)
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


class Organiser:
    """An account that organises a challenge, as far as this needs one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = NOON
        clock = SimpleNamespace(time=lambda: self.now.timestamp())
        monkeypatch.setattr(module, "time", clock)
        self.members: dict[str, MemberData] = {}
        self.sites: dict[str, SiteSheet] = {}
        self.saves = 0
        self.entry = SimpleNamespace(subentries={})
        kept: dict[str, Any] = {"collected": {COLLECTION: self.members}}
        store: Any = SimpleNamespace(kept=kept.setdefault, save_within=self._count)
        self.statistics: dict[str, str] = {}
        given = SimpleNamespace(
            site=lambda member: self.sites.get(member.jid),
            consumption=lambda member: self.statistics.get(member.jid),
        )
        hass = SimpleNamespace(config=SimpleNamespace(components={"recorder"}))
        context = a_context(cast("Any", hass), store, entry=self.entry)
        context.made[FollowedMembers] = given
        self.challenges = context[Challenges]
        self.organise(CHALLENGE)

    def _count(self, _seconds: float) -> None:
        self.saves += 1

    def organise(self, challenge: Challenge | None) -> None:
        """Let the collection be one of a challenge, or of none."""
        data: dict[str, Any] = {"kind": FriendKind.COLLECTION, "collection": COLLECTION}
        if challenge is not None:
            data["challenge"] = challenge_data(challenge)
        self.entry.subentries["sub"] = ConfigSubentry(
            data=MappingProxyType(data),
            subentry_type=FRIEND,
            title="The challenge",
            unique_id=None,
            subentry_id="sub",
        )

    def join(self, number: int, team: int, **said: Any) -> BareJid:
        """Let somebody take part."""
        jid = BareJid(f"h{number}@server.org")
        data = MemberData(
            number=number,
            name=f"Home {number}",
            address=f"{jid}/r",
            joined=0.0,
            charter=1,
            gives={},
            told=1,
        )
        if team:
            data["team"] = team
        self.members[jid] = cast("MemberData", {**data, **said})
        return jid

    def say(self, jid: BareJid, plain: float, through: date = THROUGH, **said: Any) -> None:
        """Let somebody say that it saved per cent of its electricity."""
        self.challenges.take(Heard(jid, replace(score(plain), through=through, **said), None))

    def board(self) -> Board:
        """Return the board as its readers have it."""
        board = self.challenges.board(self.entry.subentries["sub"])
        assert board is not None
        return board_from_text(board_to_text(board))


def score(plain: float) -> Score:
    return Score(COLLECTION, THROUGH, 0.94, {Energy.ELECTRICITY: Saved(plain, plain / 2)}, plain)


@pytest.fixture
def organiser(monkeypatch: pytest.MonkeyPatch) -> Organiser:
    return Organiser(monkeypatch)


@pytest.fixture
def team(organiser: Organiser) -> list[BareJid]:
    """Return the five homes of the first team, which saved 2, 4, 6, 8 and 8 per cent."""
    several = [organiser.join(number, 1) for number in range(1, 6)]
    for jid, plain in zip(several, (2.0, 4.0, 6.0, 8.0, 8.0), strict=True):
        organiser.say(jid, plain)
    return several


# What is taken


def test_a_score_is_kept_and_one_of_the_same_day_is_instead_of_it(organiser: Organiser) -> None:
    jid = organiser.join(1, 1)
    organiser.say(jid, 5.0)
    organiser.say(jid, 7.0)
    kept = organiser.members[jid]["score"]
    assert kept["saved"] == {"electricity": {"plain": 7.0, "corrected": 3.5}}
    assert (kept["through"], kept["coverage"], kept["week"]) == ("2026-11-25", 0.94, 7.0)
    assert organiser.saves == 2


def test_of_each_week_what_was_said_last_is_kept(organiser: Organiser) -> None:
    jid = organiser.join(1, 1)
    # Sundays end the weeks of this action.
    for day, plain in ((7, 1.0), (8, 2.0), (9, 3.0), (15, 4.0), (25, 5.0)):
        organiser.say(jid, plain, date(2026, 11, day))
    organiser.say(jid, 6.0, week=None)
    assert organiser.members[jid]["score"]["weeks"] == {"0": 2.0, "1": 4.0, "3": 5.0}


@pytest.mark.parametrize(
    ("through", "now"),
    [
        pytest.param(date(2026, 11, 1), NOON, id="before the beginning"),
        pytest.param(date(2026, 11, 27), NOON, id="tomorrow"),
        # Somewhere it is the 27th already at ten in the morning UTC, and at nine it is not.
        pytest.param(date(2026, 11, 26), NOON.replace(hour=9), id="a day that is over nowhere"),
        pytest.param(date(2026, 12, 28), NOON + timedelta(days=40), id="after the end"),
        pytest.param(date(2026, 12, 27), datetime(2027, 1, 4, tzinfo=UTC), id="eight days late"),
    ],
)
def test_a_score_of_a_day_that_cannot_count_is_refused(
    organiser: Organiser, through: date, now: datetime
) -> None:
    jid = organiser.join(1, 1)
    organiser.now = now
    with pytest.raises(PayloadRefused, match="bad_score"):
        organiser.say(jid, 99.0, through)
    assert "score" not in organiser.members[jid]


@pytest.mark.parametrize(
    ("through", "now"),
    [
        pytest.param(date(2026, 11, 2), NOON, id="the first day"),
        pytest.param(date(2026, 11, 26), NOON.replace(hour=10), id="over where the day ends first"),
        pytest.param(date(2026, 12, 27), datetime(2027, 1, 3, 23, tzinfo=UTC), id="a week late"),
    ],
)
def test_a_score_of_a_day_that_counts_is_taken(
    organiser: Organiser, through: date, now: datetime
) -> None:
    jid = organiser.join(1, 1)
    organiser.now = now
    organiser.say(jid, 9.0, through)
    assert organiser.members[jid]["score"]["through"] == through.isoformat()


def test_nobody_else_has_a_score_here(organiser: Organiser) -> None:
    jid = organiser.join(1, 1)
    with pytest.raises(PayloadRefused, match="stranger"):
        organiser.say(BareJid("stranger@server.org"), 99.0)
    with pytest.raises(PayloadRefused, match="stranger"):
        organiser.say(jid, 99.0, collection=OTHER)
    organiser.organise(None)
    with pytest.raises(PayloadRefused, match="bad_score"):
        organiser.say(jid, 99.0)
    assert organiser.saves == 0


def test_a_score_that_was_underway_for_long_does_not_replace_a_later_one(
    organiser: Organiser,
) -> None:
    jid = organiser.join(1, 1)
    organiser.say(jid, 5.0)
    with pytest.raises(PayloadRefused, match="bad_score"):
        organiser.say(jid, 50.0, THROUGH - timedelta(days=1))
    assert organiser.members[jid]["score"]["week"] == 5.0


def test_what_the_challenge_is_not_of_is_not_kept(organiser: Organiser) -> None:
    jid = organiser.join(1, 1)
    saved = {Energy.GAS: Saved(50.0), Energy.ELECTRICITY: Saved(1.0)}
    organiser.say(jid, 0.0, saved=saved)
    assert organiser.members[jid]["score"]["saved"].keys() == {"electricity"}
    with pytest.raises(PayloadRefused, match="bad_score"):
        organiser.say(jid, 0.0, saved={Energy.GAS: Saved(50.0)})


# What all are told


def test_a_board_has_ranks_and_shared_places(organiser: Organiser, team: list[BareJid]) -> None:
    board = organiser.board()
    assert [(home.number, home.value, home.rank) for home in board.homes] == [
        (4, 8.0, 1),
        (5, 8.0, 1),
        (3, 6.0, 3),
        (2, 4.0, 4),
        (1, 2.0, 5),
    ]
    first, *others = board.teams
    assert (first.value, first.rank, first.homes, first.of) == (5.6, 1, 5, 5)
    assert [(one.value, one.rank, one.homes) for one in others] == [(None, None, 0)] * 2
    assert (board.value, board.count, board.through) == (5.6, 5, "2026-11-25")
    assert (board.rule, board.unit, board.is_final) == ("percentage", "%", False)
    assert {home.is_checked for home in board.homes} == {None}


def test_homes_are_numbers_but_for_those_who_show_their_names(
    organiser: Organiser, team: list[BareJid]
) -> None:
    organiser.members[team[0]]["is_shown"] = True
    assert {home.number: home.name for home in organiser.board().homes} == {
        1: "Home 1",
        **dict.fromkeys(range(2, 6), ""),
    }


def test_of_four_homes_in_a_team_nothing_is_told_not_even_that_they_are_four(
    organiser: Organiser, team: list[BareJid]
) -> None:
    before = organiser.board()
    for number in range(6, 10):
        organiser.say(organiser.join(number, 2, is_captain=True, is_shown=True), 90.0)
    assert replace(organiser.board(), at=before.at) == before
    # The fifth tells nothing, so they are still four that do; but five take part.
    organiser.join(10, 2)
    assert organiser.board().teams[1].of == 5
    assert organiser.board().teams[1].homes == 0
    assert organiser.board().homes == before.homes
    organiser.say(organiser.join(11, 2), 90.0)
    assert organiser.board().teams[1].homes == 5
    assert organiser.board().count == 10


def test_of_four_homes_in_all_there_is_no_board(organiser: Organiser) -> None:
    for number in range(1, 5):
        organiser.say(organiser.join(number, 1), 5.0)
    board = organiser.board()
    assert (board.homes, board.value, board.count, board.coverage) == ((), None, 0, None)
    assert [(one.homes, one.of, one.weeks) for one in board.teams] == [(0, 0, ())] * 3
    assert not board.through


def test_who_leaves_takes_its_score_along(organiser: Organiser, team: list[BareJid]) -> None:
    organiser.say(organiser.join(6, 1), 100.0)
    assert organiser.board().homes[0].number == 6
    del organiser.members["h6@server.org"]
    assert organiser.board().teams[0].value == 5.6
    del organiser.members[team[0]]
    assert organiser.board().homes == ()


def test_who_is_in_no_team_is_on_no_board(organiser: Organiser, team: list[BareJid]) -> None:
    for number, none in ((6, 0), (7, 4)):
        organiser.say(organiser.join(number, none), 100.0)
    assert organiser.board().count == 5


def test_other_days_begin_anew(organiser: Organiser, team: list[BareJid]) -> None:
    moved = replace(CHALLENGE, action=(date(2026, 11, 9), date(2027, 1, 3)))
    organiser.organise(moved)
    assert organiser.board().count == 0
    for jid in team:
        organiser.say(jid, 3.0, date(2026, 11, 24))
    assert organiser.board().value == 3.0
    assert organiser.members[team[0]]["score"]["weeks"] == {"2": 3.0}


def test_a_team_has_its_weeks_where_five_homes_told_of_them(
    organiser: Organiser, team: list[BareJid]
) -> None:
    first, *others = team
    assert organiser.board().teams[0].weeks == (None, None, None, 5.6)
    organiser.now += timedelta(days=7)
    for jid in others:
        organiser.say(jid, 10.0, date(2026, 12, 2))
    assert len(organiser.board().teams[0].weeks) == 4
    organiser.say(first, 0.0, date(2026, 12, 2))
    assert organiser.board().teams[0].weeks == (None, None, None, 5.6, 8.0)


def test_the_board_is_final_a_week_after_the_end_and_stays(
    organiser: Organiser, team: list[BareJid]
) -> None:
    organiser.now = datetime(2027, 1, 3, 23, 59, tzinfo=UTC)
    assert not organiser.board().is_final
    organiser.now = datetime(2027, 1, 4, tzinfo=UTC)
    assert organiser.board().is_final
    assert organiser.board().count == 5


def test_a_home_is_compared_by_the_sheet_that_it_gives(
    organiser: Organiser, team: list[BareJid]
) -> None:
    organiser.organise(replace(CHALLENGE, rule=Rule.GRAND_DEFI_2019))
    assert organiser.board().value == 5.6
    for jid in team:
        organiser.sites[jid] = SiteSheet(SiteKind.HOME, Heating.ELECTRIC)
    # Among those whom electricity heats: 2 - 5.6 … 8 - 5.6.
    assert organiser.board().value == 0.0
    assert {home.value for home in organiser.board().homes} == {2.4, 0.4, -1.6, -3.6}


# Whether it is so


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        pytest.param((2.0, 1.0), True, id="borne out"),
        pytest.param((40.0, 1.0), False, id="a lie"),
        pytest.param(None, None, id="too little came"),
    ],
)
async def test_who_lies_is_shown_as_one_whose_readings_differ(
    organiser: Organiser,
    team: list[BareJid],
    monkeypatch: pytest.MonkeyPatch,
    measured: tuple[float, float] | None,
    expected: bool | None,
) -> None:
    asked: list[str] = []

    async def plain(_hass: Any, statistic_id: str, *_: Any) -> tuple[float, float] | None:
        asked.append(statistic_id)
        return measured

    monkeypatch.setattr(module, "async_plain", plain)
    # The first gives its consumption, and said 2 per cent of all days; the others give nothing.
    organiser.members[team[0]]["score"]["coverage"] = 1.0
    organiser.statistics[team[0]] = "sensor.first"
    for _ in range(2):
        await organiser.challenges.check(organiser.entry.subentries["sub"])
    checked = {home.number: home.is_checked for home in organiser.board().homes}
    assert checked == {1: expected} | dict.fromkeys(range(2, 6))
    # What was found of all days is not looked for again.
    assert asked == ["sensor.first"] * (1 if measured else 2)


async def test_another_score_is_said_alone_until_it_is_looked_at(
    organiser: Organiser, team: list[BareJid], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def plain(*_: Any) -> tuple[float, float]:
        return 2.0, 1.0

    monkeypatch.setattr(module, "async_plain", plain)
    organiser.statistics[team[0]] = "sensor.first"
    await organiser.challenges.check(organiser.entry.subentries["sub"])
    organiser.say(team[0], 90.0, coverage=1.0)
    assert {home.is_checked for home in organiser.board().homes} == {None}
    await organiser.challenges.check(organiser.entry.subentries["sub"])
    assert organiser.board().homes[0].is_checked is False


# What the organiser does


def test_a_team_has_one_captain_of_its_own(organiser: Organiser, team: list[BareJid]) -> None:
    organiser.join(6, 2)
    designate = organiser.challenges.designate
    designate(COLLECTION, 1, 3)
    assert organiser.board().teams[0].captain == 3
    designate(COLLECTION, 1, 4)
    assert organiser.board().teams[0].captain == 4
    for number in (6, 99):
        with pytest.raises(KeyError):
            designate(COLLECTION, 1, number)
    assert organiser.board().teams[0].captain == 4
    designate(COLLECTION, 1, None)
    assert organiser.board().teams[0].captain is None


def test_a_member_moves_to_another_team_and_is_told(
    organiser: Organiser, team: list[BareJid]
) -> None:
    told: list[Member] = []
    organiser.challenges.reteamed.add(told.append)
    organiser.challenges.designate(COLLECTION, 1, 1)
    organiser.challenges.move(COLLECTION, 1, 1)
    assert not told
    organiser.challenges.move(COLLECTION, 1, 3)
    assert [member.number for member in told] == [1]
    data = organiser.members[team[0]]
    assert (data["team"], data["told"], data.get("is_captain")) == (3, None, None)
    # It left four behind.
    assert organiser.board().homes == ()


@pytest.mark.parametrize(("number", "team"), [(99, 1), (1, 0), (1, 4)])
def test_nobody_moves_to_where_there_is_no_team(
    organiser: Organiser, number: int, team: int
) -> None:
    organiser.join(1, 1)
    with pytest.raises(KeyError):
        organiser.challenges.move(COLLECTION, number, team)


@pytest.mark.parametrize(
    "change",
    [
        lambda organiser: organiser.say(organiser.join(1, 1), 1.0),
        lambda organiser: organiser.challenges.designate(COLLECTION, 1, None),
        lambda organiser: (organiser.join(1, 1), organiser.challenges.move(COLLECTION, 1, 2)),
    ],
    ids=["a score", "a captain", "a move"],
)
def test_whatever_a_board_is_made_of_is_told(
    organiser: Organiser, change: Callable[[Organiser], object]
) -> None:
    told: list[None] = []
    organiser.challenges.changed.add(lambda: told.append(None))
    change(organiser)
    assert told
