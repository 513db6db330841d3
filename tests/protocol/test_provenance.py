"""Where a series comes from, on the wire and in the Store."""

from dataclasses import asdict, replace
import json
from xml.etree.ElementTree import fromstring, tostring

import pytest

from custom_components.sen1.federation.follow.progress import grant_from_json
from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.provenance import Provenance, SourceKind
from custom_components.sen1.protocol.stanzas import (
    SEN1,
    description_from_item,
    grant_from_element,
    grant_to_element,
    item_to_element,
)

from .test_stanzas import DESCRIPTION, GRANT, ITEM

WHOLE = Provenance("Foyer Ibis", SourceKind.METER, "Enedis", "Linky", via="Coop")
LEAST = Provenance("Foyer Ibis")


@pytest.mark.parametrize("provenance", [WHOLE, LEAST, None])
def test_it_goes_with_the_grant_with_a_repeat_and_into_the_store(
    provenance: Provenance | None,
) -> None:
    described = replace(DESCRIPTION, provenance=provenance)
    grant = replace(GRANT, description=described)
    assert grant_from_element(fromstring(tostring(grant_to_element(grant)))) == grant
    item = item_to_element(ITEM, described, described=True)
    assert description_from_item(fromstring(tostring(item))) == described
    assert grant_from_json(json.loads(json.dumps(asdict(grant)))) == grant


def test_a_source_of_a_later_version_is_another() -> None:
    element = grant_to_element(replace(GRANT, description=replace(DESCRIPTION, provenance=WHOLE)))
    device = element.find(SEN1 + "device")
    assert device is not None
    device.set("source", "tides")
    device.set("colour", "green")
    read = grant_from_element(element).description
    assert read is not None
    assert read.provenance == replace(WHOLE, source=SourceKind.OTHER)


@pytest.mark.parametrize(("tag", "name"), [("controller", "name"), ("device", "model")])
def test_a_text_that_is_too_long_refuses_the_whole_grant(tag: str, name: str) -> None:
    element = grant_to_element(replace(GRANT, description=replace(DESCRIPTION, provenance=WHOLE)))
    child = element.find(SEN1 + tag)
    assert child is not None
    child.set(name, "x" * 81)
    with pytest.raises(PayloadRefused, match="bad_description"):
        grant_from_element(element)


def test_who_names_nobody_to_answer_for_it_is_of_unknown_source() -> None:
    element = grant_to_element(replace(GRANT, description=replace(DESCRIPTION, provenance=WHOLE)))
    controller = element.find(SEN1 + "controller")
    assert controller is not None
    controller.set("name", " ")
    read = grant_from_element(element).description
    assert read is not None
    assert read.provenance is None
