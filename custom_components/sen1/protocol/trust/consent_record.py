"""Consent records that another application can take (ISO/IEC TS 27560:2023, W3C DPV, JSON-LD).

Each is made of the signed statements alone: what was granted, what was acknowledged, what was taken
back. The keys are the fields of ISO/IEC TS 27560; the context says which terms of the Data Privacy
Vocabulary (https://w3id.org/dpv) they are. The statements go with it, so that whoever takes a
record can verify it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, fromstring

from ..model import FEATURE, BareJid, GrantState
from ..terms import Notice
from .kinds import KINDS, StatementKind
from .verify_journal import to_bytes

CONTEXT: dict[str, Any] = {
    "dpv": "https://w3id.org/dpv#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "sen1": "urn:sen1:trust:0#",
    "schema_version": "dct:conformsTo",
    "record_id": "dct:identifier",
    "pii_principal_id": "dpv:hasDataSubject",
    "pii_controllers": "dpv:hasDataController",
    "recipient_third_parties": "dpv:hasRecipient",
    "pii_processing": "dpv:hasProcess",
    "privacy_notice": "dpv:hasNotice",
    "language": "dct:language",
    "purposes": "dpv:hasPurpose",
    "lawful_basis": "dpv:hasLegalBasis",
    "pii_information": "dpv:hasPersonalData",
    "processing_method": "dpv:hasProcessing",
    "retention_period": {"@id": "dpv:hasDuration", "@type": "xsd:duration"},
    "withdrawal_method": "sen1:withdrawal",
    "consent_events": "sen1:event",
    "event_type": "sen1:statement",
    "event_time": {"@id": "dct:date", "@type": "xsd:dateTime"},
    "event_state": {"@id": "dpv:hasConsentStatus", "@type": "@id"},
    "validity_duration": "dct:valid",
    "entity_id": "dct:creator",
    "signed": "sen1:signed",
}

SCHEMA = "ISO/IEC TS 27560:2023"

STATES = {
    GrantState.ACTIVE: "dpv:ConsentGiven",
    GrantState.PAUSED: "dpv:ConsentStatusInvalidForProcessing",
    GrantState.ENDED: "dpv:ConsentExpired",
    GrantState.WITHDRAWN: "dpv:ConsentWithdrawn",
}

GRANT = StatementKind.GRANT

OF_A_GRANT = [kind for kind, row in KINDS.items() if row.is_of_grant]

GIVEN = [kind for kind in OF_A_GRANT if KINDS[kind].tag == KINDS[GRANT].tag]
"""Said by who gives; the others of a grant by who receives."""

WITHDRAWN_HOW = "In Home Assistant, at any time, in one step; the receiver is told to erase."


@dataclass(frozen=True)
class KeptStatement:
    """A signed statement as the journal keeps it: base64 texts, as in `<signed>`."""

    kind: str
    is_ours: bool
    key: str
    signature: str
    statement: str

    @cached_property
    def said(self) -> Element:
        """The statement."""
        # Of our own journal, verified when it came.
        return fromstring(to_bytes(self.statement).decode())  # noqa: S314

    @property
    def publication(self) -> str:
        """What it is of; empty for what is of no publication."""
        return self.said[0].get("publication", "")

    @property
    def notice(self) -> Notice | None:
        """What names the text that was shown to whoever granted, of a grant that says it."""
        return Notice.parse(self.said[0].get("notice", "")) if self.kind == GRANT else None


def consent_records(
    account: BareJid,
    friend: BareJid,
    kept: Iterable[KeptStatement],
    text_of: Callable[[Notice], str | None],
) -> list[dict[str, Any]]:
    """Return the records of all grants between an account and a friend, either way.

    `text_of` gives the text that a notice names, where it is still the same.
    """
    of_grants: dict[tuple[str, bool], list[KeptStatement]] = {}
    for one in kept:
        if one.kind in OF_A_GRANT:
            is_given = one.is_ours if one.kind in GIVEN else not one.is_ours
            of_grants.setdefault((one.publication, is_given), []).append(one)
    return [
        _record(account, friend, several, text_of)
        if is_given
        else _record(friend, account, several, text_of)
        for (_, is_given), several in of_grants.items()
        if any(one.kind == GRANT for one in several)
    ]


def _record(
    giver: BareJid,
    receiver: BareJid,
    several: Sequence[KeptStatement],
    text_of: Callable[[Notice], str | None],
) -> dict[str, Any]:
    said = [one.said[0] for one in several if one.kind == GRANT]
    # What says that it is over describes nothing.
    grant = next((grant for grant in reversed(said) if len(grant)), said[-1])
    publication, purpose = grant.get("publication", ""), grant.get("purpose", "")
    retention = grant.get("retention")
    record_id = str(uuid5(NAMESPACE_URL, f"xmpp:{giver}?{receiver};{publication}"))
    return {
        "@id": f"urn:uuid:{record_id}",
        "@type": "dpv:ConsentRecord",
        "schema_version": SCHEMA,
        "record_id": record_id,
        "pii_principal_id": {"@id": f"xmpp:{giver}", "@type": "dpv:DataSubject"},
        "pii_controllers": {"@id": f"xmpp:{receiver}", "@type": "dpv:DataController"},
        "recipient_third_parties": {"@id": f"xmpp:{receiver}", "@type": "dpv:Recipient"},
        "pii_processing": {
            "@type": "dpv:Process",
            "lawful_basis": {"@id": "dpv:Consent"},
            "purposes": [{"@id": f"sen1:{purpose}", "@type": "dpv:Purpose", "dct:title": purpose}],
            "pii_information": [_data(publication, grant)],
            "processing_method": _processing(grant),
            **({"retention_period": retention} if retention else {}),
            "withdrawal_method": WITHDRAWN_HOW,
        },
        **_notice(grant, text_of),
        "consent_events": list(map(_event, several)),
        "signed": [
            {
                "kind": one.kind,
                "key": one.key,
                "signature": one.signature,
                "statement": one.statement,
            }
            for one in several
        ],
    }


def _data(publication: str, grant: Element) -> dict[str, Any]:
    described = grant.find(f"{{{FEATURE}}}publication")
    measurement = grant.find("{urn:quoalise:0}measurement")
    data: dict[str, Any] = {"@id": f"urn:uuid:{publication}", "@type": "dpv:PersonalData"}
    if described is not None:
        data["dct:title"] = described.get("title", "")
        data["sen1:granularity"] = described.get("granularity", "")
    if measurement is not None:
        said = {name: measurement.get(name) for name in ("quantity", "direction")}
        data |= {f"sen1:{name}": text for name, text in said.items() if text}
    return data


def _processing(grant: Element) -> list[dict[str, str]]:
    terms = ["dpv:Transmit", "dpv:Store", "dpv:Use"]
    if grant.get("forward") == "true":
        terms.append("dpv:Share")
    return [{"@id": term} for term in terms]


def _notice(grant: Element, text_of: Callable[[Notice], str | None]) -> dict[str, Any]:
    if (notice := Notice.parse(grant.get("notice", ""))) is None:
        return {}
    said: dict[str, Any] = {
        "@type": "dpv:ConsentNotice",
        "language": notice.language,
        "dct:hasVersion": notice.version,
        "dct:source": notice.path,
        "sen1:sha256": notice.hash,
    }
    if (text := text_of(notice)) is not None:
        said["dct:description"] = text
    return {"privacy_notice": said}


def _event(one: KeptStatement) -> dict[str, Any]:
    statement, said = one.said, one.said[0]
    event: dict[str, Any] = {
        "@type": "sen1:Event",
        "event_type": one.kind,
        "event_time": statement.get("said", ""),
        "entity_id": {"@id": f"xmpp:{statement.get('from', '')}"},
    }
    if one.kind in GIVEN:
        event["event_state"] = STATES[GrantState(said.get("state", ""))]
        if until := said.get("until"):
            event["validity_duration"] = f"{said.get('from', event['event_time'])}/{until}"
    return event
