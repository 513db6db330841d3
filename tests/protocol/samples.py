"""A publication, a grant and items of it, for the tests of the cores."""

from __future__ import annotations

from custom_components.sen1.protocol.model import (
    Description,
    Grant,
    GrantState,
    Granularity,
    Item,
    ItemId,
    PublicationId,
    Reading,
    stamp,
)

ID = PublicationId("p")
T = 1_780_000_000.0
DESCRIPTION = Description(
    "urn:uuid:x_consumption/power/apparent/live", "Meter", "VA", {}, Granularity.LIVE, 1
)
GRANT = Grant(ID, GrantState.ACTIVE, node="n", description=DESCRIPTION)


def reading(offset: float, value: float = 1) -> Reading:
    return Reading(round(T + offset, 3), value)


def item(offset: float, after: float | None = None, *, unavailable: bool = False) -> Item:
    return Item(
        ID,
        ItemId(stamp(T + offset)),
        None if after is None else ItemId(stamp(T + after)),
        1,
        () if unavailable else (reading(offset, offset),),
        unavailable,
    )
