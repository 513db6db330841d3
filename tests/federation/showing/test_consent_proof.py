"""The proof of consents: what was granted and acknowledged, signed by both, for others to take."""

from collections.abc import Callable, Iterator
import json
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.federation.consent.notice import async_notice
from custom_components.sen1.protocol.trust.consent_record import CONTEXT
from custom_components.sen1.protocol.trust.verify_journal import is_signed, to_bytes

from ..conftest import Home, until
from ..test_exchange import shared

TERMS = {
    *("dpv:ConsentRecord", "dpv:DataSubject", "dpv:DataController", "dpv:Recipient"),
    *("dpv:Process", "dpv:Consent", "dpv:Purpose", "dpv:PersonalData", "dpv:Transmit"),
    *("dpv:Store", "dpv:Use", "dpv:Share", "dpv:ConsentNotice", "dpv:ConsentGiven"),
    *("dpv:ConsentWithdrawn", "dpv:ConsentExpired", "dpv:ConsentStatusInvalidForProcessing"),
    *("dpv:hasDataSubject", "dpv:hasDataController", "dpv:hasRecipient", "dpv:hasProcess"),
    *("dpv:hasNotice", "dpv:hasPurpose", "dpv:hasLegalBasis", "dpv:hasPersonalData"),
    *("dpv:hasProcessing", "dpv:hasDuration", "dpv:hasConsentStatus"),
}
"""Of the Data Privacy Vocabulary, version 2: those a record may use."""


async def proof(home: Home, client: WebSocketGenerator, **of: str) -> list[dict[str, Any]]:
    """Return the records that a home exports."""
    connection = await client(home.hass)
    message = {"type": "sen1/consent_proof", "entry_id": home.entry.entry_id, **of}
    await connection.send_json_auto_id(message)
    result = (await connection.receive_json())["result"]
    assert result["name"].endswith(".jsonld")
    document = json.loads(result["text"])
    assert document["@context"] == CONTEXT
    records: list[dict[str, Any]] = document["@graph"]
    return records


def kinds(record: dict[str, Any]) -> list[str]:
    """Return what was said, in order."""
    return [event["event_type"] for event in record["consent_events"]]


def words(value: Any) -> Iterator[str]:
    """Yield the terms of DPV that a document uses."""
    if isinstance(value, dict):
        for part in (*value, *value.values()):
            yield from words(part)
    elif isinstance(value, list):
        for part in value:
            yield from words(part)
    elif isinstance(value, str) and value.startswith("dpv:"):
        yield value


async def test_both_have_the_same_record_of_a_consent_with_what_both_signed(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    hass_ws_client: WebSocketGenerator,
) -> None:
    publication, friend = await shared(house, cooperative)

    async def given() -> dict[str, Any] | None:
        found = await proof(house, hass_ws_client, friend_id=friend.subentry_id)
        return found[0] if found and "grant-seen" in kinds(found[0]) else None

    record = await until(given)
    assert kinds(record)[0] == "grant"
    assert record["consent_events"][0]["event_state"] == "dpv:ConsentGiven"
    assert record["pii_principal_id"]["@id"] == f"xmpp:{house.entry.data['jid']}"
    assert record["pii_controllers"]["@id"] == f"xmpp:{cooperative.entry.data['jid']}"
    assert record["pii_processing"]["purposes"][0]["dct:title"] == "display"
    assert record["pii_processing"]["retention_period"] == "P365D"
    assert record["pii_processing"]["pii_information"][0]["sen1:quantity"] == "power"
    for signed in record["signed"]:
        key, signature, statement = (
            to_bytes(signed[part]) for part in ("key", "signature", "statement")
        )
        assert is_signed(key, signed["kind"], statement, signature)
    assert len({signed["key"] for signed in record["signed"]}) == 2
    assert set(words([record, CONTEXT])) <= TERMS
    (theirs,) = await proof(cooperative, hass_ws_client)
    assert theirs["record_id"] == record["record_id"]
    assert await proof(house, hass_ws_client, publication=str(publication.unique_id)) == [record]
    assert await proof(house, hass_ws_client, publication="another") == []


async def test_a_record_holds_the_text_that_was_shown_and_says_when_it_was_taken_back(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    hass_ws_client: WebSocketGenerator,
) -> None:
    _, friend = await shared(house, cooperative)
    flow = await house.change(friend, "withdraw")
    await hass.config_entries.subentries.async_configure(flow["flow_id"], {})

    async def erased() -> dict[str, Any] | None:
        found = await proof(house, hass_ws_client)
        return found[0] if found and "erased" in kinds(found[0]) else None

    record = await until(erased)
    states = [event["event_state"] for event in record["consent_events"] if "event_state" in event]
    assert states[-1] == "dpv:ConsentWithdrawn"
    notice, text = await async_notice(hass, record["privacy_notice"]["dct:source"])
    assert record["privacy_notice"]["sen1:sha256"] == notice.hash
    assert record["privacy_notice"]["dct:description"] == text
    assert "purpose" in text


@pytest.mark.parametrize("of", [{"entry_id": "none"}, {"friend_id": "none"}])
async def test_of_what_there_is_not_there_is_no_proof(
    hass: HomeAssistant, house: Home, of: dict[str, str], hass_ws_client: WebSocketGenerator
) -> None:
    connection = await hass_ws_client(hass)
    message = {"type": "sen1/consent_proof", "entry_id": house.entry.entry_id, **of}
    await connection.send_json_auto_id(message)
    assert (await connection.receive_json())["error"]["code"] == "not_found"


async def test_of_a_series_that_was_named_as_a_friend_there_is_no_proof(
    hass: HomeAssistant,
    house: Home,
    meter: Callable[[object], None],
    hass_ws_client: WebSocketGenerator,
) -> None:
    publication = await house.publish("sensor.meter")
    connection = await hass_ws_client(hass)
    await connection.send_json_auto_id(
        {
            "type": "sen1/consent_proof",
            "entry_id": house.entry.entry_id,
            "friend_id": publication.subentry_id,
        }
    )
    assert (await connection.receive_json())["error"]["code"] == "not_found"
