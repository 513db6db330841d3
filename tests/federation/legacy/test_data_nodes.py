"""Data nodes over real servers: asked within their limits, pushes taken whole, errors told."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from itertools import batched, pairwise
from random import Random
import time
from typing import Any

from homeassistant.components.recorder.core import Recorder
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from slixmpp.exceptions import XMPPError

from custom_components.sen1.federation.legacy import data_node_client, data_nodes
from custom_components.sen1.federation.legacy.data_node import end_of_subscription
from custom_components.sen1.federation.legacy.data_nodes import DataNodes
from custom_components.sen1.federation.legacy.feed import Feed
from custom_components.sen1.federation.legacy.feeds import Feeds
from custom_components.sen1.federation.publish.reconciler import Reconciler
from custom_components.sen1.history.archive import async_archive
from testbed.data_node import (
    PARIS,
    DataConnectNode,
    SgeTiersNode,
    Values,
    ZabbixNode,
    connected,
    meta_of,
    upstream,
)
from testbed.statistics import changes
from testbed.waiting import until as happens
from testbed.xmpp import Account, XmppServer

from ..conftest import Held, Home, until
from .test_data_node import DAY, golden_day, with_golden_day

PRM = "urn:dev:prm:09111642617347"
CURVE = f"{PRM}_consumption/power/active/raw"
DAILY = f"{PRM}_consumption/energy/active/daily"
INDEX = f"{PRM}_consumption/energy/active/index"
MAXIMUM = f"{PRM}_consumption/power/apparent/max"

ON_BOTH_KINDS = pytest.mark.parametrize(
    "server_pair",
    [
        pytest.param(("maison", "village"), id="Prosody-ejabberd"),
        pytest.param(("village", "coop"), id="ejabberd-Prosody"),
    ],
    indirect=True,
)


@pytest.fixture(autouse=True)
def _hurried(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask a node as soon as it has answered, but where its pace is what is looked at."""
    if "at_its_pace" not in request.fixturenames:
        monkeypatch.setattr(data_node_client, "PACE", 0)


@pytest.fixture
def at_its_pace() -> None:
    """Ask a node no more often than it allows."""


def midnight(days_ago: int) -> datetime:
    today = datetime.now(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days_ago)


def curve(days: int) -> Values:
    """Return the half-hours of so many days, as the meter measured them: always the same."""
    chance = Random(2022)
    times = range(int(midnight(days).timestamp()), int(midnight(0).timestamp()), 1800)
    return [(time, chance.randrange(300, 2097)) for time in times]


def daily(values: Values) -> Values:
    """Return the energy of each day of a curve, stamped at its beginning."""
    days: dict[float, float] = {}
    for at, watts in values:
        day = datetime.fromtimestamp(at, PARIS).replace(hour=0, minute=0).timestamp()
        days[day] = days.get(day, 0) + watts / 2
    return sorted(days.items())


async def add_node(home: Home, address: str, *identifiers: str) -> ConfigSubentry:
    """Add a data node through the flow."""
    flows = home.hass.config_entries.subentries
    known = set(home.entry.subentries)
    flow = await flows.async_init((home.entry.entry_id, "friend"), context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "data_node"})
    result = await flows.async_configure(
        flow["flow_id"],
        {"address": address, "name": "Enedis", "identifiers": "\n".join(identifiers)},
    )
    assert result["type"] == "create_entry", result
    (subentry_id,) = set(home.entry.subentries) - known
    return home.entry.subentries[subentry_id]


def feed_of(home: Home, name: str) -> Feed | None:
    return {feed.name: feed for feed in home.runtime[Feeds].all_feeds()}.get(name)


def state_of(home: Home, name: str, key: str = "reading") -> Any:
    feed = feed_of(home, name)
    if feed is None:
        return None
    unique_id = f"{feed.subentry_id}_{feed.key}_{key}"
    entity_id = er.async_get(home.hass).async_get_entity_id("sensor", "sen1", unique_id)
    return entity_id and home.hass.states.get(entity_id)


def issues(home: Home) -> set[str | None]:
    return {issue.translation_key for issue in ir.async_get(home.hass).issues.values()}


