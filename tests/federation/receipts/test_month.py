"""A month of two houses, compressed: what is lost is told, and nothing else.

Two simulated houses over the parts that decide: the files, the sets, the statements as they go
over the wire. A house publishes, a node keeps the last sixteen items, the link is cut, items are
lost, either side is killed and loses what it had not written, or its disk takes it back to how it
was at midnight. The simulator knows what each side can know of; the receipts must say exactly that.
A few months by default; `SEN1_MONTHS=100` takes as many.
"""

from collections import deque
from dataclasses import dataclass, field
import os
from pathlib import Path
from random import Random
import shutil
from xml.etree.ElementTree import fromstring, tostring

import pytest

from custom_components.sen1.federation.receipts.files import (
    NOBODY,
    DayFiles,
    Name,
    Written,
    members_of,
)
from custom_components.sen1.federation.receipts.records import WRITTEN_ITEMS
from custom_components.sen1.protocol.model import PublicationId, Reading
from custom_components.sen1.protocol.trust.day import (
    DAY,
    Discrepancy,
    Leaves,
    TimeRange,
    Verdict,
    compared,
    hours_of,
    of_hour,
    totals_of,
)
from custom_components.sen1.protocol.trust.receipts import (
    MOST_RANGES,
    DayRequest,
    DayStatement,
    GotDay,
    SentDay,
    Way,
    cut,
    day_answer,
    day_from_element,
    day_to_elements,
    got_of,
    hours_from_element,
    hours_to_element,
    readings_from_element,
    readings_to_element,
)

MONTHS = int(os.environ.get("SEN1_MONTHS", "3"))
DAYS = 30
EVERY = 600
NODE = 16
FIRST = 20_783
PUBLICATION = PublicationId("0b9fd1b6-9a3d-4a1c-a8d5-1c0f1a1f0b2e")
PLACE = PUBLICATION, Way.NODE
NAME = {"house": Name("ours", "series"), "friend": Name("0123456789abcdef", "series")}
FRIEND = members_of(["22" * 8])
(MEMBER,) = FRIEND


@dataclass
class Side:
    """A side's files, what it has not written yet, and what it truly knows of."""

    folder: Path
    name: Name
    members: frozenset[bytes]
    files: DayFiles = field(init=False)
    waiting: list[Reading] = field(default_factory=list)
    kept: dict[int, float] = field(default_factory=dict)
    """What is on the disk, as the simulator knows: time in ms → value."""
    backup: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.files = DayFiles(self.folder)

    def keep(self, reading: Reading, today: int) -> None:
        """Keep that a reading went or came."""
        self.waiting.append(reading)
        if len(self.waiting) >= WRITTEN_ITEMS:
            self.write(today)

    def write(self, today: int) -> None:
        """Write what waits."""
        self.files.write({self.name: [Written(self.members, self.waiting)]}, today)
        self.kept |= {round(each.time * 1000): float(each.value) for each in self.waiting}
        self.waiting = []

    def read_node(self, node: deque[Reading], today: int) -> None:
        """Keep again what the node has."""
        self.write(today)
        self.files.write({self.name: [Written(self.members, list(node), True)]}, today)
        self.kept |= {round(each.time * 1000): float(each.value) for each in node}

    def killed(self, random: Random, today: int) -> None:
        """Lose what waits; sometimes the last write is torn off in its midst as well."""
        if self.waiting and random.random() < 0.5:
            self.waiting = self.waiting[: random.randrange(len(self.waiting) + 1)]
            self.write(today)
            newest = max(self.folder.glob(f"*-*/{'.'.join(self.name)}"), default=None)
            if newest is not None:
                newest.write_bytes(newest.read_bytes() + bytes(random.randrange(1, 20)))
        self.waiting = []
        self.files = DayFiles(self.folder)

    def back_up(self, today: int) -> None:
        """Copy the disk."""
        self.write(today)
        shutil.rmtree(self.folder.with_suffix(".backup"), ignore_errors=True)
        shutil.copytree(self.folder, self.folder.with_suffix(".backup"))
        self.backup = dict(self.kept)

    def restored(self) -> None:
        """Go back to the copy."""
        shutil.rmtree(self.folder)
        shutil.copytree(self.folder.with_suffix(".backup"), self.folder)
        self.files, self.waiting, self.kept = DayFiles(self.folder), [], dict(self.backup)


