"""A house and a cooperative that follows it, whose servers, links and machines can all fail.

After each fault `Exchange.settle` compares what the house's recorder has committed with what the
cooperative was told, showed and recorded, and with the meters.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
import sqlite3
import time

from custom_components.sen1.protocol.model import PublicationId, node_of
from custom_components.sen1.protocol.stamps import stamp

from . import samples
from .cable import Cable, Way
from .home import Followed, Home, Series, agree
from .home_assistant import HomeAssistant
from .household import PARIS, Household
from .samples import SampledMeter
from .tic_groups import Kind
from .tic_meter import TicMeter, serve_socket
from .waiting import until
from .witness import At, Witness
from .xmpp import ServerKind, XmppServer, federation_of

HOUSE, COOP = "maison.test", "coop.test"

METERED = {"PAPP", "HCHP"}
"""What the house shares of its Linky: its power, and the index in use at midday."""

INDEXES = ("HCHP", "index")

PATIENCE = 180.0
"""Seconds for all to arrive: at 1 kB/s, behind requests that were never answered."""


@dataclass(frozen=True)
class Tally:
    """What came of a fault."""

    counted: int
    """Readings that the house's recorder committed."""
    in_holes: int
    """Those that are left to the history."""
    doubled: int
    """Readings sent in more than one item; the follower takes each once."""
    pushed: int
    """Items that the servers pushed."""
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.counted} readings counted, {self.in_holes} in holes told, {self.doubled} sent"
            f" twice, {self.pushed} items pushed, {self.seconds:.0f} s"
        )