@pytest.fixture
async def node(house: Home, bob: Account) -> AsyncIterator[SgeTiersNode]:
    """Run a node of Enedis's data that knows a meter of nine days; it lets the house in."""
    values = curve(9)
    async with connected(
        SgeTiersNode(
            bob,
            {CURVE: values, DAILY: daily(values)},
            users=[house.account.jid],
            activation=midnight(9).timestamp(),
        )
    ) as node:
        yield node


@ON_BOTH_KINDS
async def test_a_meters_past_comes_within_the_nodes_limits(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, node: SgeTiersNode, at_its_pace: None
) -> None:
    await add_node(house, node.address, CURVE, DAILY)
    status = await until(
        lambda: (s := state_of(house, DAILY, "status")) and s.state == "receiving" and s, within=60
    )
    assert status.name == "Enedis Energy of a day status"
    times = [at for at, _, _ in node.asked]
    assert min(after - before for before, after in pairwise(times)) > 0.99
    for _, command, fields in node.asked:
        if command == "get_history":
            begin, end = (datetime.fromisoformat(fields[k]) for k in ("start_time", "end_time"))
            assert end - begin <= timedelta(days=7, hours=1)
    assert node.subscribed == {(house.account.jid, CURVE)}

    values = node.series[CURVE]
    state = state_of(house, CURVE)
    assert float(state.state) == values[-1][1]
    assert state.attributes["measured_at"].timestamp() == values[-1][0]
    assert state.attributes["unit_of_measurement"] == "W"
    feed = feed_of(house, CURVE)
    assert feed is not None

    async def all_hours() -> dict[float, float] | None:
        found = await changes(hass, feed.statistic_id)
        return found if len(found) >= len(values) // 2 else None

    hours = await happens(all_hours, "the curve's statistic", within=60)
    assert daily(sorted((at, 2 * energy) for at, energy in hours.items())) == pytest.approx(
        node.series[DAILY]
    )

    # Begun anew, it asks for nothing: the day's data are there, and the node pushes.
    (known,) = house.runtime.store.content["asked"].values()
    await until(lambda: all(asked["at"] for asked in known.values()), within=60)
    asked = len(node.asked)
    await hass.config_entries.async_reload(house.entry.entry_id)
    await until(lambda: house.runtime[Reconciler].are_nodes_in_order)
    await until(lambda: float(state_of(house, CURVE).state) == values[-1][1])
    # What was asked when the link came back has reached the node before this.
    await house.runtime.session.ask(node.address, end_of_subscription(MAXIMUM))
    assert [command for _, command, _ in node.asked[asked:]] == ["unsubscribe"]


@ON_BOTH_KINDS
@with_golden_day
async def test_the_golden_day_arrives_whole_asked_and_pushed(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, bob: Account
) -> None:
    watts = golden_day()
    hours = [(one + other) / 2 for one, other in batched(watts, 2, strict=True)]
    assert sum(hours) == 20681
    asked, pushed = (
        [(begin + 1800 * n, power) for n, power in enumerate(watts)]
        # A node gives three years; what it pushes may be of any day.
        for begin in (midnight(2).timestamp(), DAY)
    )
    node = SgeTiersNode(
        bob, {CURVE: asked}, users=[house.account.jid], activation=midnight(2).timestamp()
    )
    async with connected(node):
        await add_node(house, node.address, CURVE)
        await until(
            lambda: (s := state_of(house, CURVE, "status")) and s.state == "receiving", within=60
        )
        meta = meta_of(CURVE, name="active-power", unit="W", sampling_interval="PT30M")
        node.push(house.account.jid, meta, [(CURVE, *value) for value in pushed], "W")
        feed = feed_of(house, CURVE)
        assert feed is not None

        wanted = {
            day[0][0] + 3600 * n: energy
            for day in (asked, pushed)
            for n, energy in enumerate(hours)
        }

        async def are_both_days_there() -> bool:
            return await changes(hass, feed.statistic_id) == pytest.approx(wanted)

        await happens(are_both_days_there, "both days", within=60)


