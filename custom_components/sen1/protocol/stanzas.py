"""Stanza payloads: our dataclasses to and from elements (docs/protocol.md).

Plain elements, not stanza classes: reading must be lenient towards the older nodes (children in no
namespace, empty `<meta/>`), and readings come by the hundred.
"""

from collections.abc import Sequence
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement

from ..senml import PRIMARY, SECONDARY, Record, SenmlError, from_element, to_element
from .attributes import from_attributes, to_attributes
from .collecting.board import board_from_text
from .errors import PayloadRefused
from .limits import (
    MAX_GRANT,
    MAX_ON_WIRE,
    MAX_RECORDS,
    MAX_TEXT,
    check_number,
    check_text,
    check_time,
    size_of,
)
from .model import (
    FEATURE,
    Description,
    Grant,
    GrantSeen,
    GrantState,
    Granularity,
    Item,
    ItemId,
    PublicationId,
    Reading,
    node_of,
)
from .project import project_from_attributes
from .provenance import provenance_from_attributes, provenance_to_attributes
from .quantities import is_board, is_boolean
from .sheet import SiteSheet
from .stamps import parse_stamp, stamp
from .terms import Terms

SEN1 = f"{{{FEATURE}}}"
QUOALISE = "{urn:quoalise:0}"
SENML = "{urn:ietf:params:xml:ns:senml}"
ENVELOPE = QUOALISE + "quoalise"
"""The element that readings travel in."""

MAX_REVISION = 2**31 - 1
"""A greater one is no count of changes, and could not be stored."""

MAX_ATTRIBUTES = 16
"""Of a `<measurement>`: all that Quoalise names are eight."""


def item_to_element(item: Item, description: Description, *, described: bool = False) -> Element:
    """Return the envelope of an item; `described` adds the whole description, as in a repeat.

    <quoalise xmlns="urn:quoalise:0"><data>
      <meta>
        <measurement name="apparent-power" direction="consumption" quantity="power" unit="VA"/>
        <publication xmlns="urn:sen1:0" id="…" revision="1" after="2026-11-24T12:00:25.120Z"/>
      </meta>
      <sensml xmlns="urn:ietf:params:xml:ns:senml"><senml bn="…" bt="…" bu="VA" v="640"/></sensml>
    </data></quoalise>
    """
    envelope = envelope_of(item.readings, description)
    meta = envelope[0][0]
    publication = {"id": item.publication, "revision": str(item.revision)}
    if described:
        publication |= _description_attributes(description)
    if item.after is not None:
        publication["after"] = item.after
    if item.unavailable:
        publication["state"] = "unavailable"
    if item.owed_from is not None:
        publication["owed-from"] = stamp(item.owed_from)
    SubElement(meta, SEN1 + "publication", publication)
    if described:
        _add_sheets(meta, description)
    return envelope


def envelope_of(readings: Sequence[Reading], description: Description) -> Element:
    """Return the envelope of readings, as a message to who subscribed carries it.

    <quoalise xmlns="urn:quoalise:0"><data>
      <meta><measurement name="active-power" … unit="W" sampling-interval="PT30M"/></meta>
      <sensml xmlns="urn:ietf:params:xml:ns:senml"><senml bn="…" bt="…" bu="W" v="476"/>…</sensml>
    </data></quoalise>
    """
    envelope = Element(ENVELOPE)
    data = SubElement(envelope, QUOALISE + "data")
    meta = SubElement(data, QUOALISE + "meta")
    SubElement(meta, QUOALISE + "measurement", description.measurement)
    if readings:
        data.append(to_element([record_of(reading, description) for reading in readings]))
    else:
        SubElement(data, SENML + "sensml")
    return envelope


def pack_of(envelope: Element, most: int) -> Element:
    """Return the `<sensml>` of an item, an answer or a push; raises PayloadRefused."""
    pack = next(envelope.iter(SENML + "sensml"), None)
    if pack is None:
        raise PayloadRefused("no_senml")
    if len(pack) > most:
        raise PayloadRefused("too_many_records", str(len(pack)))
    return pack


def records_of(pack: Element, now: float) -> list[Record]:
    """Return the records of a pack, which may be empty; raises PayloadRefused."""
    try:
        return from_element(pack, now=now) if len(pack) else []
    except SenmlError as error:
        raise PayloadRefused("bad_senml", str(error)) from error


