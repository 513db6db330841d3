"""Two accounts in one Home Assistant: a house and a cooperative, each at a server of its own."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import inspect
from typing import Any, cast
from unittest.mock import AsyncMock, MagicMock

from freezegun import freeze_time
from freezegun.api import TickingDateTimeFactory
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.account import Account as RunningAccount
from custom_components.sen1.federation.config import publication_data
from custom_components.sen1.federation.context import AccountContext
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.follow.series import Series
from custom_components.sen1.federation.publish.periodic import PeriodicPublication
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.federation.talk.post import Post
from custom_components.sen1.federation.trust.peers import Standing
from custom_components.sen1.federation.trust.publishing import IdentityNode
from custom_components.sen1.federation.trust.statements import Statements
from custom_components.sen1.federation.trust.trust import Trust
from custom_components.sen1.history.recorder import async_committed
from custom_components.sen1.protocol.budget import Budgets
from testbed.xmpp import Account

from ..conftest import schema_of

ON_EACH_PAIR = pytest.mark.parametrize(
    "server_pair",
    [
        pytest.param(("maison", "coop"), id="Prosody-Prosody"),
        pytest.param(("maison", "village"), id="Prosody-ejabberd"),
        pytest.param(("village", "coop"), id="ejabberd-Prosody"),
    ],
    indirect=True,
)
"""The kinds of server of the house and of the cooperative; without it both have a Prosody."""

ON_BOTH_KINDS = pytest.mark.parametrize(
    "server_pair", [pytest.param(("village", "coop"), id="ejabberd-Prosody")], indirect=True
)
"""One of each kind, for what asks nothing of a server but what others hold of each pair: sessions,
nodes, who may read them, what is kept for who is away."""


PATIENCE = 60.0
"""Seconds for what takes one on an idle machine: others may be at work on this one."""

DAY = 86_400


async def until(condition: Callable[[], Any], within: float = PATIENCE) -> Any:
    """Wait until a condition, which may be awaitable, holds; return what it gave."""
    result = None
    try:
        async with asyncio.timeout(within):
            while True:
                result = condition()
                if inspect.isawaitable(result):
                    result = await result
                if result:
                    return result
                await asyncio.sleep(0.01)
    except TimeoutError:
        pytest.fail(f"still {result!r} after {within} s")


class Clock:
    """A clock that goes on and can be put forward; what the loop is to do later goes with it."""

    def __init__(self, frozen: TickingDateTimeFactory) -> None:
        self._frozen = frozen

    @property
    def now(self) -> float:
        """What it shows, Unix seconds."""
        return self._frozen().replace(tzinfo=UTC).timestamp()

    def forward(self, seconds: float) -> None:
        """Put it forward from what it shows: `tick` would first go back to where it was set."""
        self._frozen.move_to(self._frozen() + timedelta(seconds=seconds))


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Return a clock from the morning of a day on."""
    with freeze_time(datetime(2026, 11, 26, 9, tzinfo=UTC), tick=True) as frozen:
        assert isinstance(frozen, TickingDateTimeFactory)
        yield Clock(frozen)


def no_keys() -> MagicMock:
    """Return a Trust that nobody has a key for: nobody is stopped, all is said unsigned."""
    trust = MagicMock(async_known=AsyncMock(), refused=Counter())
    trust.is_stopped.return_value = trust.signs.return_value = False
    trust.standing.return_value = Standing.KEYLESS
    return trust


def a_context(
    hass: HomeAssistant,
    store: AccountStore,
    session: Any = None,
    *,
    entry: Any = None,
    budgets: Budgets | None = None,
) -> AccountContext:
    """Return what parts of an account are made with that does not run, and has no keys."""
    session = session or MagicMock()
    session.door = MagicMock(refused=Counter[str]())
    context = AccountContext(hass, entry or MagicMock(), store, MagicMock(), session)
    context.budgets = budgets or context.budgets
    made = {Trust: no_keys(), Post: MagicMock(), Statements: MagicMock(), IdentityNode: MagicMock()}
    context.made |= made
    return context


