"""Homes in order of what they use for each square metre.

Pure. As BMHS did: whole numbers, the five lowest first, and the five highest from the highest on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from ...protocol.collecting.board import ranks_of

CONF_MINE = "mine"
"""Which of the sensors is one's own, by its reference."""
CONF_NAMES = "names"
"""Whether friends stand under their names."""

SHOWN = 5
"""How many stand in the head, and in the tail."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One home; those with the same figure have the same rank, and the next ranks are left out."""

    rank: int
    name: str
    value: int
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    """All homes whose figure is known, the lowest first."""

    homes: tuple[Ranked, ...]

    @property
    def head(self) -> list[Ranked]:
        """Return the lowest, ascending."""
        return list(self.homes[:SHOWN])

    @property
    def tail(self) -> list[Ranked]:
        """Return the highest, descending."""
        return list(self.homes[: -SHOWN - 1 : -1])

    @property
    def mine(self) -> Ranked | None:
        """Return one's own place, if one's figure is known."""
        return next((home for home in self.homes if home.is_mine), None)


def ranking_of(figures: Iterable[tuple[str, float, bool]]) -> Ranking:
    """Return the ranking of names, figures and whether each is one's own.

    A figure counts without its decimals: homes are not told apart by what their surface is
    rounded to.
    """
    known = sorted((int(value), name, is_mine) for name, value, is_mine in figures)
    ranks = ranks_of([value for value, _name, _is_mine in known])
    return Ranking(
        tuple(
            Ranked(rank, name, value, is_mine)
            for rank, (value, name, is_mine) in zip(ranks, known, strict=True)
            if rank is not None
        )
    )


def pseudonyms(refs: Iterable[str], salt: str) -> dict[str, str]:
    """Return a letter for each home: the same as long as they are the same, in no order of theirs.

    After Z come AA, AB and so on.
    """
    mixed = sorted(refs, key=lambda ref: sha256(f"{salt}/{ref}".encode()).digest())
    return {ref: _letters(number) for number, ref in enumerate(mixed)}


def _letters(number: int) -> str:
    before, last = divmod(number, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)
