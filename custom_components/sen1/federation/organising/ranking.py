"""The ranking of a collection's members, by what a year comes to for each square metre.

Pure. Members are known to one another by their numbers, by name where they said so.
"""

from collections.abc import Iterable
from dataclasses import replace

from ...protocol.collecting.board import MOST_VALUE, Board, BoardHome, BoardKind, ranked
from ...protocol.wishes import PER_AREA_UNIT

BETWEEN = 600.0
"""Seconds at least between two boards: each goes to all members."""

RANKING = "board_ranking"
"""What the board of a ranking is called in unique ids and texts."""


def ranking_board(
    collection: str, title: str, members: Iterable[BoardHome], at: float
) -> Board | None:
    """Return the ranking of members by kWh/m² of a year; None: of so few homes none is told.

    A figure counts without its decimals, as it does for a household that ranks its friends: homes
    are not told apart by what their surface is rounded to.
    """
    homes = ranked(
        (
            replace(member, value=float(int(member.value)))
            for member in members
            if member.value is not None and 0 < member.value <= MOST_VALUE
        ),
        BoardKind.RANKING,
    )
    if not homes:
        return None
    return Board(
        kind=BoardKind.RANKING,
        collection=collection,
        title=title,
        unit=PER_AREA_UNIT,
        at=at,
        homes=homes,
        value=round(sum(home.value or 0 for home in homes) / len(homes), 1),
        count=len(homes),
    )