async def test_what_is_missing_of_the_last_days_is_asked_for_again(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, node: SgeTiersNode
) -> None:
    late = {at for at, _ in node.series[CURVE][-96:-48]}
    whole = node.series[CURVE]
    node.series[CURVE] = [value for value in whole if value[0] not in late][:-48]
    await add_node(house, node.address, CURVE)
    (asked,) = house.runtime.store.content["asked"].values()
    await until(lambda: asked[CURVE]["at"], within=60)
    node.series[CURVE] = whole
    asked[CURVE]["at"], asked[CURVE]["end"] = 1.0, midnight(1).timestamp()
    feed = feed_of(house, CURVE)
    assert feed is not None
    house.runtime[DataNodes].wake()
    await until(lambda: feed.latest and feed.latest.time == whole[-1][0])

    async def has_all() -> bool:
        return len(await changes(hass, feed.statistic_id)) == len(whole) // 2

    await happens(has_all, "every hour", within=60)


@ON_BOTH_KINDS
async def test_indexes_are_pushed_with_their_classes_and_counted(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, node: SgeTiersNode
) -> None:
    await add_node(house, node.address, INDEX, MAXIMUM)
    await until(lambda: len(node.subscribed) == 2)
    await until(lambda: state_of(house, MAXIMUM, "status").state == "waiting")
    days = [midnight(n).timestamp() for n in (3, 2, 1)]
    meta = meta_of(INDEX, name="active-energy-index", unit="Wh", sampling_interval="P1D")
    for day, index in zip(days, (9744495, 9765176, 9785000), strict=True):
        records = [(f"{INDEX}/distributor/base", day, index), (INDEX, day, index)]
        node.push(house.account.jid, meta, records, "Wh")
    node.push(house.account.jid, meta_of(MAXIMUM), [(MAXIMUM, days[-1] + 76515, 3817)], "VA")
    await until(lambda: (s := state_of(house, INDEX)) and s.state == "9785000")
    part = await until(lambda: state_of(house, f"{INDEX}/distributor/base"))
    assert part.state == "9785000"
    assert part.name == "Enedis Index distributor/base"
    assert "state_class" not in part.attributes
    assert state_of(house, f"{INDEX}/distributor/base", "status") is None
    await until(lambda: state_of(house, MAXIMUM).state == "3817")
    feed = feed_of(house, INDEX)
    assert feed is not None

    async def counted() -> float:
        return sum((await changes(hass, feed.statistic_id)).values())

    async def all_counted() -> bool:
        return await counted() == pytest.approx(9785000 - 9744495)

    await happens(all_counted, "what was used", within=60)
    # The same again changes nothing.
    node.push(house.account.jid, meta, [(INDEX, days[1], 9765176)], "Wh")
    await until(lambda: feed.received == 4)
    await house.runtime[Feeds].async_kept()
    assert await all_counted()


async def test_the_classes_of_a_big_consumer_and_a_thousand_records_arrive_whole(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, node: SgeTiersNode
) -> None:
    big = "urn:dev:prm:30001642617347"
    index, raw = f"{big}_consumption/energy/active/index", f"{big}_consumption/power/active/raw"
    await add_node(house, node.address, index, raw)
    await until(lambda: len(node.subscribed) == 2)
    classes = {"hph": 429229000, "hce": 60091000, "hch": 175013000, "hpe": 129034000}
    at = midnight(2).timestamp()
    records = [(f"{index}/distributor/{name}", at, value) for name, value in classes.items()]
    node.push(house.account.jid, meta_of(index), [*records, (index, at, 793367000)], "Wh")
    await until(lambda: (s := state_of(house, index)) and s.state == "793367000")
    for name, value in classes.items():
        assert float(state_of(house, f"{index}/distributor/{name}").state) == value

    begin = midnight(20).timestamp()
    curve = [(raw, begin + 600 * n, 20000.0 + n) for n in range(1500)]
    meta = meta_of(raw, name="active-power", unit="W", sampling_interval="PT10M")
    assert node.push(house.account.jid, meta, curve, "W") == 2
    feed = await until(lambda: (f := feed_of(house, raw)) and f.received == 1500 and f)

    async def kept() -> float:
        return sum((await changes(hass, feed.statistic_id)).values())

    async def all_kept() -> bool:
        return await kept() == pytest.approx(sum(value for _, _, value in curve) / 6)

    await happens(all_kept, "the curve", within=60)
    assert not house.runtime.journal.refusals


