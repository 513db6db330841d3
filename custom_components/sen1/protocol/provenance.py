"""Where the readings of a series come from: who answers for them, what measured them.

Pure. Told with the description of a series (docs/protocol.md); what bears none is of unknown
source, and is not passed on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from .attributes import from_attributes, to_attributes
from .project import SheetFields, shortened, word_of

MAX_NAME = 80
"""Characters of each text."""

NAME = shortened(MAX_NAME)


class SourceKind(StrEnum):
    """What the readings come from."""

    METER = "meter"
    """The grid's meter, read by a device."""
    INVERTER = "inverter"
    SENSOR = "sensor"
    """Any other device."""
    HAND = "hand"
    """A meter that somebody reads."""
    FIGURE = "figure"
    """Worked out from others."""
    GROUP = "group"
    """A sum or mean of several homes."""
    DATA_NODE = "data_node"
    """An association's server, or the one of the grid's operator behind it."""
    PROXY = "proxy"
    """What speaks the dialect of 2019."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Provenance(SheetFields):
    """Who answers for a series, and what it is measured with; an empty text: not said."""

    controller: Annotated[str, NAME]
    """The name of the household or body that answers for the readings."""
    source: Annotated[SourceKind, word_of(SourceKind)] = SourceKind.OTHER
    manufacturer: Annotated[str, NAME] = ""
    model: Annotated[str, NAME] = ""
    via: Annotated[str, NAME] = ""
    """Who passed it on, where that is another."""


def provenance_to_attributes(provenance: Provenance) -> tuple[dict[str, str], dict[str, str]]:
    """Return the attributes of `<controller>` and those of `<device>`."""
    device = {"source": str(provenance.source), **to_attributes(provenance)}
    named = {"name": device.pop("controller"), "via": device.pop("via", "")}
    return {name: text for name, text in named.items() if text}, device


def provenance_from_attributes(
    controller: Mapping[str, str], device: Mapping[str, str]
) -> Provenance | None:
    """Return what the attributes of `<controller>` and `<device>` say; raises PayloadRefused.

    None: nobody answers for it. A source that a later version names is another.
    """
    named = {"controller": controller.get("name", ""), "via": controller.get("via", "")}
    provenance = from_attributes(Provenance, {**device, **named}, "bad_description")
    return provenance if provenance.controller else None


def provenance_from_json(data: Mapping[str, Any]) -> Provenance:
    """Return what the Store kept."""
    return Provenance(**dict(data, source=SourceKind(data.get("source", SourceKind.OTHER))))
