"""What is told until it was seen: at once, again over another link, and after a time."""

from abc import abstractmethod
import asyncio
from collections.abc import Callable, Hashable, Iterable
import math
import time
from typing import NamedTuple
from xml.etree.ElementTree import Element

from homeassistant.core import callback

from ...protocol.model import BareJid
from ..context import AccountContext
from ..part import Part, wait_for
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


class UntilSeen(Part):
    """A part that tells what is unseen, as long as `_unseen` says that it is."""

    intervals: Intervals
    """When it tells again what nobody has seen."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._post = context[Post]
        self._told: dict[Hashable, _LastTold] = {}
        """What was told last over this link, by key."""
        self._news = asyncio.Event()
        self.runs = (self.run,)

    @abstractmethod
    def _unseen(self) -> Iterable[Unseen]:
        """Yield what is to be told."""

    @callback
    def look(self) -> None:
        """Look at what is unseen now: something is another, or somebody can be told."""
        self._news.set()

    def known(self, jid: BareJid) -> None:
        """Tell who can be told now."""
        self._news.set()

    @callback
    def online(self, *, resumed: bool) -> None:
        """Tell what could not be told; over a new link all again: what went last may be lost."""
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
                told = self._told[key] = _LastTold(mark, now, self.intervals.first)
                self._post.tell(to, write())
            elif now >= told.at + min(told.wait, self.intervals.at_once):
                wait = min(told.wait * self.intervals.times, self.intervals.most)
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
