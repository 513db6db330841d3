"""What is told until it was seen: at once, again over another link, and after a time."""

import asyncio
from collections.abc import Callable, Hashable, Iterable
import math
import time
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ...protocol.model import BareJid
from ..part import wait_for
from .post import Post


class Intervals(NamedTuple):
    """Seconds after which what nobody has seen is told again."""

    first: float
    """The first time..."""
    times: float = 1.0
    """...then each time so many times as long..."""
    most: float = math.inf
    """...until it is so long."""
    at_once: float = math.inf
    """If something else is looked at anyway, be it not time yet."""


class Unseen(NamedTuple):
    """What somebody is to be told."""

    key: Hashable
    """Of what it takes the place that was told under the same key."""
    to: BareJid
    mark: Hashable
    """Another one is told at once."""
    write: Callable[[], Element]


class UntilSeen:
    """Tell what is unseen, which its owner says, until the owner says it no more."""

    def __init__(
        self, post: Post, intervals: Intervals, unseen: Callable[[], Iterable[Unseen]]
    ) -> None:
        self._post = post
        self._intervals = intervals
        self._unseen = unseen
        self._told: dict[Hashable, _LastTold] = {}
        """What was told last over this link, by key."""
        self._news = asyncio.Event()

    def look(self) -> None:
        """Look at what is unseen now: something is another, or somebody can be told."""
        self._news.set()

    def online(self, *, resumed: bool) -> None:
        """Tell all again over a new link: what went over the last one may be lost."""
        if not resumed:
            self._told.clear()
            self._news.set()

    def again(self, key: Hashable) -> None:
        """Tell one thing again at once."""
        self._told.pop(key, None)
        self._news.set()

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            self._news.clear()
            seconds = self.tell()
            await wait_for(self._news, None if seconds == math.inf else seconds)

    def tell(self) -> float:
        """Tell what is due; return the seconds until something is again."""
        now, due = time.monotonic(), math.inf
        unseen = {one.key: one for one in self._unseen()}
        self._told = {key: told for key, told in self._told.items() if key in unseen}
        for key, to, mark, write in unseen.values():
            if not self._post.reaches(to):
                continue
            told = self._told.get(key)
            if told is None or told.mark != mark:
                told = self._told[key] = _LastTold(mark, now, self._intervals.first)
                self._post.tell(to, write())
            elif now >= told.at + min(told.wait, self._intervals.at_once):
                wait = min(told.wait * self._intervals.times, self._intervals.most)
                told = self._told[key] = _LastTold(mark, now, wait)
                self._post.tell(to, write())
            due = min(due, told.at + told.wait)
        return due - now


class _LastTold(NamedTuple):
    mark: Hashable
    at: float
    """Monotonic, seconds."""
    wait: float
    """Seconds until it is told again, if it is not seen."""
