"""What days came to between us and each friend.

    .storage/sen1.<entry_id>.receipts/2026-11-26/<person>.json   a day between us and a friend
    .storage/sen1.<entry_id>.receipts/<person>.json              what the days before came to

Of a day on which both agree only that is kept; of another what was heard, until it is mended. Of
days whose readings are kept no more their number is kept, and what was not equal in them.
"""

from collections import Counter, defaultdict
from collections.abc import Container
from dataclasses import dataclass, field
from enum import StrEnum
import json
from pathlib import Path
from typing import Any, TypedDict
from xml.etree.ElementTree import fromstring, tostring

from homeassistant.core import HomeAssistant
from homeassistant.util.file import write_utf8_file_atomic

from ...faults import contained
from ...protocol.trust.day import day_from_text, day_to_text
from ...protocol.trust.identity import Head
from ...protocol.trust.receipts import DayStatement, day_from_element, day_to_elements
from ...protocol.trust.verify_journal import to_bytes, to_text
from .files import make_private

MOST_TOLD = 400
"""What was not equal in days that are over: more than one a day for a year."""


class State(StrEnum):
    """What a day came to."""

    EQUAL = "equal"
    NOT_RECEIVED = "not_received"
    DIFFERS = "differs"
    UNCONFIRMED = "unconfirmed"
    """One side has not answered."""


class ToldData(TypedDict):
    """A series that was not equal on a day."""

    publication: str
    way: str
    title: str
    ours: bool
    """Whether we sent it."""
    sent: int
    received: int
    missing: list[tuple[int, int]]
    differs: list[tuple[int, int]]
    """First and last time of each range, ms."""
    state: str
    mended: float | None
    """When what was missing had come, Unix seconds."""


@dataclass
class Between:
    """A day between us and a friend."""

    state: State = State.UNCONFIRMED
    heard: DayStatement | None = None
    """What the friend says of it, until both agree."""
    marks: tuple[str, str] = ("", "")
    """What stands for what we said last, of what we sent and of what came."""
    said_at: float = 0.0
    """When we did, Unix seconds; 0: not yet."""
    awaits: bool = True
    """Whether the friend is still to answer what we sent."""
    told: list[ToldData] = field(default_factory=list)
    announced: str = ""
    """The state that was told of it last."""

    @property
    def is_settled(self) -> bool:
        """Whether both agree, and nothing is to be said or answered."""
        return self.state is State.EQUAL and not self.awaits

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        heard = [] if self.heard is None else day_to_elements(self.heard)
        return vars(self) | {"heard": [tostring(one, encoding="unicode") for one in heard]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Between:
        """Return what was kept."""
        state, marks = State(data["state"]), tuple(data["marks"])
        between = cls(**data | {"state": state, "heard": None, "marks": marks})
        for text in data["heard"]:
            # Written by ourselves.
            said = day_from_element(fromstring(text))  # noqa: S314
            between.heard = merged(between.heard, said)
        return between


@dataclass
class Page:
    """All days between us and a friend."""

    days: dict[int, Between] = field(default_factory=dict)
    """Those whose readings are kept."""
    over: Counter[str] = field(default_factory=Counter)
    """How many others there were of each state."""
    told: list[tuple[int, ToldData]] = field(default_factory=list)
    """What was not equal in these."""
    head: Head | None = None
    """The newest of the friend's journal that it told."""

    def fold(self, before: int) -> bool:
        """Keep of the days before one only what they came to; return whether there were any."""
        gone = sorted(day for day in self.days if day < before)
        for day in gone:
            between = self.days.pop(day)
            self.over[between.state] += 1
            self.told += ((day, told) for told in between.told)
        del self.told[:-MOST_TOLD]
        return bool(gone)

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept, but for the days."""
        head = None if self.head is None else [self.head.entries, to_text(self.head.hash)]
        return {"over": self.over, "told": self.told, "head": head}

    def read(self, data: dict[str, Any]) -> None:
        """Take what was kept, but for the days."""
        self.over = Counter(data["over"])
        self.told = [(day, told) for day, told in data["told"]]
        if (head := data["head"]) is not None:
            self.head = Head(head[0], to_bytes(head[1]))


class DayBook:
    """All pages, and their files."""

    def __init__(self, hass: HomeAssistant, folder: Path) -> None:
        self._hass = hass
        self._folder = folder
        self._pages: defaultdict[str, Page] = defaultdict(Page)
        """By what stands for a friend."""

    async def async_load(self) -> None:
        """Go on where the files end."""
        await self._hass.async_add_executor_job(self._load)

    def page(self, person: str) -> Page:
        """Return the days between us and a friend, as they are changed."""
        return self._pages[person]

    async def async_write(self, person: str, day: int | None = None) -> None:
        """Write a page, or one of its days."""
        page = self._pages[person]
        data = page.to_json() if day is None else page.days[day].to_json()
        await self._hass.async_add_executor_job(self._write, person, data, day)

    async def async_expire(self, persons: Container[str], before: int) -> None:
        """Forget the pages of others, and of the days before one all but what they came to."""
        for person, page in list(self._pages.items()):
            if person not in persons:
                del self._pages[person]
                await self._hass.async_add_executor_job(self._forget, person)
            elif page.fold(before):
                await self.async_write(person)

    def _load(self) -> None:
        for path in self._folder.glob("*.json"):
            # What cannot be read is begun anew.
            with contained():
                self._pages[path.stem].read(_read(path))
        for path in self._folder.glob("*/*.json"):
            with contained():
                day = day_from_text(path.parent.name)
                self._pages[path.stem].days[day] = Between.from_json(_read(path))

    def _write(self, person: str, data: dict[str, Any], day: int | None) -> None:
        folder = self._folder if day is None else self._folder / day_to_text(day)
        make_private(self._folder, folder)
        text = json.dumps(data, separators=(",", ":"))
        write_utf8_file_atomic(str(folder / f"{person}.json"), text, private=True)

    def _forget(self, person: str) -> None:
        for path in (*self._folder.glob(f"{person}.json"), *self._folder.glob(f"*/{person}.json")):
            path.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def merged(known: DayStatement | None, said: DayStatement) -> DayStatement:
    """Return what is said of a day once more of it was said."""
    if known is None:
        return said
    return DayStatement(
        said.day, {**known.sent, **said.sent}, {**known.got, **said.got}, said.awaits
    )