class Exchange:
    """Everything between a meter and a friend, and what breaks it."""

    def __init__(
        self,
        servers: tuple[XmppServer, XmppServer],
        house: Home,
        cooperative: Home,
        witness: Witness,
        sampled: SampledMeter,
        line: Cable,
        border: Mapping[tuple[str, str], Cable],
    ) -> None:
        self.servers = servers
        self.house = house
        self.cooperative = cooperative
        self.witness = witness
        self.sampled = sampled
        self.line = line
        """Between the house and its server."""
        self._border = border
        self._followed: dict[str, Followed] = {}
        self._since = 0.0
        self._began = 0.0
        self._pushed = 0
        self._before: Counter[At] = Counter()
        self._received: int | None = None
        self._holes = 0

    @property
    def meter(self) -> TicMeter:
        """The house's Linky."""
        assert isinstance(self.house.meter, TicMeter)
        return self.house.meter

    @property
    def household(self) -> Household:
        """The household of the house's Linky."""
        return self.meter.household

    async def freeze(self) -> None:
        """Stop the household's time, and wait until its Linky has said all it will say of it."""
        self.household.freeze()
        # What is on the line was latched before.
        frames = self.meter.frames
        await until(lambda: self.meter.frames >= frames + 2, "a frame of the time that stands")

    # What breaks

    def cut_border(self) -> None:
        """Cut the servers off from one another."""
        for cable in self._border.values():
            cable.cut()

    def swallow(self, *senders: str) -> None:
        """Let all that these domains' servers say to the other vanish."""
        for (domain, _), cable in self._border.items():
            cable.swallow(*(Way.THERE if sender == domain else Way.BACK for sender in senders))

    def mend(self) -> None:
        """Let everything through again."""
        for cable in (self.line, *self._border.values()):
            cable.mend()

    async def kill_house(self) -> None:
        """Cut the power of the house's Home Assistant, once it knows its entities after that."""
        # A registry is written ten seconds late: a cut before would take the entities away.
        registry = self.house.home_assistant.folder / ".storage" / "core.entity_registry"
        entities = {series.entity_id for series in self.house.series.values()}
        await until(
            lambda: (
                registry.exists()
                and all(entity_id in registry.read_text() for entity_id in entities)
            ),
            "the entities are on the disk",
        )
        await self.house.home_assistant.kill()

    async def start_house(self) -> None:
        """Start the house's Home Assistant; a meter is read anew, not remembered."""
        storage = self.house.home_assistant.folder / ".storage"
        (storage / "core.restore_state").unlink(missing_ok=True)
        await self.house.home_assistant.start()

    # What must hold

    async def begin(self) -> None:
        """Have everything run and nothing waiting, whatever the last fault left behind."""
        self.mend()
        for server in self.servers:
            if not server.is_running:
                await asyncio.to_thread(server.start)
        if not self.house.home_assistant.is_running:
            await self.start_house()
        if not self.cooperative.home_assistant.is_running:
            await self.cooperative.home_assistant.start()
        self.household.go_on()
        self._followed = await self.cooperative.followed(self.house, self.house.series)
        await self.hear_again()
        await self.freeze()  # what is on its way belongs to neither fault
        await until(self._shows_newest, "the newest at the cooperative", within=PATIENCE)
        await until(self._is_quiet, "nothing older is on its way", within=2 * PATIENCE)
        await self._start_counting()
        self.household.go_on()

    async def hear_again(self) -> None:
        """Let the meters go on until something new of each series has come through.

        What was lost last is missed when the next comes, or the repeat after ten minutes.
        """
        now = stamp(time.time())
        nodes = {
            node_of(PublicationId(series.publication)) for series in self.house.series.values()
        }
        begin = len(self.witness.order)

        def heard() -> bool:
            order = self.witness.order[begin:]
            return {node for node, item_id in order if item_id > now} >= nodes

        async with asyncio.timeout(PATIENCE):
            while not heard():
                await self.sampled.sample()
                with suppress(TimeoutError):
                    await until(heard, "each series is heard again", within=2)

    async def settle(self, *, with_holes: bool = False, with_restart: bool = False) -> Tally:
        """Wait until all that counts has arrived; raise AssertionError for what did not, or twice.

        `with_holes` allows what the node could not keep to be left to the history, if that is told.
        `with_restart` says that the cooperative's Home Assistant was started again: it counts anew,
        and may take for new what it had long before.
        """
        await self.freeze()
        await until(self._shows_newest, "the newest at the cooperative", within=PATIENCE)
        counted = await until(self._committed, "the house's recorder has the newest")
        witness = self.witness

        def missing() -> set[At]:
            has = witness.has if with_holes else witness.received.__contains__
            return {at for at in counted if not has(at)}

        try:
            await until(lambda: not missing(), "all that counts arrived", within=PATIENCE)
        except TimeoutError:
            some = sorted(missing())
            raise AssertionError(f"{len(some)} of {len(counted)} missing: {some[:5]}") from None
        came = {at: value for at, value in witness.readings.items() if at[1] > self._since}
        wrong = {at for at in counted.keys() & came.keys() if came[at] != counted[at]}
        assert not wrong, f"other values than measured: {sorted(wrong)[:5]}"
        assert witness.conflicts == 0
        twice = [
            at
            for at, count in witness.received.items()
            if count > max(1, self._before[at]) and (at[1] > self._since or not with_restart)
        ]
        assert not twice, f"taken for new twice: {sorted(twice)[:5]}"
        assert with_holes or not witness.holes, witness.holes
        for label in self.house.series:
            await self._check_recorded(label, came)
        await self._check_counts(None if with_holes or with_restart else len(came))
        for home in (self.house, self.cooperative):
            ours = [error for error in home.home_assistant.errors if "sen1" in error]
            assert not ours, ours
        tally = Tally(
            counted=len(counted),
            in_holes=len(counted.keys() - witness.received.keys()),
            doubled=sum(len(witness.carriers[at]) > 1 for at in came),
            pushed=len(witness.order) - self._pushed,
            seconds=time.monotonic() - self._began,
        )
        self.household.go_on()
        return tally

    def kept(self, label: str) -> list[str]:
        """Return the items that the house's node of a series has, oldest first."""
        node = node_of(PublicationId(self.house.series[label].publication))
        return self.servers[0].items(self.house.user, node)

    def missing(self) -> int:
        """Return how many committed readings the witness does not have yet."""
        counted = committed(self.house, self._since)
        return len(counted.keys() - self.witness.received.keys())

    def shown(self, label: str) -> str:
        """Return what the cooperative shows of a series."""
        state = self.cooperative.home_assistant.states.get(self._followed[label].reading)
        return "" if state is None else str(state["state"])

    def truth(self, label: str) -> str | None:
        """Return what the meter last said."""
        return self.sampled.truth.get(label) or self.house.truth(label)

    def _shows_newest(self) -> bool:
        """Return whether the house and the cooperative both show what the meters said last."""
        ours, theirs = self.house.home_assistant.states, self.cooperative.home_assistant.states
        return all(
            agree(self.truth(label), ours.get(series.entity_id))
            and agree(self.truth(label), theirs.get(self._followed[label].reading))
            for label, series in self.house.series.items()
        )

    async def _is_quiet(self) -> bool:
        """Return whether the house has sent all, and the cooperative asks for nothing any more.

        What an outage left goes after the newest; and who was not answered asks again later.
        """
        house, cooperative = await asyncio.gather(
            self.house.diagnostics(), self.cooperative.diagnostics()
        )
        (friend,) = cooperative["friends"]
        return not (
            any(series["waiting"] or series["backlog"] for series in house["publications"])
            or any(series["owed"] for series in friend["series"])
        )

    async def _start_counting(self) -> None:
        self._since = datetime.now(PARIS).timestamp()
        self._began = time.monotonic()
        self._pushed = len(self.witness.order)
        self.witness.holes.clear()
        self._before = self.witness.received.copy()
        self._received, self._holes = await self._counts()

    async def _counts(self) -> tuple[int, int]:
        """Return how many readings the cooperative took for new, and the holes it found."""
        account = await self.cooperative.diagnostics()
        (friend,) = account["friends"]
        return sum(series["received"] for series in friend["series"]), account["holes"]

    async def _check_counts(self, came: int | None) -> None:
        """Compare with what the cooperative says it took, which may still be on its way."""
        if came is None:
            return
        assert self._received is not None
        expected = (self._received + came, self._holes)
        counts = None

        async def agreed() -> bool:
            nonlocal counts
            counts = await self._counts()
            return counts == expected

        try:
            await until(agreed, "the cooperative took each reading once", within=20)
        except TimeoutError:
            raise AssertionError(f"taken by the cooperative: {counts}, not {expected}") from None

    def _committed(self) -> dict[At, float] | None:
        """Return the readings that count, once what the house shows now is among them."""
        counted = committed(self.house, self._since)
        for node, series in nodes_of(self.house):
            state = self.house.home_assistant.states[series.entity_id]
            changed = datetime.fromisoformat(state["last_changed"]).timestamp()
            if changed > self._since and (node, round(changed, 3)) not in counted:
                return None
        return counted

    async def _check_recorded(self, label: str, came: Mapping[At, float]) -> None:
        """Compare what the cooperative's recorder kept of a series with what came, in order."""
        node = node_of(PublicationId(self.house.series[label].publication))
        told = [value for at, value in sorted(came.items()) if at[0] == node]
        if not told:
            return
        folder = self.cooperative.home_assistant.folder
        entity_id, newest = self._followed[label].reading, float(str(self.truth(label)))

        def recorded(since: float) -> list[float]:
            # Whatever was shown may be written again, after it was unavailable.
            values = (value for _, value in changes(folder, entity_id, since))
            return [value for value, _ in groupby(values)]

        # It may have shown the same before the fault, and all the time since.
        await until(
            lambda: recorded(since=0)[-1:] == [newest],
            f"the cooperative's recorder has the newest {label}",
        )
        kept = recorded(self._since)
        # The first may have been shown before.
        rest = iter(told)
        strange = [value for value in kept[1:] if value not in rest]
        assert not strange, f"{label}: recorded and never told, or not in that order: {strange}"
        if label in INDEXES:
            again = [value for value, count in Counter(kept).items() if count > 1]
            assert not again, f"{label}: recorded twice: {again}"
            assert kept == sorted(kept), f"{label}: the index went back"


