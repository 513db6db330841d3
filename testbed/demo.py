"""Show the whole line: meters, a gateway, Home Assistants, two servers, grants between them.

A house and a cooperative, each with its own Home Assistant, its own XMPP server and a meter at
true line rate; the house also has solar panels, and their gateway. The house shares what both say
with the cooperative, the cooperative what its solar roof's meter says with the house.

The house is one of nine homes of an association, has parts of two solar roofs, and both have two
years behind them: see `association`. A third Home Assistant is that of relatives who have no reader
at any meter: see `relatives`.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
import re
import signal
import sys
import time

from .association import (
    SCHOOL,
    Association,
    classrooms_meter,
    count_past,
    family_of_house,
    past_of_house,
    past_of_roof,
    start_with_past,
)
from .challenging import Challenging
from .collecting import Collecting
from .envoy import SimulatedGateway
from .home import Followed, Home, Series, agree
from .home_assistant import FlowError, HomeAssistant, Json
from .household import PARIS, Household
from .lovelace import PATH, add_dashboard
from .relatives import Relatives
from .tic_groups import Kind
from .tic_meter import CapturePlayer, TicMeter, Transmitter, serve_socket
from .waiting import until
from .water_heater import WaterHeater
from .weather_station import CONFIGURATION as STATION, weather_station
from .xmpp import federation
from .years import daylight

WITHDRAWN = ("PAPP", "SINSTS", "PA1MN")
"""What the house takes back in the check: its power, by its label in each mode."""

MOVE_W = 500
"""A move that a meter tells, and that overloads none."""

HOST_OPTIONS = """\
modules_enabled = { "data_policy", "invites_register", "invites_adhoc" }
allow_user_invites = true
data_policy = {
  data_retention = "720"; backup_retention = "2160"; data_deletion = true; full_erasure = false;
  encryption_at_rest = true; access_policy = { "admins" };
}
"""
"""Of both servers: users may invite others to an account there, and what both state of
themselves (XEP-0504), hours.
"""

CHECKED_WITHIN = timedelta(minutes=15)
"""How long a check takes, on a busy machine."""

OF_ITSELF = re.compile(
    r"\[homeassistant\] Error doing job: ClientConnectionResetError"
    r"|\[concurrent\.futures\] Exception in worker\n(?s:.*)^SystemExit",
    re.MULTILINE,
)
"""What Home Assistant logs of itself: that a page was closed while it wrote to it, and that, as it
stopped, it ended a thread of its own: on a busy machine that had not heard of it yet."""

FILLED_BACK_S = 300
"""Two years of two roofs are 35,000 rows."""


@dataclass(frozen=True)
class Row:
    """One series, from the meter to the friend."""

    home: Home
    friend: Home
    series: Series
    followed: Followed

    @property
    def truth(self) -> str | None:
        """Return what the meter last said."""
        return self.home.truth(self.series.label)

    @property
    def own(self) -> Json:
        """Return the state of the home's own entity."""
        return self.home.home_assistant.states[self.series.entity_id]

    @property
    def theirs(self) -> Json:
        """Return the state of the friend's entity."""
        return self.friend.home_assistant.states[self.followed.reading]

    @property
    def status(self) -> str:
        """Return why the friend has a value, or none."""
        status: str = self.friend.home_assistant.states[self.followed.status]["state"]
        return status

    @property
    def agrees(self) -> bool:
        """Return whether both entities show what the meter said."""
        return agree(self.truth, self.own) and agree(self.truth, self.theirs)

    @property
    def age(self) -> float:
        """Return how long ago the friend's entity last changed, in seconds."""
        changed = datetime.fromisoformat(self.theirs["last_updated"])
        return (datetime.now(UTC) - changed).total_seconds()

    def __str__(self) -> str:
        return COLUMNS.format(
            f"{self.home.name} → {self.friend.name}",
            self.series.label,
            self.truth or "-",
            self.own["state"],
            self.theirs["state"],
            self.own["attributes"].get("unit_of_measurement", ""),
            f"{self.age:.1f} s" if self.status == "receiving" else self.status,
            "=" if self.agrees else "≠",
        )


