"""Fixtures shared by all tests: real parts, on loopback."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from functools import cache, partial
from itertools import chain, count
import logging
import os
from pathlib import Path
from typing import Any, NamedTuple

from homeassistant.core import HomeAssistant, State
from homeassistant.data_entry_flow import FlowResult
import pytest
import pytest_socket
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from custom_components.sen1.faults import COUNTS
from testbed.background import Background
from testbed.browser import Browser
from testbed.certificates import CertificateAuthority
from testbed.ejabberd import EjabberdServer
from testbed.xmpp import Account, ProsodyServer, ServerKind, XmppServer, federation_of

from .shown import watched

# Home Assistant's plugin prints all that is logged, also what pytest keeps for whoever fails; and
# has the recorder write each statement, with a `caplog` each turn of its thread and of its pool.
for handler in list(logging.root.handlers):
    if type(handler) is logging.StreamHandler:
        logging.root.removeHandler(handler)
for name, level in (
    ("homeassistant.components.recorder", logging.INFO),
    ("sqlalchemy.engine", logging.WARNING),
    ("sqlalchemy.pool", logging.WARNING),
):
    logging.getLogger(name).setLevel(level)

# No server here has a certificate of the system's authorities: to read them all takes each account
# made 13 ms of the processor, of a hundred.
os.environ |= dict.fromkeys(("SSL_CERT_FILE", "SSL_CERT_DIR"), os.devnull)

# cryptography remembers the class of time it meets first. From a test that froze the clock, it
# would be a false one, and every certificate made later with true times would be refused.
CertificateAuthority()

_numbers = count(1)

TESTS = Path(__file__).parent

OF_THE_DEMO = (
    *("e2e/test_demo", "e2e/test_dashboard", "e2e/test_one_truth", "e2e/test_treasurer"),
    *("e2e/test_twenty", "e2e/test_trust"),
)
"""What looks at the demo, one of them after the other: it is started once. The first one finds it
as it was made; the last one has a key change in it.
"""

FIRST = (
    *OF_THE_DEMO,
    *("e2e/test_faults", "federation/test_endurance", "federation/test_mutations"),
    *("protocol/trust/test_verify_journal", "history/files/test_hostile"),
)
"""What takes longest is begun first: at the end one process would go on with it alone."""

ORDER = (
    *("federation/legacy", "federation"),
    *("app/report", "figures", "app", "linky", "e2e", "testbed"),
)
"""What takes long is begun before what is short, so that in the end no one waits for one. What runs
whole Home Assistants, which keep a processor busy, comes when those above are nearly done."""

WAIT = ("federation",)
"""What mostly waits, for servers. It goes on beside what computes, from begin to end: by itself it
left processors idle for which all else then queued."""

OF_ANOTHER_ONE = (
    # They run a whole one.
    *("e2e/test_demo", "e2e/test_dashboard", "e2e/test_home_restart", "e2e/test_newcomer"),
    # It gives the cards out.
    "frontend/test_serving",
    # Its units and device classes, all of them.
    "federation/test_states",
    # With an older one come an older slixmpp, pyenphase and serialx.
    *("federation/xmpp", "enphase/test_readings", "enphase/test_replay", "enphase/test_rows"),
    "linky/line/test_stream",
)
"""What is run on another Home Assistant whatever is said below, and though it takes no `hass`.

