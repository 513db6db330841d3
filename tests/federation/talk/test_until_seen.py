"""What is told until it was seen: when, and when not."""

import asyncio
from functools import partial
from types import SimpleNamespace
from unittest.mock import MagicMock
from xml.etree.ElementTree import Element

import pytest

from custom_components.sen1.federation.context import AccountContext
from custom_components.sen1.federation.talk import until_seen
from custom_components.sen1.federation.talk.post import Post
from custom_components.sen1.federation.talk.until_seen import Intervals, Unseen, UntilSeen
from custom_components.sen1.protocol.model import BareJid

ALICE, BOB = BareJid("alice@maison.test"), BareJid("bob@coop.test")


class Teller(UntilSeen):
    """A part that tells what somebody says is unseen."""

    home: Home

    def _unseen(self) -> list[Unseen]:
        return self.home.unseen()


class Home:
    """Somebody who tells Alice and Bob the number of a sheet, and writes down what went when."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, intervals: Intervals) -> None:
        self.now = 1000.0
        self.reached = {ALICE, BOB}
        self.numbers = {ALICE: 1}
        self.said: list[tuple[float, BareJid, str]] = []
        context = AccountContext(*(MagicMock() for _ in "12345"))
        context.made[Post] = self
        self.teller = Teller(context)
        self.teller.home, self.teller.intervals = self, intervals
        clock = SimpleNamespace(monotonic=lambda: self.now)
        monkeypatch.setattr(until_seen, "time", clock)

    def unseen(self) -> list[Unseen]:
        return [
            Unseen(jid, jid, number, partial(Element, f"sheet{number}"))
            for jid, number in self.numbers.items()
        ]

    def reaches(self, jid: BareJid) -> bool:
        return jid in self.reached

    def tell(self, jid: BareJid, payload: Element) -> None:
        self.said.append((self.now - 1000, jid, payload.tag))

    def pass_until(self, end: float) -> None:
        """Let time pass, and tell whenever it is time."""
        while self.now < 1000 + end:
            self.now = min(self.now + self.teller.tell(), 1000 + end)


def test_what_is_not_seen_is_told_ever_more_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(monkeypatch, Intervals(10, 4, 100))
    home.pass_until(400)
    assert [at for at, _, _ in home.said] == [0, 10, 50, 150, 250, 350]


def test_what_was_seen_is_told_no_more_and_another_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(monkeypatch, Intervals(3600))
    home.pass_until(100)
    home.numbers = {ALICE: 2}
    home.pass_until(200)
    assert home.said == [(0, ALICE, "sheet1"), (100, ALICE, "sheet2")]
    home.numbers = {}
    home.pass_until(1_000_000)
    assert len(home.said) == 2


def test_at_an_occasion_what_was_not_told_just_now_is_told_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = Home(monkeypatch, Intervals(3600, at_once=1800))
    home.pass_until(1000)
    home.numbers[BOB] = 1
    home.pass_until(1700)
    assert home.said == [(0, ALICE, "sheet1"), (1000, BOB, "sheet1")]
    # Bob's next time is Alice's occasion, and the other way round.
    home.pass_until(3601)
    assert home.said[2:] == [(3600, ALICE, "sheet1"), (3600, BOB, "sheet1")]


def test_who_cannot_be_told_is_told_when_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(monkeypatch, Intervals(10))
    home.reached = set()
    home.pass_until(500)
    assert home.said == []
    home.reached = {ALICE}
    home.pass_until(501)
    assert home.said == [(500, ALICE, "sheet1")]


async def test_what_came_up_without_a_link_is_told_once_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = Home(monkeypatch, Intervals(3600))
    home.reached = set()
    running = asyncio.create_task(home.teller.run())
    await asyncio.sleep(0)
    home.reached = {ALICE}
    home.teller.online(resumed=True)
    for _ in range(3):
        await asyncio.sleep(0)
    running.cancel()
    assert home.said == [(0, ALICE, "sheet1")]


def test_over_another_link_all_is_told_again_and_over_the_same_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = Home(monkeypatch, Intervals(3600))
    home.pass_until(100)
    home.teller.online(resumed=True)
    home.pass_until(200)
    assert len(home.said) == 1
    home.teller.online(resumed=False)
    home.pass_until(300)
    assert [at for at, _, _ in home.said] == [0, 200]
    home.teller.again(ALICE)
    home.pass_until(400)
    assert [at for at, _, _ in home.said] == [0, 200, 300]