COLUMNS = "{:<22} {:<16} {:>14} {:>14} {:>14} {:<4} {:>10}  {}"
HEADER = COLUMNS.format("", "label", "meter", "own entity", "friend's", "", "age", "")


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is being done, then how it ended and how long it took."""
    if sys.stdout.isatty():
        print(f"… {what}", end="\r", flush=True)
    began = time.monotonic()
    mark = "✗"
    try:
        yield
        mark = "✓"
    finally:
        print(f"{mark} {what} ({time.monotonic() - began:.1f} s)", flush=True)


@dataclass(frozen=True)
class Demo:
    """What runs."""

    house: Home
    cooperative: Home
    heater: WaterHeater
    association: Association | None
    """None beside a recording, which knows nothing of other days."""
    collecting: Collecting | None
    """None as well, and so is the challenge: it is the line alone that is looked at then."""
    challenging: Challenging | None
    relatives: Relatives | None
    """Who have no reader at any meter."""

    @property
    def pages(self) -> list[HomeAssistant]:
        """Return all Home Assistants."""
        others = [self.relatives.page] if self.relatives else []
        return [self.house.home_assistant, self.cooperative.home_assistant, *others]


@asynccontextmanager
async def exchange(capture: Path | None, *, is_noon: bool = True) -> AsyncIterator[Demo]:
    """Run a house and a cooperative that share what their meters say, and the association.

    It is half past twelve for their suns when they begin, or `is_noon` is False: then these go with
    the clock.
    """
    begin = datetime.now(PARIS)
    if is_noon:
        begin = begin.replace(hour=12, minute=30)
    family = family_of_house(begin)
    household: Transmitter = (
        CapturePlayer(capture) if capture else TicMeter(Kind.STANDARD_PRODUCER, family)
    )
    gateway = SimulatedGateway(family, nightly=True)
    panels = Household(seed=2, begin=begin, solar_peak_w=9000, daylight=daylight)
    roof = TicMeter(Kind.STANDARD_PRODUCER, panels)
    classrooms = classrooms_meter()
    count_past(gateway, roof, classrooms)
    async with AsyncExitStack() as stack:
        with step("two XMPP servers, maison.test and coop.test"):
            # Two years of two roofs would take a minute each within Debian's limits of rate.
            servers = stack.enter_context(
                federation("maison.test", "coop.test", limits=False, host_options=HOST_OPTIONS)
            )
        instances = [HomeAssistant("Maison", STATION), HomeAssistant("Coopérative")]
        with step("two Home Assistants, with two years of their sensors"):
            for instance in instances:
                stack.push_async_exit(instance)
            await asyncio.gather(
                start_with_past(instances[0], past_of_house(gateway, classrooms)),
                start_with_past(instances[1], past_of_roof(roof)),
            )
        await stack.enter_async_context(weather_station(instances[0]))
        house = Home(
            instances[0],
            servers[0],
            "maison",
            household,
            direction="consumption",
            gateway=await stack.enter_async_context(gateway),
        )
        cooperative = Home(instances[1], servers[1], "coop", roof, direction="production")
        association = relatives = None
        if capture is None:
            with step("eight neighbours"):
                association = Association(house, cooperative, servers, classrooms, begin)
            # Beside all that waits for meters and servers.
            importing = asyncio.create_task(association.import_pasts())
            stack.callback(importing.cancel)
            relatives = Relatives()
            joining = asyncio.create_task(relatives.begin(stack))
            stack.callback(joining.cancel)
        ports = [
            await stack.enter_async_context(serve_socket(home.meter))
            for home in (house, cooperative)
        ]
        with step("their meters, found on the line"):
            await asyncio.gather(house.add_meter(ports[0]), cooperative.add_meter(ports[1]))
        with step("the gateway of the house's panels"):
            await house.add_gateway()
        with step("their sharing accounts"):
            await asyncio.gather(house.add_account(), cooperative.add_account())
        if isinstance(household, CapturePlayer):
            seconds = len(household.recording) * 10 / household.baud
            with step(f"the recording, played once in {seconds:.0f} s"):
                await household.played.wait()
        with step("every reading of the one granted to the other"):
            for home, friend in ((house, cooperative), (cooperative, house)):
                await home.publish_meter()
                if home.gateway:
                    await home.publish_production()
                await home.grant(friend, home.series, by_link=True)
        heater = WaterHeater(cooperative, SCHOOL.name)
        with step("the cooperative's balance, and a water heater that runs on its surplus"):
            await heater.add()
        if association and relatives:
            with step("a second cooperative, and the neighbours at their places"):
                await association.begin(stack)
            with step("two years of half-hours, from files of Enedis, to their end"):
                await importing
            with step("two projects, with two years behind them"):
                await association.add_projects()
            with step("the house's year: its past, its contract, its surface, its goals"):
                await association.add_home()
                await association.add_goals()
            with step("a school beside it: its meter, its contract"):
                await association.add_school(stack)
            with step("the nine homes, added up and ranked"):
                await association.add_neighbours()
            with step("a family that is invited, and has not come yet"):
                await association.invite_family()
            with step("relatives without a reader: a home by Enedis each day, one read by hand"):
                await joining
                await relatives.settle()
        collecting = challenging = None
        if association:
            # Last: who comes keeps the cooperative busy.
            collecting = Collecting(house, cooperative, servers)
            with step("a collection: forty-two households are asked"):
                await collecting.begin()
            await stack.enter_async_context(collecting.run())
            with step("thirty-eight of the households have come, and are on the treasurer's list"):
                await collecting.settle()
            challenging = Challenging(house, cooperative, servers)
            with step("a challenge of four teams, in one of which the house is"):
                await challenging.begin()
                await stack.enter_async_context(challenging.run())
                await challenging.settle()
        with step("their dashboards"):
            demo = Demo(house, cooperative, heater, association, collecting, challenging, relatives)
            await asyncio.gather(*map(add_dashboard, demo.pages))
            await asyncio.gather(*map(ignore_issues, demo.pages))
        yield demo


def day_ends_in(now: datetime) -> timedelta | None:
    """Return how long the day of ``now`` still lasts where it would end during a check.

    What the homes know of the past ends with the day before the demo began: a day later, of one
    they know minutes.
    """
    midnight = (now + CHECKED_WITHIN).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - now if midnight > now else None


async def day_for_a_check() -> None:
    """Wait for the end of a day that would end during a check."""
    if remains := day_ends_in(datetime.now(PARIS)):
        with step("the day ends, which the check would miss"):
            await asyncio.sleep(remains.total_seconds())


def is_of_itself(logged: str) -> bool:
    """Return whether Home Assistant logged something in which nothing of ours had a part."""
    return "custom_components" not in logged and OF_ITSELF.search(logged) is not None


def complaints(demo: Demo) -> Iterator[str]:
    """Yield what both Home Assistants have logged that they should not."""
    for page in demo.pages:
        for logged in page.errors + page.warnings:
            if not is_of_itself(logged):
                yield f"{page.name} logged: {logged}"


async def ignore_issues(page: HomeAssistant) -> None:
    """Ignore what Home Assistant says of itself: here it runs without its operating system."""
    for issue in (await page.command("repairs/list_issues"))["issues"]:
        if issue["domain"] == "homeassistant":
            names = {"domain": issue["domain"], "issue_id": issue["issue_id"]}
            await page.command("repairs/ignore_issue", **names, ignore=True)


async def rows_of(home: Home, friend: Home) -> list[Row]:
    """Return a row for each series that a home shares, once the friend has an entity for it."""
    followed = await friend.followed(home, home.series)
    return [Row(home, friend, series, followed[label]) for label, series in home.series.items()]


async def check(demo: Demo) -> None:
    """Compare the first number with the last, then take one grant back."""
    house, cooperative = demo.house, demo.cooperative
    with step("an entity at the friend's for each series"):
        rows = await rows_of(house, cooperative) + await rows_of(cooperative, house)
    for home in (house, cooperative):
        if isinstance(home.meter, TicMeter):
            home.meter.household.freeze()
        if home.gateway:
            home.gateway.household.freeze()
    try:
        with step("the meter's truth at the friend's, for each series"):
            await until(lambda: all(row.agrees for row in rows), "all values agree", within=90)
    finally:
        show(rows)
    withdrawn = next(row for row in rows if row.series.label in WITHDRAWN)
    await check_withdrawal(withdrawn)
    if isinstance(house.meter, TicMeter):
        kept = [row for row in rows if row.home is house and row is not withdrawn]
        await check_silence(withdrawn, kept, house.meter.household)
    print(withdrawn)
    await check_surplus(demo.heater)
    print(demo.heater)
    await check_trust(demo)
    if demo.collecting:
        await check_collection(demo.collecting)
    if demo.challenging:
        await check_challenge(demo.challenging)
    if demo.association:
        await check_figures(demo.association)


async def check_pages(demo: Demo) -> None:
    """Open each view of both dashboards, a form and the card picker in a browser."""
    # Whoever only runs the demo needs none.
    from .browser import Browser
    from .pages import add_building, add_card, draw_views

    house = demo.house.home_assistant
    async with Browser() as browser:
        with step("each view of all dashboards is drawn"):
            for page in demo.pages:
                await draw_views(browser, page)
        with step("a card of ours, from the card picker"):
            await add_card(browser, house)
        with step("a building, added by the form"):
            await add_building(browser, house)


@dataclass(frozen=True)
class Trusted:
    """What one home has of another: its key, and what both signed."""

    home: Home
    friend: Home
    standing: str
    fingerprint: Sequence[str]
    is_pinned: bool
    """Whether that is the key which the friend signs with."""
    granted: int
    acknowledged: int
    """Of the series that the home granted, those that the friend said to know, signed."""
    state: str
    """What a verification of the home's journal finds."""
    entries: int

    @property
    def agrees(self) -> bool:
        """Return whether the key is the friend's, both have signed, and the journal holds."""
        is_signed = self.granted == self.acknowledged > 0
        return self.is_pinned and is_signed and self.state == "agrees"

    def __str__(self) -> str:
        return TRUSTED.format(
            f"{self.home.name} → {self.friend.name}",
            self.standing,
            " ".join(self.fingerprint) or "-",
            f"{self.acknowledged} of {self.granted}",
            f"{self.state}, {self.entries} lines",
            "=" if self.agrees else "≠",
        )