async def test_what_was_not_asked_for_is_refused(
    hass: HomeAssistant,
    house: Home,
    node: SgeTiersNode,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    await add_node(house, node.address, INDEX)
    record = (INDEX, midnight(1).timestamp(), 1)
    stranger = SgeTiersNode(accounts(server_pair[1], "mallory"), {}, users=[])
    async with connected(stranger):
        stranger.push(house.account.jid, meta_of(INDEX), [record], "Wh")
        await until(lambda: house.runtime.journal.refusals["stranger"] == 1)
    node.push(house.account.jid, meta_of(INDEX), [(CURVE, *record[1:])], "W")
    await until(lambda: house.runtime.journal.refusals["not_asked_for"] == 1)
    node.push(house.account.jid, meta_of(INDEX), [record] * 1001, "Wh", most=1001)
    await until(lambda: house.runtime.journal.refusals["too_many_records"] == 1)
    assert state_of(house, INDEX).state == "unavailable"


FAILURES = {
    "no_consent": (XMPPError("not-authorized", "No consent registered for P"), "consent_missing"),
    "consent_expired": (
        XMPPError("not-authorized", "Consent registered for P is no longer valid"),
        "consent_expired",
    ),
    "consent_not_begun": (
        XMPPError("not-authorized", "Consent registered for P is not valid yet"),
        None,
    ),
    "unknown_point": (
        upstream("Demande non recevable : point inexistant", "SGT401"),
        "unknown_series",
    ),
    "unknown_series": (XMPPError("bad-request", "X measurement is not known"), "unknown_series"),
    "source_failed": (upstream("Une erreur technique est survenue", None), None),
}


@pytest.mark.parametrize("status", FAILURES)
async def test_each_refusal_is_told_and_taken_back(
    hass: HomeAssistant, house: Home, node: SgeTiersNode, status: str
) -> None:
    failure, issue = FAILURES[status]
    node.failures[CURVE] = failure
    await add_node(house, node.address, CURVE)
    await until(lambda: (s := state_of(house, CURVE, "status")) and s.state == status, within=60)
    assert state_of(house, CURVE).state == "unavailable"
    assert issues(house) == ({issue} if issue else set())
    # Cured, and the household reloads the account: it is asked again at once.
    del node.failures[CURVE]
    await hass.config_entries.async_reload(house.entry.entry_id)
    await until(
        lambda: (s := state_of(house, CURVE, "status")) and s.state == "receiving", within=60
    )
    await until(lambda: not issues(house))


async def test_a_node_that_is_away_is_asked_again(
    hass: HomeAssistant, house: Home, bob: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_nodes, "RETRY", 0.5)
    values = curve(2)
    node = SgeTiersNode(
        bob,
        {CURVE: values},
        users=[house.account.jid],
        activation=midnight(2).timestamp(),
    )
    await add_node(house, node.address, CURVE)
    await until(lambda: (s := state_of(house, CURVE, "status")) and s.state == "away", within=60)
    async with connected(node):
        await until(
            lambda: (s := state_of(house, CURVE, "status")) and s.state == "receiving", within=60
        )


@ON_BOTH_KINDS
async def test_a_series_that_is_removed_is_pushed_no_more(
    hass: HomeAssistant, house: Home, node: SgeTiersNode
) -> None:
    subentry = await add_node(house, node.address, CURVE, INDEX)
    await until(lambda: len(node.subscribed) == 2)
    flows = hass.config_entries.subentries
    flow = await flows.async_init(
        (house.entry.entry_id, "friend"),
        context={"source": "reconfigure", "subentry_id": subentry.subentry_id},
    )
    assert flow["step_id"] == "reconfigure_data_node"
    changed = {"name": "Enedis", "identifiers": CURVE}
    result = await flows.async_configure(flow["flow_id"], changed)
    assert result["reason"] == "reconfigure_successful"
    await until(lambda: node.subscribed == {(house.account.jid, CURVE)}, within=60)
    assert feed_of(house, INDEX) is None
    hass.config_entries.async_remove_subentry(house.entry, subentry.subentry_id)
    await until(lambda: not node.subscribed, within=60)
    await until(lambda: not house.runtime.store.content["asked"])
    assert not house.runtime.store.content["feeds"]


async def test_a_series_wanted_again_while_its_push_is_ended_is_asked_for_anew(
    hass: HomeAssistant, house: Home, node: SgeTiersNode, hold: Callable[[Any, str], Held]
) -> None:
    subentry = await add_node(house, node.address, CURVE, INDEX)
    (known,) = house.runtime.store.content["asked"].values()
    await until(lambda: all(asked["at"] for asked in known.values()), within=60)
    held = hold(house.runtime.session, "ask")
    flows = hass.config_entries.subentries
    for identifiers in ((CURVE,), (CURVE, INDEX)):
        flow = await flows.async_init(
            (house.entry.entry_id, "friend"),
            context={"source": "reconfigure", "subentry_id": subentry.subentry_id},
        )
        changed = {"name": "Enedis", "identifiers": "\n".join(identifiers)}
        await flows.async_configure(flow["flow_id"], changed)
        await until(lambda: held.calls)
    begin = len(node.asked)
    held.go.set()

    def commands() -> list[str]:
        return [name for _, name, fields in node.asked[begin:] if fields["identifier"] == INDEX]

    await until(lambda: commands()[:2] == ["unsubscribe", "subscribe"])
    assert node.subscribed == {(house.account.jid, CURVE), (house.account.jid, INDEX)}


async def test_an_index_pushed_while_another_day_is_kept_counts_from_that_day(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    node: SgeTiersNode,
    hold: Callable[[Any, str], Held],
) -> None:
    await add_node(house, node.address, INDEX)
    await until(lambda: node.subscribed)
    held = hold(async_archive(hass), "async_add")
    meta = meta_of(INDEX, name="active-energy-index", unit="Wh", sampling_interval="P1D")
    node.push(house.account.jid, meta, [(INDEX, midnight(3).timestamp(), 1000)], "Wh")
    await until(lambda: held.calls)
    node.push(house.account.jid, meta, [(INDEX, midnight(2).timestamp(), 1700)], "Wh")
    feed = await until(lambda: (f := feed_of(house, INDEX)) and f.received == 2 and f)
    held.go.set()
    await house.runtime[Feeds].async_kept()

    async def all_counted() -> bool:
        counted = (await changes(hass, feed.statistic_id)).values()
        return sum(counted) == pytest.approx(700)

    await happens(all_counted, "what was used between the two", within=60)


async def test_an_account_that_is_removed_is_pushed_nothing_more(
    hass: HomeAssistant, house: Home, node: SgeTiersNode
) -> None:
    await add_node(house, node.address, INDEX)
    await until(lambda: len(node.subscribed) == 1)
    await hass.config_entries.async_remove(house.entry.entry_id)
    assert not node.subscribed


async def test_a_consent_given_on_the_nodes_page_opens_a_meter(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, bob: Account
) -> None:
    values = curve(3)
    names = [f"{PRM}_consumption_load", f"{PRM}_daily_consumption"]
    series = {names[0]: values, names[1]: daily(values)}
    async with connected(DataConnectNode(bob, series)) as node:
        flows = hass.config_entries.subentries
        flow = await flows.async_init((house.entry.entry_id, "friend"), context={"source": "user"})
        flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "data_node"})
        await until(lambda: house.runtime.session.is_online)
        form = await flows.async_configure(flow["flow_id"], {"address": node.address})
        assert form["step_id"] == "consent"
        assert form["description_placeholders"] == {"page": node.PAGE}
        form = await flows.async_configure(flow["flow_id"], {})
        assert form["errors"] == {"base": "no_consent_yet"}
        node.consent(house.account.jid, "09111642617347")
        await until(lambda: any(house.runtime[DataNodes].consents.values()))
        result = await flows.async_configure(flow["flow_id"], {})
        assert result["type"] == "create_entry", result
        await until(
            lambda: (s := state_of(house, names[1], "status")) and s.state == "receiving",
            within=60,
        )
        feed = feed_of(house, names[0])
        assert feed is not None

        async def hours() -> dict[float, float] | None:
            found = await changes(hass, feed.statistic_id)
            return found if len(found) == len(values) // 2 else None

        found = await happens(hours, "the curve", within=60)
        by_day = daily(sorted((at, 2 * energy) for at, energy in found.items()))
        assert by_day == pytest.approx(series[names[1]])