def nodes_of(house: Home) -> list[tuple[str, Series]]:
    """Return the nodes of what a house publishes."""
    return [(node_of(PublicationId(s.publication)), s) for s in house.series.values()]


def committed(house: Home, since: float) -> dict[At, float]:
    """Return the numbers that the house's recorder has committed."""
    return {
        (node, round(changed, 3)): value
        for node, series in nodes_of(house)
        for changed, value in changes(house.home_assistant.folder, series.entity_id, since)
    }


def changes(folder: Path, entity_id: str, since: float) -> Iterator[tuple[float, float]]:
    """Return time and number of each change of an entity, from a recorder's file."""
    query = (
        "SELECT last_updated_ts, state FROM states JOIN states_meta USING (metadata_id)"
        " WHERE states_meta.entity_id = ? AND last_updated_ts > ?"
        " AND (last_changed_ts IS NULL OR last_changed_ts = last_updated_ts)"
        " ORDER BY last_updated_ts"
    )
    database = f"file:{folder / 'home-assistant_v2.db'}?mode=ro"
    with closing(sqlite3.connect(database, uri=True)) as connection:
        rows = connection.execute(query, (entity_id, since)).fetchall()
    for changed, state in rows:
        try:
            yield changed, float(state)
        except TypeError, ValueError:
            # Unavailable, or unknown.
            continue