TRUSTED = "{:<22} {:<10} {:<30} {:>12}  {:<24} {}"
TRUST_HEADER = TRUSTED.format("", "key", "its six numbers", "signed", "journal", "")


async def trusted(home: Home, friend: Home) -> Trusted:
    """Return what a home has of a friend."""
    known, own, verdict = await asyncio.gather(home.trust(), friend.trust(), home.journal_verdict())
    about = next(one for one in known["friends"] if one["friend"] == friend.name)
    granted = next(one for one in verdict["friends"] if one["friend"] == friend.name)["ours"]
    return Trusted(
        home,
        friend,
        about["standing"],
        about["fingerprint"] or (),
        about["fingerprint"] == own["fingerprint"],
        granted["granted"],
        granted["acknowledged"],
        verdict["state"],
        verdict["entries"],
    )


async def check_trust(demo: Demo) -> None:
    """See that both sides pinned the other's key and signed, and that their journals hold."""
    both = (demo.house, demo.cooperative)
    rows: list[Trusted] = []

    async def is_so() -> bool:
        rows[:] = await asyncio.gather(trusted(*both), trusted(*reversed(both)))
        return all(row.agrees and row.standing == "verified" for row in rows)

    try:
        with step("both keys verified by their links, all grants signed by both, journals agree"):
            await until(is_so, "both sides trust each other", within=30)
    finally:
        print("\n".join([TRUST_HEADER, *map(str, rows)]), flush=True)