def item_from_element(
    item_id: str, envelope: Element, description: Description, *, now: float
) -> Item:
    """Return the item in an envelope; its readings are in the description's SenML unit.

    Raises PayloadRefused, and then nothing of the item is used.
    """
    data = _child(envelope, "data")
    meta = _child(data, "meta")
    publication = _child(meta, "publication")
    records = records_of(pack_of(data, MAX_RECORDS), now)
    try:
        last_time = parse_stamp(item_id)
        after = publication.get("after")
        # Written anew, so that identifiers compare and sort as text.
        after_id = None if after is None else ItemId(stamp(parse_stamp(after)))
        owed = publication.get("owed-from")
        owed_from = None if owed is None else parse_stamp(owed)
        revision = _revision(publication)
    except ValueError as error:
        raise PayloadRefused("bad_item", str(error)) from error
    check_time(last_time, now)
    readings = tuple(reading_from_record(record, description, now) for record in records)
    if readings and readings[-1].time != last_time:
        # It would stand for another time than it tells.
        raise PayloadRefused("bad_item", "not the time of its last reading")
    return Item(
        publication=PublicationId(publication.get("id", "")),
        id=ItemId(stamp(last_time)),
        after=after_id,
        revision=revision,
        readings=readings,
        unavailable=publication.get("state") == "unavailable",
        owed_from=owed_from,
    )


def grant_to_element(grant: Grant) -> Element:
    """Return the grant message's payload.

    <grant xmlns="urn:sen1:0" publication="…" node="urn:sen1:publication:0:…" state="active"
           from="2026-11-24T12:00:00.000Z" until="2027-11-24T12:00:00.000Z" purpose="display"
           retention="P365D" said="2026-11-24T12:00:00.000Z">
      <publication id="…" revision="1" name="urn:uuid:…_consumption/power/apparent/live"
                   title="Meter" granularity="live" unit="VA"/>
      <measurement xmlns="urn:quoalise:0" name="apparent-power" … unit="VA"/>
      <project type="solar" peak-power="24.7" shares="160" capital="40000" currency="EUR" …/>
      <site kind="school" heating="gas" floor-area="1250" yearly="48000" …/>
      <controller name="Foyer Ibis"/><device source="meter" manufacturer="Enedis" model="Linky"/>
    </grant>
    """
    attributes = {"publication": grant.publication, "state": str(grant.state)}
    times = {"from": grant.begin, "erase-by": grant.erase_by, "said": grant.said}
    attributes |= {key: stamp(time) for key, time in times.items() if time is not None}
    texts = {"node": grant.node, "reason": grant.reason}
    attributes |= {key: text for key, text in texts.items() if text}
    attributes |= to_attributes(grant.terms)
    element = Element(SEN1 + "grant", attributes)
    if (description := grant.description) is not None:
        publication = {"id": grant.publication, "revision": str(description.revision)}
        publication |= _description_attributes(description)
        SubElement(element, SEN1 + "publication", publication)
        SubElement(element, QUOALISE + "measurement", description.measurement)
        _add_sheets(element, description)
    return element


def grant_from_element(element: Element) -> Grant:
    """Return the grant a friend tells; raises PayloadRefused."""
    if size_of(element) > MAX_GRANT:
        raise PayloadRefused("too_large")
    try:
        state = GrantState(element.get("state", ""))
        terms = from_attributes(Terms, element.attrib, "bad_grant")
        begin, erase_by, said = (
            None if (text := element.get(key)) is None else parse_stamp(text)
            for key in ("from", "erase-by", "said")
        )
    except ValueError as error:
        raise PayloadRefused("bad_grant", str(error)) from error
    publication = PublicationId(_text(element, "publication"))
    description = None
    if state in (GrantState.ACTIVE, GrantState.PAUSED):
        description = _description(element)
        if not _is_random(publication):
            raise PayloadRefused("bad_publication")
        if element.get("node") != node_of(publication):
            # Whoever follows would ask for it at each link.
            raise PayloadRefused("bad_grant", "another node")
    return Grant(
        publication=publication,
        state=state,
        terms=terms,
        begin=begin,
        reason=element.get("reason", "")[:MAX_TEXT],
        node=None if description is None else node_of(publication),
        description=description,
        erase_by=erase_by,
        said=said,
    )


def grant_seen_to_element(seen: GrantSeen) -> Element:
    """Return the acknowledgement of a grant message.

    <grant-seen xmlns="urn:sen1:0" publication="…" state="active" revision="1" until="…"
                purpose="display" retention="P365D"/>
    """
    attributes = {"publication": seen.publication, "state": str(seen.state)}
    if seen.revision is not None:
        attributes["revision"] = str(seen.revision)
    return Element(SEN1 + "grant-seen", attributes | to_attributes(seen.terms))


def grant_seen_from_element(element: Element) -> GrantSeen:
    """Return what a follower acknowledges; raises PayloadRefused."""
    try:
        return GrantSeen(
            publication=PublicationId(_text(element, "publication")),
            state=GrantState(element.get("state", "")),
            revision=_revision(element) if "revision" in element.attrib else None,
            terms=from_attributes(Terms, element.attrib, "bad_grant"),
        )
    except ValueError as error:
        raise PayloadRefused("bad_grant", str(error)) from error


def description_from_item(envelope: Element) -> Description | None:
    """Return the description that a repeat carries; raises PayloadRefused."""
    meta = _child(_child(envelope, "data"), "meta")
    if not _child(meta, "publication").get("title"):
        return None
    if size_of(meta) > MAX_GRANT:
        raise PayloadRefused("too_large")
    return _description(meta)


