"""The servers that the documentation tells how to run, with the configuration it gives."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
import pytest_socket
import yaml

from testbed.ejabberd import EjabberdServer
from testbed.postgresql import PostgreSQL
from testbed.xmpp import ProsodyServer, XmppServer, federation_of

from .conftest import Home, add_account, until

PAGES = [Path(__file__).parents[2] / "docs" / language / "server.md" for language in ("en", "fr")]

type Meter = Callable[[object], None]


def block(language: str, port: int) -> str:
    """Return the pages' configuration in a language, for a database at another port."""
    pattern = re.compile(rf"```{language}\n(.+?)```", re.DOTALL)
    # Both pages say the same.
    found: str
    (found,) = {text for page in PAGES for text in pattern.findall(page.read_text())}
    assert "5432" in found
    return found.replace("5432", str(port))


@pytest.fixture(scope="module")
def database() -> Iterator[PostgreSQL]:
    """Run a PostgreSQL with the roles of the pages."""
    pytest_socket.enable_socket()  # before each test's own fixture
    with PostgreSQL() as server:
        for name in ("ejabberd", "prosody"):
            server.make(name, "a-long-password")
        yield server


@pytest.fixture(scope="module")
def pair(database: PostgreSQL) -> Iterator[tuple[XmppServer, ...]]:
    """Run the two servers of the pages, federated."""
    options: dict[str, Any] = yaml.safe_load(block("yaml", database.port))
    kinds: dict[str, Any] = {
        "village.test": partial(EjabberdServer, options=options),
        "coop.test": partial(ProsodyServer, storage=block("lua", database.port)),
    }
    with federation_of(kinds) as servers:
        yield servers


@pytest.mark.parametrize("which", [0, 1], ids=["ejabberd", "Prosody"])
async def test_a_home_publishes_on_a_server_with_postgresql_and_over_its_restart(
    hass: HomeAssistant,
    pair: tuple[XmppServer, ...],
    database: PostgreSQL,
    meter: Meter,
    which: int,
) -> None:
    server, other = pair[which], pair[1 - which]
    accounts = server.register(f"house{which}"), other.register(f"coop{which}")
    house, cooperative = [
        Home(hass, account, await add_account(hass, account)) for account in accounts
    ]
    publication = await house.publish("sensor.meter")
    await house.befriend(cooperative, publication)
    await cooperative.befriend(house)
    await until(lambda: (s := cooperative.state()) and s.state == "640")
    name, table = ("ejabberd", "pubsub_item") if which == 0 else ("prosody", "prosodyarchive")
    assert int(database.select(f"SELECT count(*) FROM {table}", name)[0]) > 0
    server.restart()
    meter(800)
    await until(lambda: cooperative.state().state == "800")
    for home in (house, cooperative):
        await hass.config_entries.async_unload(home.entry.entry_id)