async def check_figures(association: Association) -> None:
    """Compare each figure of the house with the simulation."""
    association.freeze()
    try:
        with step("the year, the rank, the nine homes and the two projects as simulated"):
            await until(
                lambda: all(figure.agrees for figure in association.figures()),
                "all figures agree",
                within=FILLED_BACK_S,
            )
    finally:
        print("\n".join(map(str, association.figures())), flush=True)


async def check_collection(collecting: Collecting) -> None:
    """Compare what the page of the collection counts with who was simulated."""
    try:
        with step("who has come, is silent, awaits and pauses, as simulated"):
            await until(collecting.agrees, "the collection counts all", within=60)
    finally:
        print("\n".join(collecting.rows()), flush=True)


async def check_challenge(challenging: Challenging) -> None:
    """Compare the board, at the cooperative and at the house, with what was said."""
    try:
        with step("what each team saved, as its households said, on both boards"):
            # What is said within a minute is told together.
            await until(challenging.agrees, "both boards agree", within=150)
    finally:
        print("\n".join(await challenging.rows()), flush=True)


async def check_surplus(heater: WaterHeater) -> None:
    """Compare the surplus with the meter; the automation switches on it, and off without it."""
    meter = heater.home.meter
    assert isinstance(meter, TicMeter)
    with step("the meter's surplus is the home's, and the water heater runs on it"):
        missing = 4000 - heater.truth
        if missing > 0:  # a cloud at this moment
            meter.household.step(-missing)
        await until(
            lambda: heater.truth >= 4000 and heater.agrees and heater.is_on,
            "the automation switches on",
            within=60,
        )
    print(heater)
    with step("the surplus goes, and the water heater with it"):
        meter.household.step(10_000)
        await until(
            lambda: heater.truth < 0 and heater.agrees and not heater.is_on,
            "the automation switches off",
            within=60,
        )