async def test_a_consent_that_ended_is_given_again_from_the_repairs(
    hass: HomeAssistant, house: Home, bob: Account, hass_client: Any
) -> None:
    assert await async_setup_component(hass, REPAIRS, {})
    names = [f"{PRM}_consumption_load", f"{PRM}_daily_consumption"]
    async with connected(DataConnectNode(bob, {names[0]: curve(2), names[1]: []})) as node:
        await add_node(house, node.address, names[0])
        await until(
            lambda: (s := state_of(house, names[0], "status")) and s.state == "no_consent",
            within=60,
        )
        (issue,) = await until(lambda: list(ir.async_get(hass).issues.values()))
        assert issue.translation_key == "consent_wanted"
        client = await hass_client()
        answer = await client.post(
            "/api/repairs/issues/fix", json={"handler": "sen1", "issue_id": issue.issue_id}
        )
        flow = await answer.json()
        assert flow["description_placeholders"] == {"node": "Enedis", "page": node.PAGE}
        path = f"/api/repairs/issues/fix/{flow['flow_id']}"
        flow = await (await client.post(path, json={})).json()
        assert flow["errors"] == {"base": "no_consent_yet"}
        node.consent(house.account.jid, "09111642617347")
        await until(lambda: any(house.runtime[DataNodes].consents.values()))
        flow = await (await client.post(path, json={})).json()
        assert flow["type"] == "create_entry", flow
        await until(lambda: state_of(house, names[0], "status").state == "receiving", within=60)
        assert not issues(house)


