"""Federation: from a house's entity to its friend's, over two servers, beside the servers alone.

Two accounts in one Home Assistant, on two federated Prosodys with Debian's storage in SQLite and
their own limits of rate. In turn, a state of the house is written and waited for at the friend's,
and a plain client publishes the same payload to another, on the same servers.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
import logging
import random
import statistics
import tempfile
import time
from typing import Any
import uuid
from xml.etree.ElementTree import Element

from homeassistant import loader
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)
from slixmpp import ClientXMPP

from benchmarks.report import Report
from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind
from custom_components.sen1.federation.config import FriendData, PublicationData
from custom_components.sen1.federation.publish.pubsub_node import OPTIONS
from custom_components.sen1.protocol.model import BareJid, Granularity, PublicationId, node_of
from custom_components.sen1.protocol.term import GrantData
from testbed.client import connect
from testbed.waiting import until
from testbed.xmpp import Account, federation

ROUNDS = 60
INTERVAL_S = 1
"""The fastest pace of a publication: a reading that comes sooner waits, and would be measured."""

METER = "sensor.meter"
NODE = "urn:sen1:benchmark"


def account_entry(account: Account, *subentries: ConfigSubentryData) -> MockConfigEntry:
    """Return the entry of a sharing account."""
    data = {
        CONF_KIND: Kind.ACCOUNT,
        "jid": account.jid,
        "password": account.password,
        "resource": "sen1",
        "host": account.host,
        "port": account.port,
        "ca": account.ca,
    }
    return MockConfigEntry(
        domain=DOMAIN,
        title="Sharing account",
        unique_id=account.jid,
        data=data,
        subentries_data=subentries,
    )


def friend(account: Account, *granted: PublicationId) -> ConfigSubentryData:
    """Return the subentry of a friend, who is granted these publications."""
    now = datetime.now(UTC)
    grants = [
        GrantData(
            publication=publication,
            begin=now.isoformat(),
            until=(now + timedelta(days=1)).isoformat(),
            purpose="display",
        )
        for publication in granted
    ]
    data = FriendData(jid=BareJid(account.jid), grants=grants)
    return ConfigSubentryData(
        data=dict(data), subentry_type="friend", title="Friend", unique_id=account.jid
    )


def publication(registry_id: str) -> PublicationData:
    """Return the publication of a meter's power."""
    publication_id = PublicationId(str(uuid.uuid4()))
    return PublicationData(
        publication=publication_id,
        registry_id=registry_id,
        name=f"urn:uuid:{publication_id}_consumption/power/apparent/live",
        unit="VA",
        measurement={
            "name": "apparent-power",
            "quantity": "power",
            "type": "electrical",
            "direction": "consumption",
            "unit": "VA",
        },
        granularity=Granularity.LIVE,
        interval_s=INTERVAL_S,
    )


def write(hass: HomeAssistant, value: int) -> None:
    """Write what the house's meter shows."""
    attributes = {"unit_of_measurement": "VA", "device_class": "apparent_power"}
    hass.states.async_set(METER, str(value), attributes)


@asynccontextmanager
async def homes(
    house: Account, cooperative: Account
) -> AsyncIterator[tuple[HomeAssistant, str, Callable[[], Awaitable[Element]]]]:
    """Yield a Home Assistant, the friend's entity in it, and what gets the payload last sent."""
    with tempfile.TemporaryDirectory() as folder:
        async with async_test_home_assistant(config_dir=folder) as hass:
            hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
            row = er.async_get(hass).async_get_or_create(
                "sensor", "meter", "power", suggested_object_id="meter"
            )
            write(hass, 0)
            shared = publication(row.id)
            shared_subentry = ConfigSubentryData(
                data=dict(shared),
                subentry_type="publication",
                title="Power",
                unique_id=shared["publication"],
            )
            entries = [
                account_entry(house, shared_subentry, friend(cooperative, shared["publication"])),
                account_entry(cooperative, friend(house)),
            ]
            for entry in entries:
                entry.add_to_hass(hass)
            assert await hass.config_entries.async_setup(entries[0].entry_id)

            def reading() -> str | None:
                rows = er.async_entries_for_config_entry(er.async_get(hass), entries[1].entry_id)
                ids = [row.entity_id for row in rows if row.unique_id.endswith("_reading")]
                return ids[0] if ids else None

            entity_id = await until(reading, "the friend's entity")
            await until(
                lambda: (state := hass.states.get(entity_id)) and state.state == "0",
                "the first reading",
            )

            async def payload() -> Element:
                (item,) = await entries[0].runtime_data.session.pubsub.items(
                    None, node_of(shared["publication"]), count=1
                )
                return item[0]  # type: ignore[no-any-return]

            yield hass, entity_id, payload
            for entry in entries:
                await hass.config_entries.async_unload(entry.entry_id)
            await hass.async_stop(force=True)