@asynccontextmanager
async def exchange(house_kind: ServerKind, coop_kind: ServerKind) -> AsyncIterator[Exchange]:
    """Run the two homes at servers of these kinds, and the witness."""
    midday = datetime.now(PARIS).replace(hour=12, minute=30)
    household = Household(seed=3, begin=midday)
    household.step(2000)  # a watt-hour every second or two: each of them is news
    meter = TicMeter(Kind.HISTORIC_HC, household)
    async with AsyncExitStack() as stack:
        border = {
            ways: await stack.enter_async_context(Cable())
            for ways in ((HOUSE, COOP), (COOP, HOUSE))
        }
        kinds = {HOUSE: house_kind, COOP: coop_kind}
        servers = stack.enter_context(federation_of(kinds, cables=border))
        line = await stack.enter_async_context(Cable(servers[0].c2s_port))
        instances = [HomeAssistant("Maison", samples.CONFIGURATION), HomeAssistant("Coop")]
        for instance in instances:
            stack.push_async_exit(instance)
        await asyncio.gather(*(instance.start() for instance in instances))
        house = Home(
            instances[0], servers[0], "maison", meter, direction="consumption", port=line.port
        )
        coop = Home(instances[1], servers[1], "coop", meter, direction="none")
        witness = Witness(servers[1].register("witness"), house.account.jid)
        await house.add_meter(await stack.enter_async_context(serve_socket(meter)))
        await house.pace_meter(interval_s=1, step=20)
        await asyncio.gather(house.add_account(), coop.add_account())
        sampled = SampledMeter(instances[0], household_seed=4)
        await sampled.sample()
        await house.publish_meter(METERED)
        for label, entity_id in samples.SENSORS.items():
            await house.publish(label, entity_id)
        witness.come()
        stack.push_async_callback(witness.leave)
        for friend in (coop, witness):
            await house.grant(friend, house.series)  # type: ignore[arg-type]
        await coop.grant(house, ())
        nodes = {node for node, _ in nodes_of(house)}
        await until(lambda: witness.nodes >= nodes, "the witness follows all", within=60)
        yield Exchange((servers[0], servers[1]), house, coop, witness, sampled, line, border)