All else that takes none is left out there. It computes, decodes, draws or decides, and of Home
Assistant imports a clock or a unit, nothing that runs. What takes one is run again, but for what
follows.
"""

OF_NO_HOME_ASSISTANT = {
    "It imports where there is no Home Assistant at all, as `repository` holds.": (
        *("senml", "protocol", "linky/line", "linky/labels"),
    ),
    "It reads the repository, which is the same for all.": ("repository",),
    "Cards stand in a made-up house and a browser; `e2e` looks at them in a true one.": (
        "frontend",
    ),
    "What a file says is decided by its bytes; how it gets in and out, by `history` above it.": (
        "history/files",
    ),
    "What a hostile friend, a server or a program of somebody else sends is refused by the door, "
    "the limits and the budget, below all entities; that a session holds is told by `xmpp`.": (
        *("federation/test_attacks", "federation/test_bad_input"),
        *("federation/test_hostile_friend", "federation/test_lying_server"),
        *("federation/test_third_party", "federation/test_mutations"),
    ),
    "It is of servers: how they are run, killed and left, how many friends one holds.": (
        *("federation/test_server_cluster", "federation/test_server_kit"),
        *("federation/test_moving", "federation/test_meanwhile", "federation/test_endurance"),
        "federation/relations/test_circle_size",
    ),
    "It holds what the tests run on to account, not what they test.": ("testbed",),
    "Who may have what is decided, signed, entered and counted by what knows no Home Assistant; "
    "the forms are those of `pages`, what comes of them is in `publish`, `follow`, the demo.": (
        *("federation/talk", "federation/relations", "federation/consent"),
        *("federation/receipts", "federation/trust", "federation/inviting"),
        *("federation/test_signing", "federation/test_investment", "federation/test_key_orders"),
        *("federation/publish/test_catalogue_server", "federation/publish/test_grant_announcer"),
        *("federation/publish/test_provenance", "federation/publish/test_reconciler"),
        *("federation/follow/test_asking", "federation/follow/test_catalogue_client"),
    ),
    "Older dialects are other stanzas; their forms and series are in `test_data_nodes`.": (
        *("federation/legacy/test_data_node", "federation/legacy/test_data_node_client"),
        *("federation/legacy/test_feeds", "federation/legacy/test_proxies"),
    ),
    "Sums of many days, held against a truth: what is read of the recorder, and what entities "
    "say, is in the rest of these rooms, and every figure is in the demo.": (
        *("figures/site/test_cold", "figures/site/test_crash", "figures/site/test_energies"),
        *("figures/site/test_year", "figures/surplus/test_cloudy_day", "figures/test_two_years"),
        *("figures/year/test_final_energy", "figures/year/test_forecast"),
        *("figures/year/test_learnt", "linky/test_damage", "linky/test_days"),
        *("linky/test_mutations", "app/report/test_facts", "app/report/test_weather"),
        "app/report/test_sharing",
    ),
    "What goals, habits, a past and a challenge come to is computed; their forms and entities are "
    "in the demo and on its pages, states and statistics are read in `history`, sites begin, stop "
    "and come back in the rest of `figures/site`.": (
        *("figures/goal/test_goals", "figures/usual/test_habit", "figures/site/test_past"),
        "app/challenge/test_telling",
    ),
}
"""What is left out on another Home Assistant though a `hass` is in some of it, and why."""

LEFT_OUT = tuple(chain.from_iterable(OF_NO_HOME_ASSISTANT.values()))

OTHER_SERVERS = ("[Prosody-Prosody", "[Prosody-ejabberd", "postgresql]", "mariadb]")
"""Left out there: ejabberd-Prosody has both kinds of server; the recorder's statements are the same
in all its databases."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer to run less on a second Home Assistant."""
    parser.addoption(
        "--of-home-assistant",
        action="store_true",
        help="run what another Home Assistant could change, on one pair of servers",
    )


