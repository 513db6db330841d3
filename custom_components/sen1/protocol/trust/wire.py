"""Where signed statements stand in what goes over the wire (docs/protocol.md).

A message holds the `<signed>` alone; a command and its answer hold it in the place of their form,
and what is signed is the whole command, so that it is an answer to nothing else. An item is the
`<signed>` alone, or stands beside what those read who have no keys.
"""

from xml.etree.ElementTree import Element

from ..errors import PayloadRefused
from ..forms import COMMAND
from .kinds import StatementKind, kind_of
from .signed import SIGNED, Statement


def claimed_kind(element: Element) -> StatementKind | None:
    """Return what a message says that it is, signed or not; None where that is none."""
    if element.tag != SIGNED:
        return kind_of(element)
    kind = element.get("kind", "")
    return StatementKind(kind) if kind in StatementKind else None


def signed_part(element: Element) -> Element | None:
    """Return the `<signed>` that an item or a command brings; None without one."""
    return element if element.tag == SIGNED else element.find(SIGNED)


def signed_command(command: Element, signed: Element) -> Element:
    """Return a command or an answer as it goes: its name, and the signed statement of the whole.

    <command xmlns="http://jabber.org/protocol/commands" node="list" action="execute">
      <signed xmlns="urn:sen1:trust:0" kind="request" …>base64</signed>
    </command>
    """
    outer = Element(COMMAND, command.attrib)
    outer.append(signed)
    return outer


def command_said(statement: Statement, outer: Element) -> Element:
    """Return the command that a statement says; raises PayloadRefused if it stands in another."""
    command = statement.payload
    if command.tag != COMMAND or command.get("node") != outer.get("node"):
        raise PayloadRefused("wrong_command")
    return command


def envelope_said(statement: Statement, node: str, item_id: str) -> Element:
    """Return the envelope of an item; raises PayloadRefused if it was said as another one."""
    if statement.node != node:
        raise PayloadRefused("wrong_node")
    if statement.item != item_id:
        raise PayloadRefused("wrong_item")
    return statement.payload


def item_with(envelope: Element, signed: Element, *, is_plain: bool) -> Element:
    """Return the payload of an item; `is_plain` has the envelope beside for who has no key."""
    if not is_plain:
        return signed
    envelope.append(signed)
    return envelope
