"""Proxies of 2019 over two servers, of both kinds: what they send, what they are sent."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
import time
from typing import Any

from homeassistant.components.recorder.core import Recorder
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest

from custom_components.sen1.const import plain
from custom_components.sen1.federation.config import proxy_data, publication_data
from custom_components.sen1.federation.legacy import proxies
from custom_components.sen1.federation.legacy.feeds import Feeds
from custom_components.sen1.federation.legacy.proxies import Proxies
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.showing.overview import async_sharing, sharing_of
from custom_components.sen1.protocol.budget import ALLOWANCES, Effort
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.repairs import async_create_fix_flow
from testbed.proxy_2019 import PARIS, JavaProxy, Proxy, PythonProxy, connected
from testbed.statistics import hourly_rows
from testbed.waiting import until as happens
from testbed.xmpp import Account, XmppServer

from ..conftest import Held, Home, until
from .test_data_nodes import ON_BOTH_KINDS, state_of

type Meter = Callable[[object], None]

SERIES = ("demo@bmhs.test", "Compteur", "conso", "W")
ROW = {
    "title": "School",
    "username": "demo@bmhs.test",
    "name": "Compteur",
    "metaname": "conso",
    "unit": "W",
    "type": "dt_numeric",
    "content": "mean",
}
FEED = "demo@bmhs.test\nCompteur\nconso"

BOTH_KINDS = pytest.mark.parametrize("kind", [PythonProxy, JavaProxy])


def has_come(proxy: Proxy, power: int) -> bool:
    return bool(proxy.received and proxy.received[-1][4] == power)


async def add_proxy(
    home: Home, proxy: Proxy, *granted: ConfigSubentry, received: tuple[dict[str, Any], ...] = ()
) -> ConfigSubentry:
    """Add a proxy through the flow."""
    flows = home.hass.config_entries.subentries
    known = set(home.entry.subentries)
    flow = await flows.async_init((home.entry.entry_id, "friend"), context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "proxy"})
    fields = {
        "jid": proxy.account.jid,
        "name": "Old",
        "theirs": proxy.name,
        "ours": "ha",
        "zone": "Europe/Paris",
        "publications": [publication_data(s)["publication"] for s in granted],
        "until": (dt_util.now() + timedelta(days=30)).date().isoformat(),
        "purpose": "display",
    }
    bad = await flows.async_configure(flow["flow_id"], {**fields, "zone": "Europe/Rennes"})
    assert bad["errors"] == {"zone": "no_time_zone"}
    flow = await flows.async_configure(flow["flow_id"], fields)
    assert flow["step_id"] == "proxy_series", flow
    sent = [
        {
            "publication": publication_data(subentry)["publication"],
            "username": "home",
            "name": "meter",
            "metaname": "papp",
            "unit": "VA",
            "type": "dt_numeric",
        }
        for subentry in granted
    ]
    result = await flows.async_configure(
        flow["flow_id"], {"sent": sent, "received": list(received)}
    )
    assert result["type"] == "create_entry", result
    (subentry_id,) = set(home.entry.subentries) - known
    return home.entry.subentries[subentry_id]


@ON_BOTH_KINDS
@BOTH_KINDS
async def test_readings_go_both_ways_over_two_servers(
    hass: HomeAssistant, house: Home, bob: Account, meter: Meter, kind: type[Proxy]
) -> None:
    async with connected(kind(bob, "lognact")) as proxy:
        publication = await house.publish("sensor.meter")
        friend = await add_proxy(house, proxy, publication, received=(ROW,))
        now = time.time() // 1
        proxy.send(house.account.jid, "ha", SERIES, [(now - 60, 230.5), (now, 231)])
        state = await until(lambda: (s := state_of(house, FEED)) and s.state == "231" and s)
        assert state.name == "Old School"
        assert state.attributes["unit_of_measurement"] == "W"
        assert state.attributes["measured_at"].timestamp() == now

        for power in (700, 710, 720):
            meter(power)
            await until(partial(has_come, proxy, power))
        (published,) = house.runtime[Publishing].publications.values()
        assert proxy.received[-1][:3] == ("home", "meter", "papp")
        newest = published.publisher.newest
        assert newest is not None
        assert proxy.received[-1][3] == pytest.approx(newest.readings[-1].time, abs=0.001)
        assert not proxy.refused
        ((grant,),) = (series["grants"] for series in sharing_of(house.entry)["shares"])
        assert (grant["friend"], grant["kind"]) == (friend.title, "proxy")
        assert grant["readings"] == len(proxy.received)

        # What is no longer granted stays in the house.
        flows = hass.config_entries.subentries
        flow = await flows.async_init(
            (house.entry.entry_id, "friend"),
            context={"source": "reconfigure", "subentry_id": friend.subentry_id},
        )
        assert flow["menu_options"] == ["reconfigure_proxy", "choose", "withdraw"]
        flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "reconfigure_proxy"})
        fields = {
            "name": "Old",
            "theirs": "lognact",
            "ours": "ha",
            "zone": "Europe/Paris",
            "publications": [],
            "until": (dt_util.now() + timedelta(days=30)).date().isoformat(),
            "purpose": "display",
        }
        flow = await flows.async_configure(flow["flow_id"], fields)
        result = await flows.async_configure(flow["flow_id"], {"sent": [], "received": [ROW]})
        assert result["reason"] == "reconfigure_successful"
        count = len(proxy.received)
        meter(999)
        proxy.send(house.account.jid, "ha", SERIES, [(now + 1, 5)])
        await until(lambda: state_of(house, FEED).state == "5")
        assert len(proxy.received) == count


async def test_what_is_measured_in_a_pause_is_never_sent_to_a_proxy(
    house: Home, bob: Account, meter: Meter
) -> None:
    async with connected(PythonProxy(bob, "lognact")) as proxy:
        publication = await house.publish("sensor.meter")
        friend = await add_proxy(house, proxy, publication)
        meter(700)
        await until(lambda: [row[4] for row in proxy.received][-1:] == [700])
        await house.change_terms(friend, publication, paused=True, retention_days=30)
        (grant,) = proxy_data(house.entry.subentries[friend.subentry_id])["grants"]
        assert grant["retention_days"] == 30
        meter(710)
        await house.change_terms(friend, publication, paused=False)
        # A pause ends with the millisecond it is ended in.
        await asyncio.sleep(0.002)
        meter(720)
        await until(lambda: proxy.received[-1][4] == 720)
        assert 710 not in [row[4] for row in proxy.received]
        (account,) = async_sharing(house.hass)["accounts"]
        ((told,),) = (series["grants"] for series in account["shares"])
        assert (told["friend"], told["state"], told["retention_days"]) == ("Old", "active", 30)
        assert told["readings"] == len(proxy.received)


async def test_a_challenge_at_a_proxy_needs_a_statement_of_age(
    house: Home, bob: Account, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    flows = house.hass.config_entries.subentries
    flow = await flows.async_init((house.entry.entry_id, "friend"), context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "proxy"})
    fields = {
        "jid": bob.jid,
        "name": "Old",
        "theirs": "lognact",
        "ours": "ha",
        "zone": "Europe/Paris",
        "publications": [publication_data(publication)["publication"]],
        "until": (dt_util.now() + timedelta(days=30)).date().isoformat(),
        "purpose": "challenge",
    }
    flow = await flows.async_configure(flow["flow_id"], fields)
    assert flow["step_id"] == "age"
    flow = await flows.async_configure(flow["flow_id"], {"is_of_age": True})
    assert flow["step_id"] == "proxy_series"
    result = await flows.async_configure(flow["flow_id"], {"sent": [], "received": []})
    assert result["data"]["grants"][0]["is_of_age"]


@ON_BOTH_KINDS
async def test_the_night_the_clock_is_set_back_loses_nothing(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, bob: Account
) -> None:
    begin = datetime(2026, 10, 25, tzinfo=PARIS).timestamp()
    values = [(begin + 1800 * n, 100 + n) for n in range(50)]
    async with connected(PythonProxy(bob, "lognact")) as proxy:
        await add_proxy(house, proxy, received=(ROW,))
        # A message for each hour, as it pulls.
        for n in range(0, 50, 2):
            proxy.send(house.account.jid, "ha", SERIES, values[n : n + 2])
        (feed,) = await until(
            lambda: (f := house.runtime[Feeds].all_feeds()) and f[0].received == 50 and f
        )

        wanted = [(values[n][1] + values[n + 1][1]) / 2 for n in range(0, 50, 2)]

        async def are_all_there() -> bool:
            rows = await hourly_rows(hass, feed.statistic_id, "state")
            return [row["state"] for row in rows] == pytest.approx(wanted)

        await happens(are_all_there, "25 hours", within=60)


@BOTH_KINDS
async def test_what_has_no_place_is_kept_shown_and_placed(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    bob: Account,
    kind: type[Proxy],
    hass_client: Any,
) -> None:
    assert await async_setup_component(hass, REPAIRS, {})
    async with connected(kind(bob, "lognact")) as proxy:
        friend = await add_proxy(house, proxy)
        now = time.time() // 1
        proxy.send(house.account.jid, "ha", SERIES, [(now - 60 * n, n) for n in range(5)])
        (issue,) = await until(
            lambda: [
                i for i in ir.async_get(hass).issues.values() if i.translation_key == "unplaced"
            ]
        )
        assert not house.runtime[Feeds].all_feeds()
        # Nothing is lost in a restart.
        await hass.config_entries.async_reload(house.entry.entry_id)
        assert house.runtime.diagnostics()["proxies"][0]["unplaced"] == 5
        client = await hass_client()
        flow = await (
            await client.post(
                "/api/repairs/issues/fix", json={"handler": "sen1", "issue_id": issue.issue_id}
            )
        ).json()
        shown = f"{plain('demo@bmhs.test / Compteur / conso')} (5)"
        told = flow["description_placeholders"]
        assert (told["proxy"], told["count"]) == ("Old", "5")
        assert shown in told["series"]
        path = f"/api/repairs/issues/fix/{flow['flow_id']}"
        await client.post(path, json={"next_step_id": "place"})
        answer = {
            "series": "demo@bmhs.test\nCompteur\nconso",
            "title": "School",
            "content": "mean",
        }
        result = await (await client.post(path, json=answer)).json()
        assert result["type"] == "create_entry", result
        feed = (await until(house.runtime[Feeds].all_feeds))[0]
        assert feed.received == 5
        assert state_of(house, FEED).state == "0"
        assert house.entry.subentries[friend.subentry_id].data["received"] == [ROW]
        assert house.runtime.diagnostics()["proxies"][0]["unplaced"] == 0


async def test_what_has_no_place_is_forgotten_when_the_household_says_so(
    hass: HomeAssistant, house: Home, bob: Account
) -> None:
    async with connected(PythonProxy(bob, "lognact")) as proxy:
        await add_proxy(house, proxy)
        proxy.send(house.account.jid, "ha", SERIES, [(time.time() // 1, 230.5)])
        (issue,) = await until(lambda: list(ir.async_get(hass).issues.values()))
        flow: Any = await async_create_fix_flow(hass, issue.issue_id, issue.data)
        flow.hass, flow.handler, flow.flow_id = hass, "sen1", "f"
        await flow.async_step_init()
        assert (await flow.async_step_forget())["step_id"] == "forget"
        assert (await flow.async_step_forget({}))["type"] == "create_entry"
        assert not ir.async_get(hass).issues
        assert house.runtime.diagnostics()["proxies"][0]["unplaced"] == 0


async def test_what_a_proxy_said_goes_with_the_proxy(
    hass: HomeAssistant, house: Home, bob: Account
) -> None:
    async with connected(PythonProxy(bob, "lognact")) as proxy:
        friend = await add_proxy(house, proxy, received=(ROW,))
        proxy.send(house.account.jid, "ha", SERIES, [("2026-03-29T02:30:00", 1)])
        proxy.send(house.account.jid, "ha", SERIES, [(time.time() // 1, 231)])
        await until(lambda: (s := state_of(house, FEED)) and s.state == "231")
        known = house.runtime.store.content
        assert known["unplaced"].keys() == known["clocks"].keys() == {friend.subentry_id}
        hass.config_entries.async_remove_subentry(house.entry, friend.subentry_id)
        await until(lambda: not known["unplaced"] and not known["clocks"])
        assert not ir.async_get(hass).issues


async def test_a_proxy_fills_no_disk_with_what_has_no_place(
    hass: HomeAssistant, house: Home, bob: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proxies, "MOST_UNPLACED", 3)
    async with connected(PythonProxy(bob, "lognact")) as proxy:
        await add_proxy(house, proxy)
        now = time.time() // 1
        for begin in (0, 2):
            values = [(now - n, n) for n in range(begin, begin + 2)]
            proxy.send(house.account.jid, "ha", SERIES, values)
        await until(lambda: house.runtime.journal.refusals["too_many_unplaced"] == 1)
        assert house.runtime.diagnostics()["proxies"][0]["unplaced"] == 2


async def test_what_comes_before_the_zone_of_a_proxy_is_read_is_placed_once_it_is(
    hass: HomeAssistant, house: Home, bob: Account, hold: Callable[[Any, str], Held]
) -> None:
    async with connected(PythonProxy(bob, "lognact")) as proxy:
        held = hold(house.runtime[Proxies], "async_prepare")
        await add_proxy(house, proxy, received=(ROW,))
        proxy.send(house.account.jid, "ha", SERIES, [(time.time() // 1, 231)])
        await until(lambda: house.runtime.diagnostics()["proxies"][0]["unplaced"] == 1)
        held.go.set()
        await until(lambda: (s := state_of(house, FEED)) and s.state == "231")
        assert house.runtime.diagnostics()["proxies"][0]["unplaced"] == 0


async def test_values_with_a_time_that_never_was_stay_aside(
    hass: HomeAssistant, house: Home, bob: Account
) -> None:
    async with connected(PythonProxy(bob, "lognact")) as proxy:
        await add_proxy(house, proxy, received=(ROW,))
        values = [("2026-03-29T02:30:00", 1), ("2026-03-29T03:00:00", "much"), ("soon", 3)]
        proxy.send(house.account.jid, "ha", SERIES, [*values, ("2026-03-29T03:30:00", 4)])
        await until(lambda: (s := state_of(house, FEED)) and s.state == "4")
        assert house.runtime.diagnostics()["proxies"][0]["unplaced"] == 3


async def test_nobody_but_a_proxy_of_ours_is_listened_to(
    hass: HomeAssistant,
    house: Home,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    async with connected(PythonProxy(accounts(server_pair[1], "mallory"), "x")) as stranger:
        stranger.send(house.account.jid, "ha", SERIES, [("2026-03-29T12:00:00", 1)])
        await until(lambda: house.runtime.journal.refusals["stranger"] == 1)


async def test_a_proxy_that_says_too_much_waits_and_what_it_said_is_counted(
    hass: HomeAssistant, house: Home, bob: Account
) -> None:
    async with connected(PythonProxy(bob, "lognact")) as proxy:
        await add_proxy(house, proxy, received=(ROW,))
        budgets, most = house.runtime.context.budgets, ALLOWANCES[Effort.ROW].most
        budgets.spend(Effort.ROW, BareJid(bob.jid), time.monotonic(), 2 * most)
        now = time.time() // 1
        proxy.send(house.account.jid, "ha", SERIES, [(now - 60, 230.5)])
        await until(lambda: house.runtime.journal.refusals["too_often"] == 1)
        budgets.spend(Effort.ROW, BareJid(bob.jid), time.monotonic(), -2 * most)
        proxy.send(house.account.jid, "ha", SERIES, [(now, 231)])
        await until(lambda: (s := state_of(house, FEED)) and s.state == "231")
