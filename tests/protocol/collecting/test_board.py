"""Boards: what is told is read as it was written, of five homes or of none, and nothing else is."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
import itertools
import json
import random
from typing import Any
from xml.etree.ElementTree import fromstring, tostring

import pytest

from custom_components.sen1.const import LEAST_HOMES
from custom_components.sen1.protocol.collecting.board import (
    MAX_NAME,
    MOST_HOMES,
    MOST_NUMBER,
    MOST_TEAMS,
    MOST_VALUE,
    MOST_WEEKS,
    Board,
    BoardHome,
    BoardKind,
    BoardTeam,
    board_from_text,
    board_to_text,
    is_enough,
    ranked,
    ranks_of,
)
from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.limits import MAX_BOARD, MAX_TEXT, check_stanza, size_of
from custom_components.sen1.protocol.model import (
    BareJid,
    Description,
    Granularity,
    Item,
    ItemId,
    Reading,
    node_of,
)
from custom_components.sen1.protocol.stamps import stamp
from custom_components.sen1.protocol.stanzas import (
    grant_from_element,
    grant_to_element,
    item_from_element,
    item_to_element,
)
from custom_components.sen1.protocol.trust.keys import KEY_BYTES, Keys
from custom_components.sen1.protocol.trust.kinds import StatementKind
from custom_components.sen1.protocol.trust.signed import Statement, sign, signed_in, verified

from ..samples import GRANT, ID, T

KEYS = Keys(b"\x01" * KEY_BYTES, b"\x02" * KEY_BYTES)
COLLECTION = "3f6a00c2d4e5f601"
LETTERS = "abcé€\U0001f4a1 \"'\\<&>\n\t"


def homes_of(*values: float | None) -> tuple[BoardHome, ...]:
    return tuple(BoardHome(number, value=value) for number, value in enumerate(values, 1))


def board_of(kind: BoardKind = BoardKind.RANKING, *values: float | None) -> Board:
    homes = ranked(homes_of(*(values or (88, 102, 102, 120, 131))), kind)
    count = sum(home.value is not None for home in homes)
    return Board(kind, COLLECTION, "Lucioles", "kWh/m²", T, homes=homes, count=count)


def invented(chance: random.Random, homes: int) -> Board:
    """Return a board of everything that one can tell, or of part of it."""

    def maybe[T](value: T) -> T | None:
        return chance.choice((None, value))

    def name(shortest: int = 0) -> str:
        return "".join(chance.choices(LETTERS, k=chance.randint(shortest, MAX_NAME)))

    def measure() -> float:
        return round(chance.uniform(-150, 150), 1)

    kind = chance.choice(list(BoardKind))
    teams = tuple(
        BoardTeam(
            name=name(1),
            homes=(reporting := chance.choice((0, 5, 23))),
            of=chance.randint(reporting, 30),
            value=(value := measure() if reporting else None),
            rank=None if value is None else 1,
            coverage=maybe(round(chance.random(), 2)),
            captain=maybe(chance.randint(1, MOST_NUMBER)),
            weeks=tuple(maybe(measure()) for _ in range(chance.randrange(9))) if reporting else (),
        )
        for _ in range(chance.randrange(2))
    )
    several = [
        BoardHome(
            number=number,
            name=name(),
            value=measure() if number <= LEAST_HOMES else maybe(measure()),
            team=maybe(0) if teams else None,
            coverage=maybe(round(chance.random(), 2)),
            week=maybe(measure()),
            is_checked=maybe(chance.choice((True, False))),
        )
        for number in range(1, homes + 1)
    ]
    placed = ranked(several, kind)
    return Board(
        kind=kind,
        collection=COLLECTION,
        title=name(1),
        unit=chance.choice(("kWh/m²", "%")),
        at=round(T + chance.random() * 1e6, 3),
        is_final=chance.choice((True, False)),
        homes=placed,
        teams=teams,
        rule=chance.choice(("", "corrected")),
        value=maybe(measure()) if placed else None,
        count=sum(home.value is not None for home in placed),
        coverage=maybe(round(chance.random(), 2)),
        through=chance.choice(("", "2026-11-25")),
    )


def test_a_board_is_read_as_it_was_written() -> None:
    chance = random.Random(22)
    for _ in range(200):
        board = invented(chance, chance.choice((0, 3, 5, 12, 60)))
        assert board_from_text(board_to_text(board)) == board


def test_what_is_known_finer_is_told_to_a_tenth_and_a_hundredth() -> None:
    homes = tuple(replace(home, coverage=0.98765) for home in homes_of(1.23456, 2, 3, 4, 5))
    told = board_from_text(board_to_text(replace(board_of(), homes=homes)))
    assert (told.homes[0].value, told.homes[0].coverage) == (1.2, 0.99)


@pytest.mark.parametrize(
    ("values", "greatest_first", "ranks"),
    [
        ([], False, []),
        ([None, None], False, [None, None]),
        ([120.0, 88.0, 102.0, 102.0], False, [4, 1, 2, 2]),
        ([7.0, None, 9.0, 7.0, -1.0], True, [2, None, 1, 2, 4]),
        ([3.0, 3.0, 3.0], False, [1, 1, 1]),
    ],
)
def test_those_alike_share_a_rank_and_the_next_are_left_out(
    values: list[float | None], greatest_first: bool, ranks: list[int | None]
) -> None:
    assert ranks_of(values, is_greatest_first=greatest_first) == ranks


def test_homes_stand_in_the_order_of_their_ranks_and_those_without_one_last() -> None:
    homes = ranked(homes_of(None, 9, 7, 7, 8, 12), BoardKind.RANKING)
    assert [(home.number, home.rank) for home in homes] == [
        (3, 1), (4, 1), (5, 3), (2, 4), (6, 5), (1, None)
    ]  # fmt: skip
    homes = ranked(homes_of(None, 9, 7, 7, 8, 12), BoardKind.CHALLENGE)
    assert [home.number for home in homes] == [6, 2, 5, 3, 4, 1]


def test_fewer_than_five_homes_are_none_at_all() -> None:
    few = homes_of(88, 102, 102, 120, None)
    assert not is_enough(few)
    assert ranked(few, BoardKind.RANKING) == ()
    for count, homes in ((4, few), (5, few), (4, ()), (1, ())):
        with pytest.raises(ValueError, match=r"too few homes|count"):
            board_to_text(replace(board_of(), homes=homes, count=count))
    none = Board(BoardKind.RANKING, COLLECTION, "Lucioles", "%", T)
    assert board_from_text(board_to_text(none)) == none
    with pytest.raises(ValueError, match="too few homes"):
        board_to_text(replace(none, value=100))


def test_a_team_of_fewer_than_five_homes_tells_no_value() -> None:
    for team in (
        BoardTeam("Cormorans", homes=4, of=9),
        BoardTeam("Cormorans", homes=0, of=9, value=3.0),
        BoardTeam("Cormorans", homes=0, of=9, weeks=(3.0,)),
    ):
        with pytest.raises(ValueError, match="too few homes"):
            board_to_text(replace(board_of(), teams=(team,)))


def full(homes: int, name: str) -> Board:
    """Return a board on which everything is as long as it is of real homes."""
    several = [
        BoardHome(
            number=number,
            name=name,
            value=-100 - number / 10,
            team=11,
            coverage=0.97,
            week=-12.3,
            is_checked=False,
        )
        for number in range(1, homes + 1)
    ]
    teams = tuple(BoardTeam("x" * 40, 30, 30, -12.3, 1, 0.97, 999, (-12.3,) * 8) for _ in range(12))
    return replace(
        board_of(BoardKind.CHALLENGE),
        homes=tuple(replace(home, rank=rank) for rank, home in enumerate(several, 1)),
        teams=teams,
        count=homes,
    )


def test_three_hundred_homes_and_a_thousand_fit() -> None:
    text = board_to_text(full(300, "Famille Dupont-Lavigne"))
    assert len(text.encode()) < MAX_BOARD / 2
    assert all(home.name for home in board_from_text(text).homes)
    ranking = board_of(BoardKind.RANKING, *(float(value) for value in range(1, 301)))
    assert len(board_to_text(ranking).encode()) < 6000
    text = board_to_text(full(MOST_HOMES, ""))
    assert len(text.encode()) <= MAX_BOARD
    assert len(board_from_text(text).homes) == MOST_HOMES


def test_names_are_left_out_where_they_do_not_fit() -> None:
    told = board_from_text(board_to_text(full(MOST_HOMES, "Famille Dupont-Lavigne")))
    assert len(told.homes) == MOST_HOMES
    assert not any(home.name for home in told.homes)


def test_what_does_not_fit_even_so_is_not_told() -> None:
    weeks = (-123456.7,) * MOST_WEEKS
    teams = tuple(BoardTeam("x" * MAX_NAME, 5, 5, weeks=weeks) for _ in range(MOST_TEAMS))
    with pytest.raises(ValueError, match="too large"):
        board_to_text(replace(full(MOST_HOMES, ""), teams=teams))


def without(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda said: said.__delitem__(key)


def so(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda said: said.__setitem__(key, value)


def column(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda said: said["homes"].__setitem__(key, value)


KINDS: tuple[Any, ...] = ("gossip", None, 1, [])
HOMES: tuple[Any, ...] = ([], 7, {"number": [1, 2, 3, 4, 5]}, "x")
"""None of them is what it should be."""


@pytest.mark.parametrize(
    "damage",
    [
        *(without(key) for key in ("kind", "collection", "title", "at", "count")),
        *(so("kind", kind) for kind in KINDS),
        *(so("collection", text) for text in ("", "../..", COLLECTION.upper(), 7)),
        *(so("title", text) for text in ("", "x" * 81, 7, None)),
        so("unit", "x" * 41),
        *(so("at", time) for time in (0, -1, 1e300, "now", None, True)),
        *(so("count", count) for count in (4, 1, -5, MOST_NUMBER + 1, 5.5, True, "5")),
        so("final", 1),
        so("coverage", 1.01),
        so("value", MOST_VALUE + 1),
        *(so("through", day) for day in ("2026-02-30", "20261125", "soon", 20261125)),
        *(so("homes", homes) for homes in HOMES),
        column("number", [1, 2, 3, 4, 4]),
        column("number", [1, 2, 3, 4]),
        column("number", [0, 2, 3, 4, 5]),
        column("number", [1.5, 2, 3, 4, 5]),
        column("number", [True, 2, 3, 4, 5]),
        column("number", 12345),
        column("name", ["x" * (MAX_NAME + 1), None, None, None, None]),
        column("name", [7, None, None, None, None]),
        column("value", [88, 102, 102, 120, None]),
        column("value", [88, 102, 102, 120, "131"]),
        column("value", [88, 102, 102, 120, MOST_VALUE + 1]),
        column("rank", [5, 4, 3, 2, 1]),
        column("rank", [0, 2, 2, 4, 5]),
        column("rank", [-1, 2, 2, 4, 5]),
        column("team", [0, None, None, None, None]),
        column("coverage", [-0.1, None, None, None, None]),
        column("checked", [1, None, None, None, None]),
        so("teams", [{"name": "", "of": 9}]),
        so("teams", [{"name": "Cormorans", "homes": 4, "of": 9}]),
        so("teams", [{"name": "Cormorans", "homes": 9, "of": 5}]),
        so("teams", [{"name": "Cormorans", "of": 9, "weeks": ["3"]}]),
        so("teams", [{"name": "Cormorans", "of": 9, "weeks": [None] * (MOST_WEEKS + 1)}]),
        so("teams", [{"name": str(number), "of": 9} for number in range(MOST_TEAMS + 1)]),
        so("teams", {"name": "Cormorans"}),
    ],
)
def test_what_is_no_board_is_refused_whole(damage: Callable[[dict[str, Any]], None]) -> None:
    said = json.loads(board_to_text(board_of()))
    damage(said)
    with pytest.raises(PayloadRefused, match="bad_board"):
        board_from_text(json.dumps(said))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "7",
        '"board"',
        "[" * 40_000,
        "[" * 20_000 + "]" * 20_000,
        '{"kind":' * 5000,
        "\ud800",
        " " * MAX_BOARD + "{}",
        board_to_text(board_of()).replace('"value":[88,', '"value":[NaN,'),
        board_to_text(board_of()).replace('"value":[88,', '"value":[Infinity,'),
        board_to_text(board_of()).replace('"value":[88,', '"value":[-1e999,'),
        board_to_text(board_of()).replace('"value":[88,', f'"value":[{"9" * 5000},'),
        board_to_text(board_of()).replace('"count":5', '"count":5,"count":5'),
        board_to_text(board_of()).replace(",", ";"),
    ],
    ids=itertools.count(),
)
def test_a_hostile_text_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(PayloadRefused, match="bad_board"):
        board_from_text(text)


def test_no_damage_to_a_text_raises_anything_else() -> None:
    chance = random.Random(7)
    text = board_to_text(invented(chance, 20))
    for _ in range(2000):
        at = chance.randrange(len(text))
        damaged = text[:at] + chance.choice('0"[]{},:-.etn') + text[at + chance.randrange(3) :]
        with suppress(PayloadRefused):
            read = board_from_text(damaged)
            # What is read can be told again.
            assert board_from_text(board_to_text(read)).kind is read.kind


def test_a_thousand_and_one_homes_are_refused() -> None:
    said = json.loads(board_to_text(board_of()))
    many = MOST_HOMES + 1
    said |= {"count": many, "homes": {"number": list(range(1, many + 1)), "value": [1] * many}}
    with pytest.raises(PayloadRefused, match="bad_board"):
        board_from_text(json.dumps(said))


def test_what_a_newer_board_tells_beside_is_passed_over() -> None:
    said = json.loads(board_to_text(board_of()))
    said["weather"] = "mild"
    said["homes"]["shoes"] = [1, 2]
    assert board_from_text(json.dumps(said)) == board_of()


BOARDS = Description(
    name="urn:uuid:x_measurement/board/P1D",
    title="Ranking of the homes",
    unit=None,
    measurement={"name": "board", "quantity": "board"},
    granularity=Granularity.DAY,
    revision=1,
)


def item_of(text: str) -> Item:
    return Item(ID, ItemId(stamp(T)), None, 1, (Reading(T, text),))


def come(text: str, description: Description = BOARDS) -> Item:
    """Return the item that a member reads, signed and packed on the way."""
    envelope = item_to_element(item_of(text), BOARDS, described=True)
    statement = Statement(BareJid("coop@coop.test"), T, envelope, node=node_of(ID), item=stamp(T))
    signed = sign(KEYS, StatementKind.ITEM, statement)
    check_stanza(signed)
    opened = verified(signed_in(fromstring(tostring(signed))), KEYS.public.signing)
    return item_from_element(stamp(T), opened.payload, description, now=T)


@pytest.mark.parametrize(
    ("board", "most"),
    [
        pytest.param(
            board_of(BoardKind.RANKING, *(float(40 + value % 170) for value in range(300))),
            6_000,
            id="the ranking of 300",
        ),
        pytest.param(
            board_of(BoardKind.RANKING, *(float(40 + value % 170) for value in range(1000))),
            16_000,
            id="the ranking of 1000",
        ),
        pytest.param(full(MOST_HOMES, ""), 65_536, id="all of 1000"),
    ],
)
def test_a_board_comes_whole_by_the_way_of_all_items(board: Board, most: int) -> None:
    text = board_to_text(board)
    assert come(text) == item_of(text)
    envelope = item_to_element(item_of(text), BOARDS)
    statement = Statement(BareJid("coop@coop.test"), T, envelope, node=node_of(ID), item=stamp(T))
    assert size_of(sign(KEYS, StatementKind.ITEM, statement)) < most


def test_an_item_with_what_is_no_board_is_refused_whole() -> None:
    for text in ("{}", "x" * 1000, board_to_text(board_of())[:-1]):
        with pytest.raises(PayloadRefused, match="bad_board"):
            come(text)


def test_any_other_text_is_no_longer_than_a_state() -> None:
    texts = replace(BOARDS, measurement={"name": "board", "quantity": "value"})
    (reading,) = come("x" * 1000, texts).readings
    assert reading.value == "x" * MAX_TEXT


@pytest.mark.parametrize(
    "said", [{"unit": "W"}, {"measurement": BOARDS.measurement | {"type": "boolean"}}]
)
def test_boards_that_are_no_texts_are_refused_with_their_grant(said: dict[str, Any]) -> None:
    grant = replace(GRANT, description=replace(BOARDS, **said))
    with pytest.raises(PayloadRefused, match="bad_description"):
        grant_from_element(grant_to_element(grant))
