"""Each example of docs/protocol.md is what the code reads, and to the letter what it writes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
import re
from xml.etree.ElementTree import Element, canonicalize, fromstring, tostring

import pytest

from custom_components.sen1.protocol.catalogue import (
    access_command,
    access_request_of,
    list_answer,
    list_command,
    offers_of,
)
from custom_components.sen1.protocol.collecting.collection import (
    COLLECT,
    collection_asked,
    collection_from_element,
    collection_request,
    collection_to_element,
)
from custom_components.sen1.protocol.forms import COMMAND, fields_of
from custom_components.sen1.protocol.model import BareJid, Grant, node_of
from custom_components.sen1.protocol.stamps import parse_stamp
from custom_components.sen1.protocol.stanzas import (
    description_from_item,
    grant_from_element,
    item_from_element,
    item_to_element,
)
from custom_components.sen1.protocol.trust.identity import (
    KEYS as KEYS_TAG,
    MOVED,
    keys_of,
    keys_to_element,
    moved_from,
    moved_to_element,
)
from custom_components.sen1.protocol.trust.keys import Keys
from custom_components.sen1.protocol.trust.kinds import (
    KINDS,
    StatementKind,
    message_from_element,
    message_to_element,
)
from custom_components.sen1.protocol.trust.packing import WORDS
from custom_components.sen1.protocol.trust.receipts import (
    DAY_STATEMENT,
    GET_DAY,
    day_command,
    day_from_element,
    day_request_of,
    day_to_elements,
)
from custom_components.sen1.protocol.trust.signed import Statement, sign, signed_in, verified
from custom_components.sen1.protocol.trust.wire import envelope_said, signed_part

from .package import PROJECT

KEYS = Keys(bytes(range(32)), bytes(range(32, 64)))
"""Of the example that is whole."""

LEFT_OUT = "…"

NOW = parse_stamp("2026-11-24T12:00:31Z")
"""When the examples are read."""


def examples() -> dict[str, Element]:
    """Return the examples by what they are of: their element, what is in it, and of what kind."""
    written = (PROJECT / "docs" / "protocol.md").read_text()
    found: dict[str, Element] = {}
    for block in re.findall(r"```xml\n(.+?)```", written, re.DOTALL):
        element = fromstring(block)
        subject = subject_of(element)
        several = sum(name.startswith(subject) for name in found)
        found[f"{subject} {several + 1}" if several else subject] = element
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
    item_id, envelope = example.get("id", ""), example[0]
    # What is said again describes itself.
    told = description_from_item(envelope) if signed_part(envelope) is None else None
    description = told or grant().description
    assert description is not None
    read = item_from_element(item_id, envelope, description, now=NOW)
    again = item_to_element(read, description, described=told is not None)
    element = Element("item", {"id": read.id})
    element.append(again)
    if (beside := signed_part(envelope)) is not None:
        said = verified(signed_in(beside), KEYS.public.signing)
        copy = envelope_said(said, node_of(read.publication), item_id)
        assert written(copy) == written(again)
        again.append(sign(KEYS, StatementKind.ITEM, said))
    return element


def message(example: Element) -> Element:
    """Write again what a message says, by its row."""
    said = message_from_element(example[0])
    assert not isinstance(said, Element), "nothing reads it"
    element = Element("message", example.attrib)
    element.append(message_to_element(said))
    return element


def asked(example: Element) -> Element:
    if example.get("node") == GET_DAY:
        return day_command(day_request_of(fields_of(example)))
    if example.get("node") == COLLECT:
        return collection_request(*collection_asked(example))
    return access_command(access_request_of(example))


def sheet(example: Element) -> Element:
    return collection_to_element(collection_from_element(example))


def day(example: Element) -> Element:
    (element,) = day_to_elements(day_from_element(example))
    return element


def statement(example: Element) -> Element:
    """Write a statement again, with what it says."""
    said = Statement(
        BareJid(example.get("from", "")),
        parse_stamp(example.get("said", "")),
        example[0],
        to=None if "to" not in example.attrib else BareJid(example.attrib["to"]),
        about=example.get("about"),
    )
    return fromstring(signed_in(sign(KEYS, StatementKind.IDENTITY, replaced(said))).statement)


def replaced(said: Statement) -> Statement:
    """Return a statement with its payload read and written."""
    if said.payload.tag == KEYS_TAG:
        return replace(said, payload=keys_to_element(keys_of(said, said.sender)))
    if said.payload.tag == MOVED:
        return replace(said, payload=moved_to_element(moved_from(said)))
    if said.payload.tag == DAY_STATEMENT:
        return replace(said, payload=day(said.payload))
    if said.payload.tag == COMMAND:
        return replace(said, payload=listed(said.payload))
    return replace(said, payload=message(in_message(said.payload))[0])


def listed(command: Element) -> Element:
    """Return the question for a catalogue, or its answer, written again."""
    if (session := command.get("sessionid")) is None:
        return list_command()
    return list_answer(session, offers_of(command))


def in_message(payload: Element) -> Element:
    element = Element("message")
    element.append(payload)
    return element


def signed(example: Element) -> Element:
    """Sign again what stands signed in an example; of what is left out, anything."""
    element = Element(example.tag, example.attrib)
    for child in example:
        kind = StatementKind(child.get("kind", ""))
        if child.text == LEFT_OUT:
            said = Statement(BareJid("home@server.org"), NOW, Element("anything"))
        else:
            known = verified(signed_in(child), KEYS.public.signing)
            said = replaced(known)
        element.append(sign(KEYS, kind, said))
    return element


def identity(example: Element) -> Element:
    element = Element(example.tag, example.attrib)
    element.append(signed(example[0]))
    return element


AGAIN: Mapping[str, Callable[[Element], Element]] = {
    "item quoalise": item,
    "item signed": signed,
    "item identity": identity,
    "identity signed": signed,
    "statement keys": statement,
    "statement moved": statement,
    "statement erased": statement,
    "statement command": statement,
    "statement day": statement,
    "message signed": signed,
    "command signed": signed,
    "command x": asked,
    "day sent": day,
    "day got": day,
    "collection reason": sheet,
}
"""What reads an example and writes it again, by its element and what is first in it, where that is
no message."""

EXAMPLES = examples()


def test_all_examples_are_found() -> None:
    assert len(EXAMPLES) > 7
    assert (PROJECT / "docs" / "protocol.md").read_text().count("```xml") == len(EXAMPLES)


def test_each_kind_of_message_has_an_example() -> None:
    shown = {each.tag for example in EXAMPLES.values() for each in example.iter()}
    assert {row.tag for row in KINDS.values() if row.tag} - shown == set()


def test_what_is_acknowledged_is_the_grant_of_the_example() -> None:
    assert message_from_element(EXAMPLES["message grant-seen"][0]) == grant().seen


@pytest.mark.parametrize("subject", EXAMPLES)
def test_what_is_read_of_an_example_is_written_as_it_stands(subject: str) -> None:
    example = EXAMPLES[subject]
    again = AGAIN.get(" ".join(local(each) for each in (example, example[0])), message)(example)
    assert written(with_left_out(example, again)) == written(example)


def with_left_out(example: Element, ours: Element) -> Element:
    """Return what is written without what an example leaves out."""
    for theirs, one in zip(example.iter(), ours.iter(), strict=True):
        for name, text in theirs.attrib.items():
            if text == LEFT_OUT:
                assert name in one.attrib
                one.set(name, text)
        if theirs.text == LEFT_OUT:
            one.text = LEFT_OUT
        elif theirs.get("packed") and signed_in(one).statement == signed_in(theirs).statement:
            # Not all machines find the same shortest way to say it.
            one.text = theirs.text
    return ours


def test_the_words_of_packing_are_those_of_the_page() -> None:
    page = (PROJECT / "docs" / "protocol.md").read_text()
    (block,) = re.findall(r"```text\n(<ns1:command.*?)\n```", page, re.DOTALL)
    assert block.replace("\n", "").replace("\N{OPEN BOX}", " ").encode() == WORDS
