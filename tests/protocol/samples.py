"""A publication, a grant and items of it, for the tests of the cores."""

from custom_components.sen1.protocol.model import (
    Description,
    Grant,
    GrantState,
    Granularity,
    Item,
    ItemId,
    PublicationId,
    Reading,
    node_of,
)
from custom_components.sen1.protocol.stamps import stamp

ID = PublicationId("3c6a0d5e-5b0c-4d7e-9a51-2f1f6c2f4a10")
T = 1_780_000_000.0
DESCRIPTION = Description(
    "urn:uuid:x_consumption/power/apparent/live", "Meter", "VA", {}, Granularity.LIVE, 1
)
GRANT = Grant(ID, GrantState.ACTIVE, node=node_of(ID), description=DESCRIPTION)


def there[T](value: T | None) -> T:
    """Return what there must be."""
    assert value is not None
    return value


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