def _description_attributes(description: Description) -> dict[str, str]:
    attributes = {
        "name": description.name,
        "title": description.title,
        "granularity": str(description.granularity),
    }
    if description.unit is not None:
        attributes["unit"] = description.unit
    if description.called:
        attributes["called"] = description.called
    if description.changed is not None:
        keys = ("changed-from", "changed-to")
        attributes |= dict(zip(keys, map(stamp, description.changed), strict=True))
    return attributes


def _add_sheets(parent: Element, description: Description) -> None:
    if description.project is not None:
        SubElement(parent, SEN1 + "project", to_attributes(description.project))
    if description.site is not None:
        SubElement(parent, SEN1 + "site", to_attributes(description.site))
    if description.provenance is not None:
        controller, device = provenance_to_attributes(description.provenance)
        SubElement(parent, SEN1 + "controller", controller)
        SubElement(parent, SEN1 + "device", device)


def record_of(reading: Reading, description: Description) -> Record:
    """Return a reading as a record of the publication."""
    if isinstance(reading.value, bool):
        return Record(name=description.name, boolean=reading.value, time=reading.time)
    if isinstance(reading.value, str):
        return Record(name=description.name, string=reading.value, time=reading.time)
    return Record(
        name=description.name, unit=description.unit, value=reading.value, time=reading.time
    )


def reading_from_record(record: Record, description: Description, now: float) -> Reading:
    """Return the reading in a record; raises PayloadRefused when it is not the publication's."""
    if record.name != description.name:
        raise PayloadRefused("wrong_name")
    value: float | str | None
    if description.unit is not None:
        value = record.value
    elif is_boolean(description.measurement):
        value = record.boolean
    else:
        value = record.string
    if value is None:
        raise PayloadRefused("wrong_value")
    if description.unit is not None and record.unit != description.unit:
        raise PayloadRefused("wrong_unit", record.unit or "none")
    check_time(record.time, now)
    if isinstance(value, str) and is_board(description.measurement):
        board_from_text(value)
    elif isinstance(value, str):
        value = value[:MAX_TEXT]
    else:
        check_number(value, MAX_ON_WIRE)
    return Reading(round(record.time, 3), value)


def _is_random(publication: PublicationId) -> bool:
    """Return whether an id is a UUID as it is written: others are names that we give ourselves."""
    try:
        return str(UUID(publication)) == publication
    except ValueError:
        return False


def _description(element: Element) -> Description:
    publication = _child(element, "publication")
    measurement = _child(element, "measurement")
    project, site = _optional_child(element, "project"), _optional_child(element, "site")
    controller, device = (_optional_child(element, name) for name in ("controller", "device"))
    if len(measurement.attrib) > MAX_ATTRIBUTES:
        raise PayloadRefused("too_large", "measurement")
    unit = publication.get("unit")
    if unit is not None and unit not in PRIMARY and unit not in SECONDARY:
        raise PayloadRefused("unknown_unit", unit[:MAX_TEXT])
    if is_board(measurement.attrib) and (unit is not None or is_boolean(measurement.attrib)):
        raise PayloadRefused("bad_description", "a board is a text")
    try:
        return Description(
            name=_text(publication, "name"),
            title=_text(publication, "title"),
            unit=unit,
            measurement={
                check_text(key, "measurement"): text[:MAX_TEXT]
                for key, text in measurement.attrib.items()
            },
            granularity=Granularity(publication.get("granularity", "")),
            revision=_revision(publication),
            called=check_text(publication.get("called", ""), "called"),
            project=None if project is None else project_from_attributes(project.attrib),
            site=None
            if site is None
            else from_attributes(SiteSheet, site.attrib, "bad_description"),
            provenance=None
            if controller is None
            else provenance_from_attributes(
                controller.attrib, {} if device is None else device.attrib
            ),
            changed=_changed(publication),
        )
    except ValueError as error:
        raise PayloadRefused("bad_description", str(error)) from error


def _changed(publication: Element) -> tuple[float, float] | None:
    begin, end = (publication.get(key) for key in ("changed-from", "changed-to"))
    if begin is None or end is None:
        return None
    changed = parse_stamp(begin), parse_stamp(end)
    if changed[0] > changed[1]:
        raise ValueError("changed until before it began")
    return changed


def _revision(element: Element) -> int:
    revision = int(element.get("revision", "1"))
    if not 0 <= revision <= MAX_REVISION:
        raise ValueError(f"revision {revision}")
    return revision


def _child(parent: Element, name: str) -> Element:
    """Return the child of that local name, whatever its namespace; raise PayloadRefused."""
    child = _optional_child(parent, name)
    if child is None:
        raise PayloadRefused("incomplete", name)
    return child


def _optional_child(parent: Element, name: str) -> Element | None:
    elements = (child for child in parent if isinstance(child.tag, str))
    return next((one for one in elements if one.tag.rpartition("}")[2] == name), None)


def _text(element: Element, key: str) -> str:
    text = element.get(key, "").strip()
    if not text:
        raise PayloadRefused("incomplete", key)
    return check_text(text, key)
