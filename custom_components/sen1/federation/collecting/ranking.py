"""The ranking of a collection's members, by what a year comes to for each square metre.

Pure. Members are known to one another by their numbers, by name where they said so.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...const import LEAST_HOMES
from ...protocol.collecting.board import MOST_VALUE, Board, BoardHome, BoardKind, ranked, ranks_of
from ...protocol.wishes import PER_AREA_UNIT

RANKING = "board_ranking"
"""What the board of a ranking is called in unique ids and texts."""


@dataclass(frozen=True, slots=True)
class MemberFigure:
    """What is known of one member."""

    number: int
    name: str
    """Empty: others do not see it."""
    value: float | None
    """kWh/m² of a year."""
    heating: str | None
    """What heats it, if it tells."""


def ranking_board(
    collection: str, title: str, figures: Iterable[MemberFigure], at: float
) -> Board | None:
    """Return the ranking at a time; None: of so few homes none is told.

    A figure counts without its decimals, as it does for a household that ranks its friends: homes
    are not told apart by what their surface is rounded to.
    """
    known = {
        figure.number: (int(figure.value), figure)
        for figure in figures
        if figure.value is not None and 0 < figure.value <= MOST_VALUE
    }
    homes = ranked(
        (BoardHome(number, figure.name, float(value)) for number, (value, figure) in known.items()),
        BoardKind.RANKING,
    )
    if not homes:
        return None
    alike = _alike({number: figure.heating for number, (_, figure) in known.items()}, homes)
    return Board(
        kind=BoardKind.RANKING,
        collection=collection,
        title=title,
        unit=PER_AREA_UNIT,
        at=at,
        homes=tuple(replace(home, alike=alike.get(home.number)) for home in homes),
        value=round(sum(home.value or 0 for home in homes) / len(homes), 1),
        count=len(homes),
    )


def _alike(
    heatings: dict[int, str | None], homes: Iterable[BoardHome]
) -> dict[int, tuple[int, int]]:
    """Return each home's rank among those that heat alike, where these are enough."""
    groups = defaultdict[str, list[BoardHome]](list)
    for home in homes:
        if (heating := heatings[home.number]) is not None:
            groups[heating].append(home)
    return {
        home.number: (rank, len(group))
        for group in groups.values()
        if len(group) >= LEAST_HOMES
        for home, rank in zip(group, ranks_of([one.value for one in group]), strict=True)
        if rank is not None
    }