async def open_account_form(hass: HomeAssistant) -> str:
    """Return the flow of a new account, at its form."""
    flows = hass.config_entries.flow
    flow = await flows.async_init(DOMAIN, context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "account"})
    assert flow["step_id"] == "account", flow
    return str(flow["flow_id"])


def own_account(account: Account, name: str = "test home") -> dict[str, Any]:
    """Return the answers of a household that has an address."""
    return {
        "name": name,
        "where": "own",
        "own": {"jid": account.jid, "password": account.password},
        "advanced": {"host": account.host, "port": account.port, "ca": account.ca},
    }


async def add_account(
    hass: HomeAssistant, account: Account, name: str = "test home"
) -> ConfigEntry[Any]:
    """Add an account through its flow."""
    flow_id = await open_account_form(hass)
    result = await hass.config_entries.flow.async_configure(flow_id, own_account(account, name))
    assert result["type"] == "create_entry", result
    return result["result"]


async def add_published(hass: HomeAssistant, account: Account) -> ConfigEntry[Any]:
    """Add an account whose key others find: who asked before it is there would ask again later."""
    entry = await add_account(hass, account)
    await entry.runtime_data[IdentityNode].settled.wait()
    return entry


@dataclass
class Home:
    """An account of the Home Assistant under test, driven through its flows."""

    hass: HomeAssistant
    account: Account
    entry: ConfigEntry[Any]

    @property
    def runtime(self) -> RunningAccount:
        return cast("RunningAccount", self.entry.runtime_data)

    async def publish(self, entity_id: str, **details: Any) -> ConfigSubentry:
        """Make a sensor available, once what it measured before is in the database."""
        if "recorder" in self.hass.config.components:
            await async_committed(self.hass)
        flows = self.hass.config_entries.subentries
        known = set(self.entry.subentries)
        flow = await flows.async_init(
            (self.entry.entry_id, "publication"), context={"source": "user"}
        )
        flow = await flows.async_configure(flow["flow_id"], {"entity": entity_id})
        assert flow["step_id"] == "details", flow
        defaults = {"title": "Meter", "direction": "consumption", "interval_s": 1}
        result = await flows.async_configure(flow["flow_id"], defaults | details)
        assert result["type"] == "create_entry", result
        (subentry_id,) = set(self.entry.subentries) - known
        return self.entry.subentries[subentry_id]

    async def befriend(
        self, other: Home, *granted: ConfigSubentry, **fields: Any
    ) -> ConfigSubentry:
        """Add a friend and grant publications."""
        flows = self.hass.config_entries.subentries
        known = set(self.entry.subentries)
        flow = await flows.async_init((self.entry.entry_id, "friend"), context={"source": "user"})
        flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "address"})
        result = await flows.async_configure(
            flow["flow_id"],
            {
                "name": f"Friend {other.account.jid.partition('@')[0]}",
                "jid": other.account.jid,
                "publications": [publication_data(s)["publication"] for s in granted],
                "until": (dt_util.now() + timedelta(days=30)).date().isoformat(),
                "purpose": "display",
                **fields,
            },
        )
        if result.get("step_id") == "whose":
            result = await flows.async_configure(flow["flow_id"], {})
        assert result["type"] == "create_entry", result
        (subentry_id,) = set(self.entry.subentries) - known
        return self.entry.subentries[subentry_id]

    async def grant(self, friend: ConfigSubentry, *granted: ConfigSubentry, **fields: Any) -> None:
        """Change what a friend may receive to exactly these publications."""
        flows = self.hass.config_entries.subentries
        flow = await self.change(friend, "grants")
        result = await flows.async_configure(
            flow["flow_id"],
            {
                "name": friend.title,
                "publications": [publication_data(s)["publication"] for s in granted],
                "until": (dt_util.now() + timedelta(days=30)).date().isoformat(),
                "purpose": "display",
                **fields,
            },
        )
        assert result["reason"] == "reconfigure_successful", result

    async def change(self, friend: ConfigSubentry, step: str) -> Any:
        """Open a friend's flow at one of the steps of its menu."""
        flows = self.hass.config_entries.subentries
        flow = await flows.async_init(
            (self.entry.entry_id, "friend"),
            context={"source": "reconfigure", "subentry_id": friend.subentry_id},
        )
        return await flows.async_configure(flow["flow_id"], {"next_step_id": step})

    async def change_terms(
        self, friend: ConfigSubentry, publication: ConfigSubentry, **terms: Any
    ) -> None:
        """Change one grant of a friend."""
        flows = self.hass.config_entries.subentries
        flow = await self.change(friend, "choose")
        chosen = {"publication": publication_data(publication)["publication"]}
        flow = await flows.async_configure(flow["flow_id"], chosen)
        known = {
            str(key): key.description["suggested_value"]
            for key in schema_of(flow)
            if key.description
        }
        result = await flows.async_configure(flow["flow_id"], known | terms)
        assert result["reason"] == "reconfigure_successful", result

    def periodic(self) -> PeriodicPublication:
        """Return the one series this home publishes, which tells of periods."""
        (publication,) = self.runtime[Publishing].publications.values()
        assert isinstance(publication, PeriodicPublication)
        return publication

    async def has_published(self, value: float) -> None:
        """Wait until the server has what the one series this home publishes said last.

        Home Assistant may tell of a state a moment after it is set.
        """
        (publication,) = self.runtime[Publishing].publications.values()
        await until(
            lambda: (
                (newest := publication.publisher.newest)
                and [reading.value for reading in newest.readings[-1:]] == [value]
            )
        )

    def series(self) -> list[Series]:
        """Return the series this home follows."""
        return [
            s for of_friend in self.runtime[Following].series.values() for s in of_friend.values()
        ]

    def state(self, key: str = "reading") -> Any:
        """Return the state of the one followed series, or of its status."""
        registry = er.async_get(self.hass)
        for entry in er.async_entries_for_config_entry(registry, self.entry.entry_id):
            if entry.unique_id.endswith("_" + key):
                return self.hass.states.get(entry.entity_id)
        return None


