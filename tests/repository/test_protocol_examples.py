"""Each example of docs/protocol.md is what the code reads, and to the letter what it writes."""

from collections.abc import Callable, Mapping
import re
from xml.etree.ElementTree import Element, canonicalize, fromstring, tostring

import pytest

from custom_components.sen1.protocol.catalogue import (
    access_command,
    access_request_of,
    decision_to_element,
)
from custom_components.sen1.protocol.messages import Decision, Erased, Invited, message_from_element
from custom_components.sen1.protocol.model import Grant, GrantSeen
from custom_components.sen1.protocol.stamps import parse_stamp
from custom_components.sen1.protocol.stanzas import (
    erased_to_element,
    grant_from_element,
    grant_seen_to_element,
    grant_to_element,
    invited_to_element,
    item_from_element,
    item_to_element,
)

from .package import PROJECT

NOW = parse_stamp("2026-11-24T12:00:31Z")
"""When the examples are read."""


def examples() -> dict[str, Element]:
    """Return the examples by what they are of: their element, what is in it, and of what kind."""
    written = (PROJECT / "docs" / "protocol.md").read_text()
    found: dict[str, Element] = {}
    for block in re.findall(r"```xml\n(.+?)```", written, re.DOTALL):
        element = fromstring(block)
        subject = subject_of(element)
        assert subject not in found, f"two examples of {subject}"
        found[subject] = element
    return found


def subject_of(element: Element) -> str:
    names = [local(element), element.get("node", ""), element.get("kind", "")]
    if len(element):
        names += [local(element[0]), element[0].get("kind", "")]
    return " ".join(filter(None, names))


def local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def written(element: Element) -> str:
    """Return an element as text that is equal when it says the same in the same order."""
    return canonicalize(tostring(element), strip_text=True, rewrite_prefixes=True)


def grant() -> Grant:
    """Return the grant of the example, which others are of."""
    return grant_from_element(examples()["message grant"][0])


def item(example: Element) -> Element:
    description = grant().description
    assert description is not None
    read = item_from_element(example.get("id", ""), example[0], description, now=NOW)
    element = Element("item", {"id": read.id})
    element.append(item_to_element(read, description))
    return element


def message(example: Element) -> Element:
    """Write again what a message says."""
    said = message_from_element(example[0])
    element = Element("message", example.attrib)
    match said:
        case Grant():
            element.append(grant_to_element(said))
        case GrantSeen():
            of_the_grant = grant()
            assert (said.publication, said.state) == (of_the_grant.publication, of_the_grant.state)
            element.append(grant_seen_to_element(of_the_grant))
        case Decision():
            element.append(decision_to_element(said.publication, said.state))
        case Erased():
            element.append(erased_to_element(said.publication))
        case Invited():
            element.append(invited_to_element(said.token))
        case _:
            pytest.fail(f"nothing writes {said}")
    return element


def access(example: Element) -> Element:
    return access_command(access_request_of(example))


AGAIN: Mapping[str, Callable[[Element], Element]] = {
    "item quoalise": item,
    "message grant": message,
    "message grant-seen": message,
    "message invited": message,
    "command request_access x": access,
    "message decision": message,
    "message erased": message,
}
"""What reads an example and writes it again, by what it is of."""


def test_each_example_has_what_reads_and_writes_it() -> None:
    assert examples().keys() == AGAIN.keys()


@pytest.mark.parametrize("subject", AGAIN)
def test_what_is_read_of_an_example_is_written_as_it_stands(subject: str) -> None:
    example = examples()[subject]
    assert written(AGAIN[subject](example)) == written(example)