class Bare:
    """The servers alone: publish with one plain client, be notified with another."""

    def __init__(self, publisher: ClientXMPP, follower: ClientXMPP, payload: Element) -> None:
        self._pubsub = publisher.plugin["xep_0060"]
        self._payload = payload
        self._arrived: dict[str, asyncio.Future[float]] = {}
        follower.add_event_handler("pubsub_publish", self._notified)

    @classmethod
    async def open(cls, publisher: ClientXMPP, follower: ClientXMPP, payload: Element) -> Bare:
        """Make a node with the options of a publication, and follow it."""
        pubsub = publisher.plugin["xep_0060"]
        form = publisher.plugin["xep_0004"].make_form("submit")
        for key, value in OPTIONS.items():
            form.add_field(f"pubsub#{key}", value=value)
        await pubsub.create_node(None, NODE, config=form)
        await pubsub.modify_affiliations(None, NODE, [(follower.boundjid.bare, "member")])
        await follower.plugin["xep_0060"].subscribe(publisher.boundjid.bare, NODE)
        return cls(publisher, follower, payload)

    async def measure(self, number: int) -> float:
        """Return the seconds from a publish to its notification."""
        item_id = f"2026-11-24T12:00:00.{number:03}Z"
        arrived: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._arrived[item_id] = arrived
        began = time.perf_counter()
        await self._pubsub.publish(None, NODE, id=item_id, payload=deepcopy(self._payload))
        return await arrived - began

    def _notified(self, message: Any) -> None:
        item_id = message["pubsub_event"]["items"]["item"]["id"]
        if (arrived := self._arrived.get(item_id)) and not arrived.done():
            arrived.set_result(time.perf_counter())


class Ours:
    """The whole way: write a state of the house, see it at the friend's."""

    def __init__(self, hass: HomeAssistant, entity_id: str) -> None:
        self._hass = hass
        self._arrived: dict[str, asyncio.Future[float]] = {}
        async_track_state_change_event(hass, entity_id, self._changed)

    async def measure(self, number: int) -> float:
        """Return the seconds from the house's state to the friend's."""
        value = 1000 + number
        arrived: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._arrived[str(value)] = arrived
        began = time.perf_counter()
        write(self._hass, value)
        return await arrived - began

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and (arrived := self._arrived.get(state.state)):
            arrived.set_result(time.perf_counter())


async def measure() -> tuple[list[float], list[float]]:
    """Return the seconds of each round, the whole way and with the servers alone."""
    chance = random.Random(54)
    whole, alone = [], []
    with federation("maison.test", "coop.test") as (maison, coop):
        async with (
            connect(maison.register("publisher")) as publisher,
            connect(coop.register("follower")) as follower,
            homes(maison.register("house"), coop.register("coop")) as (hass, entity_id, payload),
        ):
            ours = Ours(hass, entity_id)
            bare = await Bare.open(publisher, follower, await payload())
            for number in range(ROUNDS):
                # Apart from each other, and from the interval of the publication before.
                await asyncio.sleep(INTERVAL_S * chance.uniform(0.55, 0.65))
                alone.append(await bare.measure(number))
                await asyncio.sleep(INTERVAL_S * chance.uniform(0.55, 0.65))
                whole.append(await ours.measure(number))
    return whole, alone


def main() -> None:
    logging.disable(logging.ERROR)
    whole, alone = asyncio.run(measure())
    figures = Report()
    medians = []
    for name, delays in (("entity_to_entity", whole), ("servers_alone", alone)):
        medians.append(1000 * statistics.median(delays))
        figures.add(f"federation.{name}.median", medians[-1], "ms")
        figures.add(f"federation.{name}.p90", 1000 * statistics.quantiles(delays, n=10)[-1], "ms")
    figures.add("federation.added.median", medians[0] - medians[1], "ms", "<=20")
    figures.exit()


if __name__ == "__main__":
    main()