class Scheduling(LoadFileScheduling):
    """Has each file run by one process, and by the same all that looks at the demo."""

    def _split_scope(self, nodeid: str) -> str:
        scope: str = super()._split_scope(nodeid)
        name = scope.removeprefix(f"{TESTS.name}/").removesuffix(".py")
        return OF_THE_DEMO[0] if name in OF_THE_DEMO else scope


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """Distribute the tests by files."""
    return Scheduling(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import what is left out whole: it takes each process as long as many tests."""
    if not config.getoption("of_home_assistant") or collection_path.suffix != ".py":
        return None
    where = _place(collection_path)
    is_left_out = _first_of(where, LEFT_OUT) < len(LEFT_OUT)
    return True if is_left_out and _first_of(where, OF_ANOTHER_ONE) == len(OF_ANOTHER_ONE) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes long, beside what waits; leave out what is not asked for."""
    if config.getoption("of_home_assistant"):
        config.hook.pytest_deselected(items=[one for one in items if not _is_asked_for(one)])
        items[:] = filter(_is_asked_for, items)
    items[:] = _in_turn(items)


def _in_turn(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return tests as they are begun: files that wait in turn with files that compute."""
    order = (*FIRST, *ORDER)
    files: dict[str, list[pytest.Item]] = {}
    for item in sorted(items, key=lambda item: _first_of(_place(item.path), order)):
        files.setdefault(_place(item.path), []).append(item)
    kinds: dict[str, list[str]] = {"first": [], "waiting": [], "computing": []}
    for where in files:
        is_first, is_waiting = (_first_of(where, places) < len(places) for places in (FIRST, WAIT))
        kinds["first" if is_first else "waiting" if is_waiting else "computing"].append(where)
    turns = sorted(
        ((number + 0.5) / len(kinds[kind]), where)
        for kind in ("waiting", "computing")
        for number, where in enumerate(kinds[kind])
    )
    begun = [*kinds["first"], *(where for _, where in turns)]
    return [item for where in begun for item in files[where]]


@cache
def _place(path: Path) -> str:
    """Return a file of tests as the places above name it."""
    return f"{path.relative_to(TESTS).with_suffix('')}/"


def _first_of(where: str, places: Sequence[str]) -> int:
    """Return the number of the first of the places that a file lies in, else of all."""
    lies = (where.startswith(f"{place}/") for place in places)
    return next((n for n, is_here in enumerate(lies) if is_here), len(places))


def _is_asked_for(item: pytest.Item) -> bool:
    """Return whether another Home Assistant could change what a test says."""
    if any(servers in item.name for servers in OTHER_SERVERS):
        return False
    where = _place(item.path)
    if _first_of(where, OF_ANOTHER_ONE) < len(OF_ANOTHER_ONE):
        return True
    is_left_out = _first_of(where, LEFT_OUT) < len(LEFT_OUT)
    return "hass" in getattr(item, "fixturenames", ()) and not is_left_out


class Servers(NamedTuple):
    """The servers of the session, by the name of their domain."""

    maison: ProsodyServer
    coop: ProsodyServer
    village: XmppServer


def known_state(hass: HomeAssistant, entity_id: str) -> State:
    """Return the state of an entity that has one."""
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state


def schema_of(form: FlowResult[Any, Any]) -> dict[Any, Any]:
    """Return the fields of a form, each with what checks it."""
    schema = form["data_schema"]
    assert schema is not None
    fields: dict[Any, Any] = schema.schema
    return fields


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Give each test a folder of its own: an account's journal is a file like any other."""
    return hass_tmp_config_dir


@pytest.fixture(autouse=True)
def _loopback(socket_enabled: None) -> None:
    """Let tests reach what runs on the loopback, which Home Assistant's plugin forbids."""


@pytest.fixture(autouse=True)
def _no_fault() -> Iterator[None]:
    """Find each fault of ours, of which else but the log would tell."""
    yield
    found = dict(COUNTS)
    COUNTS.clear()
    assert not found


@pytest.fixture
def faults() -> Iterator[Counter[str]]:
    """Return the faults that a test provokes, by type and place; it says which."""
    yield COUNTS
    COUNTS.clear()


@pytest.fixture(autouse=True)
def _no_text_lacks() -> Iterator[None]:
    """Find what a test has Home Assistant show for which there is no text in each language."""
    with watched() as lacking:
        yield
    assert not lacking


@pytest.fixture(autouse=True)
async def enable_event_loop_debug() -> None:
    """Leave the event loop as it runs in a home.

    Home Assistant's plugin has each loop debug itself, which takes a quarter of the processor's
    time; PYTHONASYNCIODEBUG=1 does so where it is wanted.
    """


@pytest.fixture(autouse=True)
def _custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let each Home Assistant under test find the integration in this repository."""
    if "recorder_mock" in request.fixturenames:
        # A recorder must be there before Home Assistant.
        request.getfixturevalue("recorder_mock")
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


UNCOUNTED = partial(EjabberdServer, options={"modules": {"mod_pres_counter": {"count": 1000}}})
"""An ejabberd that does not count requests for friendship: those of many at once would be too many
for Debian's five a minute."""


@contextmanager
def three_servers(*, limits: bool, ejabberd: ServerKind = EjabberdServer) -> Iterator[Servers]:
    """Run three servers that federate, two Prosody and an ejabberd; Debian sets `limits`."""
    pytest_socket.enable_socket()  # before the fixture above, which is each test's own
    kinds: dict[str, ServerKind] = {
        "maison.test": ProsodyServer,
        "coop.test": ProsodyServer,
        "village.test": ejabberd,
    }
    with federation_of(kinds, limits=limits) as (maison, coop, village):
        assert isinstance(maison, ProsodyServer)
        assert isinstance(coop, ProsodyServer)
        yield Servers(maison, coop, village)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Run three servers for the whole session; a test that stops or restarts one starts it again.

    They have no limits of rate: for each 100 bytes of a client Debian's Prosody waits 10 ms, which
    was most of a test's time. Many who speak at once have `limited_servers`.
    """
    with three_servers(limits=False) as three:
        yield three


@pytest.fixture(scope="module")
def limited_servers() -> Iterator[Servers]:
    """Run three servers with Debian's limits of rate, for a file that names them its servers."""
    with three_servers(limits=True, ejabberd=UNCOUNTED) as three:
        yield three


class Beside(NamedTuple):
    """A browser, and the loop that it is driven from."""

    background: Background
    browser: Browser


@pytest.fixture(scope="session")
def beside() -> Iterator[Beside]:
    """Run a browser for the whole session: to start one takes as long as most that it shows."""
    pytest_socket.enable_socket()
    with Background() as background:
        stack = AsyncExitStack()
        try:
            yield Beside(background, background.do(stack.enter_async_context(Browser())))
        finally:
            pytest_socket.enable_socket()
            background.do(stack.aclose())


@pytest.fixture
def prosody_pair(servers: Servers) -> tuple[ProsodyServer, ProsodyServer]:
    """Return maison.test and coop.test."""
    return servers.maison, servers.coop


@pytest.fixture
def server_pair(request: pytest.FixtureRequest, servers: Servers) -> tuple[XmppServer, XmppServer]:
    """Return the servers of the house and of the cooperative: Prosody, or what `PAIRS` says."""
    house, cooperative = getattr(request, "param", ("maison", "coop"))
    return getattr(servers, house), getattr(servers, cooperative)


@pytest.fixture
def accounts() -> Callable[..., Account]:
    """Return a maker of accounts that no other test uses: `accounts(server, "carole")`."""

    def make(server: XmppServer, name: str) -> Account:
        return server.register(f"{name}{next(_numbers)}")

    return make


@pytest.fixture
def alice(server_pair: tuple[XmppServer, XmppServer], accounts: Callable[..., Account]) -> Account:
    """Return a fresh account at the house's server."""
    return accounts(server_pair[0], "alice")


@pytest.fixture
def bob(server_pair: tuple[XmppServer, XmppServer], accounts: Callable[..., Account]) -> Account:
    """Return a fresh account at the cooperative's server."""
    return accounts(server_pair[1], "bob")