@dataclass
class Held:
    """Calls of one name that wait until they are let go."""

    calls: list[tuple[Any, ...]] = field(default_factory=list)
    go: asyncio.Event = field(default_factory=asyncio.Event)


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], Held]:
    """Return what holds back the calls of a coroutine of an object or a module."""

    def begin(owner: Any, name: str) -> Held:
        held, call = Held(), getattr(owner, name)

        async def wait(*arguments: Any, **named: Any) -> Any:
            held.calls.append(arguments)
            await held.go.wait()
            return await call(*arguments, **named)

        monkeypatch.setattr(owner, name, wait)
        return held

    return begin


@pytest.fixture
async def house(hass: HomeAssistant, alice: Account) -> AsyncIterator[Home]:
    """Return an account at the house's server."""
    entry = await add_published(hass, alice)
    yield Home(hass, alice, entry)
    if entry.entry_id in {e.entry_id for e in hass.config_entries.async_entries(DOMAIN)}:
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def cooperative(hass: HomeAssistant, bob: Account) -> AsyncIterator[Home]:
    """Return an account at the cooperative's server."""
    entry = await add_published(hass, bob)
    yield Home(hass, bob, entry)
    if entry.entry_id in {e.entry_id for e in hass.config_entries.async_entries(DOMAIN)}:
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def meter(hass: HomeAssistant) -> Callable[[object], None]:
    """Return what sets the power of a meter's sensor, which has an identity."""
    er.async_get(hass).async_get_or_create(
        "sensor",
        "test",
        "power",
        suggested_object_id="meter",
        original_device_class="apparent_power",
        unit_of_measurement="VA",
    )

    def set_power(value: object) -> None:
        hass.states.async_set(
            "sensor.meter",
            str(value),
            {"unit_of_measurement": "VA", "device_class": "apparent_power"},
        )

    set_power(640)
    return set_power