async def test_a_node_that_finds_a_week_too_big_is_asked_for_less(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, bob: Account
) -> None:
    name = "urn:dev:org:60060-elfe:42878"
    begin = time.time() // 60 * 60 - 6 * 86400
    values = [(begin + 60 * n, 19 + n % 7 / 2) for n in range(6 * 1440)]
    async with connected(
        ZabbixNode(bob, {name: values}, users=[house.account.jid], unit="°C")
    ) as node:
        await add_node(house, node.address, name)
        feed = await until(
            lambda: (f := feed_of(house, name)) and f.received >= len(values) and f, within=60
        )
        assert feed.received == len(values)
        state = state_of(house, name)
        assert state.attributes["unit_of_measurement"] == "°C"
        assert state.name == "Enedis Measure 42878"


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"address": "sge-proxy@node.test"}, {"address": "no_full_address"}),
        ({"address": "node.test"}, {"address": "no_full_address"}),
        ({"address": "@/x"}, {"address": "no_full_address"}),
        (
            {"address": "sge@node.test/proxy", "identifiers": "a b c!"},
            {"identifiers": "no_identifier"},
        ),
    ],
)
async def test_what_cannot_be_asked_is_refused_in_the_form(
    hass: HomeAssistant, house: Home, fields: dict[str, str], errors: dict[str, str]
) -> None:
    flows = hass.config_entries.subentries
    flow = await flows.async_init((house.entry.entry_id, "friend"), context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "data_node"})
    form = await flows.async_configure(flow["flow_id"], fields)
    assert form["errors"] == errors


async def test_diagnostics_tell_no_number_of_a_meter(
    hass: HomeAssistant, house: Home, node: SgeTiersNode
) -> None:
    await add_node(house, node.address, CURVE)
    await until(lambda: house.runtime.diagnostics()["data_nodes"])
    text = str(house.runtime.diagnostics())
    assert "09111642617347" not in text
    assert node.account.jid not in text
    assert time.time() > 0