async def check_withdrawal(row: Row) -> None:
    """Take one grant back: the friend is told, and the server delivers it no more."""
    house, friend, label = row.home, row.friend, row.series.label
    with step(f"{label} withdrawn: unavailable at the friend's, who is told why"):
        await house.grant(friend, house.series.keys() - {label})
        await until(
            lambda: row.theirs["state"] == "unavailable" and row.status == "withdrawn",
            "the friend's entity is unavailable",
        )
    with step("on the server, nobody may follow it and nobody does"):
        # What nobody at all may receive has no node.
        for name, node in house.server.nodes(house.user).items():
            is_open = node.subscribers or node.affiliations.get(friend.account.jid) != "outcast"
            if row.series.publication in name and is_open:
                raise AssertionError(f"the server would still deliver {label}: {node}")


async def check_silence(withdrawn: Row, kept: list[Row], household: Household) -> None:
    """Move the meter twice: what is kept arrives, and nothing of what is withdrawn.

    A move that arrives of the kept ones was sent after the one before it of the withdrawn.
    """
    with step("the meter moves: what is still granted arrives, what is withdrawn does not"):
        for sun in (household.solar_watts(household.now()), 0):
            before = withdrawn.own["state"]
            household.step(sun + MOVE_W)

            def has_moved(before: str = before) -> bool:
                return withdrawn.own["state"] != before and all(row.agrees for row in kept)

            await until(has_moved, "the move is at the friend's", within=60)
            if withdrawn.theirs["state"] != "unavailable":
                raise AssertionError(f"{withdrawn.series.label} still arrives")


def show(rows: list[Row]) -> None:
    """Print the table."""
    print(HEADER)
    print("\n".join(map(str, rows)), flush=True)


async def watch(demo: Demo) -> None:
    """Print where the pages are, then what they show, until told to stop."""
    house, cooperative, heater = demo.house, demo.cooperative, demo.heater
    rows = await rows_of(house, cooperative) + await rows_of(cooperative, house)
    for page in demo.pages:
        print(f"{page.name}: {page.url}/{PATH}  login {page.user}  password {page.password}")
    print("Ctrl-C stops everything.")
    if demo.association:
        print("\n".join(map(str, demo.association.figures())))
    show(rows)
    print(heater)
    while True:
        await asyncio.sleep(1)
        if sys.stdout.isatty():
            print(f"\x1b[{len(rows) + 2}F", end="")
            show(rows)
            print(heater)


async def run(arguments: argparse.Namespace) -> bool:
    """Run the demo; return whether all is well."""
    # A recording knows nothing of other days.
    if arguments.check and not arguments.capture:
        await day_for_a_check()
    is_noon = arguments.noon or arguments.check or arguments.pages
    async with exchange(arguments.capture, is_noon=is_noon) as demo:
        try:
            if arguments.check:
                await check(demo)
            if arguments.pages:
                await check_pages(demo)
            if not (arguments.check or arguments.pages):
                await watch(demo)
        except (AssertionError, FlowError, TimeoutError) as error:
            print(error)
            well = False
        else:
            well = True
        for logged in complaints(demo):
            print(logged)
            well = False
        return well


async def main() -> int:
    """Read the arguments; run until done, or until told to stop."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--check", action="store_true", help="compare meter, entity and friend; exit with 0 or 1"
    )
    parser.add_argument(
        "--pages", action="store_true", help="open its pages in Chromium; exit with 0 or 1"
    )
    parser.add_argument(
        "--noon", action="store_true", help="let the sun stand at half past twelve as it begins"
    )
    parser.add_argument(
        "--capture", type=Path, metavar="FILE", help="play recorded TIC bytes as the house's meter"
    )
    arguments = parser.parse_args()
    task = asyncio.create_task(run(arguments))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        return 0 if await task else 1
    return 130 if arguments.check or arguments.pages else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
