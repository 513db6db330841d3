"""Where the readings of a series come from: who answers for them, what measured them.

Pure. Told with the description of a series (docs/protocol.md); what bears none is of unknown
source, and is not passed on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .project import SheetFields

MAX_NAME = 80
"""Characters of each text."""


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

    controller: str
    """The name of the household or body that answers for the readings."""
    source: SourceKind = SourceKind.OTHER
    manufacturer: str = ""
    model: str = ""
    via: str = ""
    """Who passed it on, where that is another."""


def provenance_to_attributes(provenance: Provenance) -> tuple[dict[str, str], dict[str, str]]:
    """Return the attributes of `<controller>` and those of `<device>`."""
    controller = {"name": provenance.controller, "via": provenance.via}
    device = {
        "source": str(provenance.source),
        "manufacturer": provenance.manufacturer,
        "model": provenance.model,
    }
    return _said(controller), _said(device)


def provenance_from_attributes(
    controller: Mapping[str, str], device: Mapping[str, str]
) -> Provenance | None:
    """Return what the attributes of `<controller>` and `<device>` say; raises ValueError.

    None: nobody answers for it. A source that a later version names is another.
    """
    texts = {
        "controller": controller.get("name", ""),
        "via": controller.get("via", ""),
        "manufacturer": device.get("manufacturer", ""),
        "model": device.get("model", ""),
    }
    for name, text in texts.items():
        texts[name] = text.strip()
        if len(texts[name]) > MAX_NAME:
            raise ValueError(f"{name} of more than {MAX_NAME} characters")
    source = device.get("source", "")
    known = SourceKind(source) if source in set(SourceKind) else SourceKind.OTHER
    return Provenance(source=known, **texts) if texts["controller"] else None


def provenance_from_json(data: Mapping[str, Any]) -> Provenance:
    """Return what the Store kept."""
    return Provenance(**dict(data, source=SourceKind(data.get("source", SourceKind.OTHER))))


def _said(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in attributes.items() if text}
