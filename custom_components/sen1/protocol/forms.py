"""Data forms (XEP-0004) and the commands that carry them (XEP-0050): written, and read strictly.

<command xmlns="http://jabber.org/protocol/commands" node="request_access" action="execute">
  <x xmlns="jabber:x:data" type="submit">
    <field var="publication"><value>0b9fd1b6-…</value></field>
  </x>
</command>
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from .errors import PayloadRefused
from .limits import MAX_TEXT
from .stamps import parse_stamp

COMMANDS = "http://jabber.org/protocol/commands"
COMMAND = f"{{{COMMANDS}}}command"
FORMS = "jabber:x:data"
DATA = f"{{{FORMS}}}"

MAX_FIELDS = 64
"""Fields of a form: one that asks for an account with a CAPTCHA has a dozen."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field as it is written; what is empty is left out."""

    var: str
    value: str | None = None
    type: str = ""
    label: str = ""
    description: str = ""


# What is written


def form(
    kind: str,
    fields: Iterable[Field],
    title: str = "",
    rows: Iterable[Mapping[str, str]] | None = None,
) -> Element:
    """Return a form; with rows it is a table (section 3.4), whose columns the fields are."""
    found = Element(DATA + "x", {"type": kind})
    if title:
        SubElement(found, DATA + "title").text = title
    _fill(found if rows is None else SubElement(found, DATA + "reported"), fields)
    for row in rows or ():
        _fill(SubElement(found, DATA + "item"), filled(row))
    return found


def filled(values: Mapping[str, str], kind: str = "") -> list[Field]:
    """Return fields that say no more than their values, and of what type these are."""
    return [Field(var, value, kind) for var, value in values.items()]


def asking(node: str, *content: Element) -> Element:
    """Return a command, with its form filled in: one step, as the deployed nodes want it."""
    command = Element(COMMAND, {"node": node, "action": "execute"})
    command.extend(content)
    return command


def answering(node: str, session: str, *content: Element, status: str = "completed") -> Element:
    """Return the answer to a command."""
    command = Element(COMMAND, {"node": node, "sessionid": session, "status": status})
    command.extend(content)
    return command


def ended_by(command: Element) -> Element | None:
    """Return the answer to who ends a command (XEP-0050, section 3.4); None to any other.

    Raises PayloadRefused: each command is one step, so nobody comes back to one before.
    """
    action = command.get("action", "execute")
    if action == "cancel":
        node, session = command.get("node", ""), command.get("sessionid", "")
        return answering(node, session, status="canceled")
    if action not in ("execute", "complete", "next"):
        raise PayloadRefused("bad_action", "execute or cancel")
    return None


# What is read


def form_in(element: Element) -> Element:
    """Return the form that an element brings; an empty one if it brings none."""
    found = next(element.iter(DATA + "x"), None)
    return Element(DATA + "x") if found is None else found


def fields_of(element: Element, most: int = MAX_TEXT) -> dict[str, str]:
    """Return the values of the form that an element brings, by field; none without a form.

    `most` is how many characters a value may have. Raises PayloadRefused.
    """
    return _values(form_in(element), most)


def rows_of(element: Element, most_rows: int, most: int = MAX_TEXT) -> list[dict[str, str]]:
    """Return the rows of the table that an element brings; raises PayloadRefused."""
    rows = list(element.iter(DATA + "item"))
    if len(rows) > most_rows:
        raise PayloadRefused("too_many_rows", str(len(rows)))
    return [_values(row, most) for row in rows]


def names_of(asked: Element) -> tuple[set[str], set[str]]:
    """Return the fields of a form that is to be filled in, and those of them it requires."""
    fields = [(field.get("var", ""), field) for field in asked.findall(DATA + "field")]
    required = {var for var, field in fields if field.find(DATA + "required") is not None}
    return {var for var, _ in fields}, required


def text_of(fields: Mapping[str, str], var: str) -> str:
    """Return what a field says; raises PayloadRefused when it is missing or empty."""
    if not (text := fields.get(var)):
        raise PayloadRefused("bad_form", f"{var} is missing")
    return text


def time_of(fields: Mapping[str, str], var: str) -> float:
    """Return the moment that a field says; raises PayloadRefused."""
    try:
        return parse_stamp(text_of(fields, var))
    except ValueError:
        raise PayloadRefused("bad_form", f"{var} in ISO 8601") from None


def choice_of[T: str](fields: Mapping[str, str], var: str, choices: Iterable[T]) -> T:
    """Return which of some words a field says; raises PayloadRefused."""
    text = text_of(fields, var)
    for choice in choices:
        if choice == text:
            return choice
    raise PayloadRefused("bad_form", f"{var} is one of {', '.join(choices)}")


def _fill(parent: Element, fields: Iterable[Field]) -> None:
    for field in fields:
        attributes = {"var": field.var, "type": field.type, "label": field.label}
        said = {name: text for name, text in attributes.items() if text}
        element = SubElement(parent, DATA + "field", said)
        if field.description:
            SubElement(element, DATA + "desc").text = field.description
        if field.value is not None:
            SubElement(element, DATA + "value").text = field.value


def _values(parent: Element, most: int) -> dict[str, str]:
    fields = parent.findall(DATA + "field")
    if len(fields) > MAX_FIELDS:
        raise PayloadRefused("too_many_fields", str(len(fields)))
    values: dict[str, str] = {}
    for field in fields:
        var, texts = field.get("var", ""), field.findall(DATA + "value")
        # A fixed field is a line to read; it need not have a name (section 3.3).
        if not var and field.get("type") == "fixed":
            continue
        if not var or var in values or len(texts) > 1:
            raise PayloadRefused("bad_form", "each field once, with a name and one value")
        text = (texts[0].text or "").strip() if texts else ""
        if max(len(var), len(text)) > most:
            raise PayloadRefused("too_long", "field")
        values[var] = text
    return values
