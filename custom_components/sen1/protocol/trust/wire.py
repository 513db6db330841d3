"""Where signed statements stand in what goes over the wire (docs/protocol.md).

A message holds the `<signed>` alone; a command and its answer hold it in the place of their form,
and what is signed is the whole command, so that it is an answer to nothing else. An item is the
`<signed>` alone, or stands beside what those read who have no keys.
"""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from ..catalogue import DECISION, LIST
from ..collecting.challenge import SCORE
from ..collecting.collection import COLLECT, COLLECTION, JOINED, NOTE
from ..collecting.register import REGISTER, REGISTER_SEEN
from ..errors import PayloadRefused
from ..forms import COMMAND
from ..model import GrantState
from ..stanzas import SEN1
from ..wishes import WISHES
from .signed import SIGNED, TRUST, Statement, StatementKind

DAY = f"{{{TRUST}}}day"

MESSAGES: Mapping[str, StatementKind] = {
    SEN1 + "grant": StatementKind.GRANT,
    SEN1 + "grant-seen": StatementKind.GRANT_SEEN,
    SEN1 + "erased": StatementKind.ERASED,
    SEN1 + "left": StatementKind.LEFT,
    DECISION: StatementKind.DECISION,
    DAY: StatementKind.DAY,
    WISHES: StatementKind.WISHES,
    COLLECTION: StatementKind.COLLECTION,
    JOINED: StatementKind.JOINED,
    NOTE: StatementKind.NOTE,
    SCORE: StatementKind.SCORE,
    REGISTER: StatementKind.REGISTER,
    REGISTER_SEEN: StatementKind.REGISTER_SEEN,
}
"""What a message is said as, by the tag of what it says. An invitation's secret is not among them:
it is told to somebody who does not know us yet."""

MESSAGE_KINDS = (*MESSAGES.values(), StatementKind.WITHDRAWAL)


def kind_of(payload: Element) -> StatementKind | None:
    """Return what a message's payload is to be signed as; None if it never is."""
    kind = MESSAGES.get(payload.tag)
    if kind is StatementKind.GRANT and payload.get("state") == GrantState.WITHDRAWN:
        return StatementKind.WITHDRAWAL
    return kind


ANSWERS: Mapping[str, StatementKind] = {
    LIST: StatementKind.CATALOGUE,
    COLLECT: StatementKind.COLLECTION,
}


def answer_kind(node: str) -> StatementKind:
    """Return what the answer to a command of this name is signed as."""
    return ANSWERS.get(node, StatementKind.ANSWER)


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