@dataclass
class Month:
    """Two houses and what lies between them."""

    random: Random
    house: Side
    friend: Side
    node: deque[Reading] = field(default_factory=lambda: deque(maxlen=NODE))
    cut: bool = False
    forged: dict[int, float] = field(default_factory=dict)

    def minute(self, at: int, today: int) -> None:
        """Let ten minutes go by."""
        random = self.random
        if random.random() < (0.05 if self.cut else 0.004):
            self.cut = not self.cut
            if not self.cut:
                self.friend.read_node(self.node, today)
        if random.random() < 0.002:
            self.house.killed(random, today)
            self.house.read_node(self.node, today)
        if random.random() < 0.002:
            self.friend.killed(random, today)
            if not self.cut:
                self.friend.read_node(self.node, today)
        if random.random() < 0.001:
            random.choice((self.house, self.friend)).restored()
            self.house.read_node(self.node, today)
            if not self.cut:
                self.friend.read_node(self.node, today)
        reading = Reading(float(at), round(random.uniform(0, 9000), 1))
        self.node.append(reading)
        self.house.keep(reading, today)
        is_lost = random.random() < 0.0005
        if not self.cut and not is_lost:
            self.friend.keep(reading, today)

    def compare(self, day: int, today: int) -> tuple[GotDay, Discrepancy]:
        """Let both say what a day came to, each word of it over the wire."""
        self.house.write(today)
        self.friend.write(today)
        salt = day.to_bytes(16)
        sent = self.house.files.leaves(self.house.name, day, MEMBER, salt)
        (said,) = day_to_elements(
            DayStatement(day, {PLACE: SentDay(totals_of(sent), salt)}, {}, awaits=True)
        )
        heard = day_from_element(fromstring(tostring(said))).sent[PLACE]
        got = self.friend.files.leaves(self.friend.name, day, None, heard.salt)
        own, found = totals_of(got), Discrepancy()
        if (own.count, own.root) != (heard.totals.count, heard.totals.root):
            found = self._asked(day, sent, got)
        (answer,) = day_to_elements(DayStatement(day, {}, {PLACE: got_of(found, own)}, False))
        return day_from_element(fromstring(tostring(answer))).got[PLACE], found

    def _asked(self, day: int, sent: Leaves, got: Leaves) -> Discrepancy:
        request = DayRequest(PUBLICATION, day)
        answer = day_answer("s", hours_to_element(request, hours_of(sent)))
        theirs: dict[int, bytes] = {}
        for number, hour in enumerate(hours_from_element(answer, request)):
            ours = of_hour(got, number)
            if (hour.count, hour.root) == (totals_of(ours).count, totals_of(ours).root):
                theirs |= cut(ours)
                continue
            asked = DayRequest(PUBLICATION, day, number)
            answer = day_answer("s", readings_to_element(asked, of_hour(sent, number)))
            theirs |= readings_from_element(answer, asked)
        return compared(theirs, cut(got))


def inside(ranges: tuple[TimeRange, ...], times: set[int]) -> set[int]:
    """Return which of some times lie in ranges."""
    return {time for time in times if any(each.begin <= time <= each.end for each in ranges)}


@pytest.mark.parametrize("seed", range(MONTHS))
def test_receipts_of_a_month_say_exactly_what_was_lost(tmp_path: Path, seed: int) -> None:
    month = Month(
        Random(seed),
        Side(tmp_path / "house", NAME["house"], FRIEND),
        Side(tmp_path / "friend", NAME["friend"], NOBODY),
    )
    verdicts = []
    for day in range(FIRST, FIRST + DAYS):
        for side in (month.house, month.friend):
            side.back_up(day)
        for at in range(day * DAY // 1000, (day + 1) * DAY // 1000, EVERY):
            month.minute(at, day)
        answer, found = month.compare(day, day + 1)
        of_day = range(day * DAY, (day + 1) * DAY)
        went = {time: value for time, value in month.house.kept.items() if time in of_day}
        came = {time: value for time, value in month.friend.kept.items() if time in of_day}
        lost = went.keys() - came.keys()
        # A publisher whose disk went back denies what it sent since: it disagrees.
        denied = {time for time in came if went.get(time) != came[time]}
        assert inside(found.missing, {*went, *came}) == lost
        assert inside(found.differs, {*went, *came}) == denied
        assert sum(each.count for each in answer.missing) == len(lost)
        assert sum(each.count for each in answer.differs) == len(denied)
        assert len(answer.missing) <= MOST_RANGES
        expected = Verdict.NOT_RECEIVED if lost else Verdict.EQUAL
        assert answer.state is (Verdict.DIFFERS if denied else expected)
        assert answer.count == len(came)
        verdicts.append(answer.state)
    print(f"\nmonth {seed}: {[verdicts.count(each) for each in Verdict]} of {list(Verdict)}")
    assert len(verdicts) == DAYS
