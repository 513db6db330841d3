"""A home of known truth that takes part in a challenge, and what its account says of that."""

from collections.abc import AsyncIterator, Callable
from datetime import date
import time
from typing import Any, cast
from xml.etree.ElementTree import tostring

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.federation.config import EnteredData, FriendKind, ParticipationData
from custom_components.sen1.federation.participating.kept import kept
from custom_components.sen1.federation.participating.participations import Participations
from custom_components.sen1.federation.talk.post import Post
from custom_components.sen1.figures.outdoor.days import DayTemperature
from custom_components.sen1.figures.site.site import Home
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation
from custom_components.sen1.history.recorder import async_committed
from custom_components.sen1.protocol.collecting.challenge import (
    Challenge,
    Energy,
    Rule,
    Score,
    challenge_data,
)
from custom_components.sen1.protocol.collecting.collection import CollectionSheet
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.trust.kinds import message_to_element

from ...figures.conftest import MakeAccount, home_with, make_account, measure, settled
from ...figures.goal.homes import TwoWinters, two_winters
from ...figures.goal.test_goals import COLD_NOW, points_of
from ...figures.site.test_past import HISTORY

__all__ = ["make_account"]

BEGIN, END = date(2025, 11, 3), date(2026, 2, 22)
REFERENCE = date(2024, 11, 4), date(2025, 2, 23)

CHALLENGE = Challenge(
    Rule.CORRECTED, REFERENCE, (BEGIN, END), ("Cormorans", "Ajoncs"), (Energy.ELECTRICITY,)
)
COLLECTION = "3f6a00c2d4e5f601"
ORGANISER = BareJid("energies@rade.test")

TODAY = COLD_NOW.date()
MILD = two_winters(7, milder=2.5)
"""A home that lives as it did, in a milder winter."""


def sheet(challenge: Challenge = CHALLENGE, purpose: str = "challenge") -> CollectionSheet:
    """Return what the organiser says of its collection."""
    return CollectionSheet(
        id=COLLECTION,
        revision=1,
        title="Grand défi",
        purpose=purpose,
        reason="To save together.",
        responsible="Énergies en Rade",
        contact="defi@rade.test",
        asks=(),
        until=4e9,
        retention_days=90,
        charter="Per cent alone leave your home.",
        charter_version=1,
        charter_at=1.7e9,
        members=12,
        challenge=challenge,
    )


async def comes(hass: HomeAssistant, condition: Callable[[], bool]) -> None:
    """Wait until what was read in the background is there; the clock stands still."""
    for _ in range(6000):
        await hass.async_add_executor_job(time.sleep, 0.01)
        await settled(hass)
        if condition():
            return
    pytest.fail("it does not come")


def entered(**said: Any) -> EnteredData:
    """Return what a household agrees to that is of age, in the second team."""
    agreed = EnteredData(
        team=2, challenge=challenge_data(CHALLENGE), until="2026-12-31", is_of_age=True
    )
    return cast("EnteredData", {**agreed, **said})


class Member:
    """An account that takes part, and what goes from it to the organiser."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry) -> None:
        self.hass, self.entry = hass, entry
        (self.id,) = entry.subentries
        self.said: list[bytes] = []
        """Each, as it goes."""
        post = entry.runtime_data[Post]
        post.reaches = lambda _jid: True
        post.tell = self._say

    def _say(self, jid: BareJid, said: object) -> None:
        assert jid == ORGANISER
        if isinstance(said, Score):
            self.said.append(tostring(message_to_element(said)))

    async def is_in(self, told: CollectionSheet, number: int = 12) -> None:
        """Let the organiser have it among its members, who agree to what it says."""
        assert told.challenge is not None
        known = self.entry.subentries[self.id].data["entered"]
        self.change(entered={**known, "challenge": challenge_data(told.challenge)})
        part = self.entry.runtime_data[Participations].taken[self.id]
        part.update(sheet=kept(told), number=number, is_told=True, name="Énergies en Rade")
        self.entry.runtime_data[Participations].changed.tell()
        await settled(self.hass)

    def change(self, **data: Any) -> None:
        """Change what the household decided."""
        subentry = self.entry.subentries[self.id]
        self.hass.config_entries.async_update_subentry(
            self.entry, subentry, data={**subentry.data, **data}
        )


type Join = Callable[..., Any]


@pytest.fixture
def join(hass: HomeAssistant, make_account: MakeAccount) -> Join:
    """Return what lets a home take part, of age and in the second team."""

    async def joined(told: CollectionSheet | None = None, **data: Any) -> Member:
        told = told or sheet()
        assert told.challenge is not None
        decided = ParticipationData(
            kind=FriendKind.PARTICIPATION,
            jid=ORGANISER,
            grants=[],
            collection=COLLECTION,
            token="x" * 24,
            address=f"{ORGANISER}/sen1",
            fingerprint="1" * 24,
            charter_version=1,
            name="",
            gives={},
            entered=entered(challenge=challenge_data(told.challenge)),
        )
        said = ConfigSubentryData(
            data={**decided, **data},
            subentry_type="friend",
            title="Grand défi",
            unique_id=f"{ORGANISER} {COLLECTION}",
        )
        member = Member(hass, await make_account(said))
        await member.is_in(told)
        return member

    return joined


type Live = Callable[..., Any]


async def import_days(hass: HomeAssistant, home: TwoWinters, begin: date, end: date) -> None:
    """Bring in what a home used on the days of [begin, end)."""
    of_days = TwoWinters({day: e for day, e in home.used.items() if day >= begin}, home.cold)
    points = list(points_of(of_days, end))
    await async_archive(hass).async_add(HISTORY, "File", "kWh", Aggregation.SUM, points)
    await async_committed(hass)


@pytest.fixture
async def live(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> AsyncIterator[Live]:
    """Return what sets up a home that knows of its two winters, and how cold they were."""
    freezer.move_to(COLD_NOW)
    await hass.config.async_set_time_zone("Europe/Paris")
    hass.states.async_set("weather.town", "sunny", {"temperature": 4, "temperature_unit": "°C"})

    entries: list[MockConfigEntry] = []

    async def set_up(*, since: date = date(2024, 10, 1), is_cold: bool = True) -> MockConfigEntry:
        await import_days(hass, MILD, since, TODAY)
        measure(hass, "bought_index", 100_000)
        said = {"bought_series": [HISTORY], "outdoor": "weather.town", "heating": "heat_pump"}
        entry = await home_with(hass, data=said)
        home: Home = entry.runtime_data
        for day, cold in MILD.cold.items():
            if is_cold and day <= TODAY:
                home.outdoor.days[day] = DayTemperature(15 - cold, 21 - cold, 1.0)
        home.cold.update()
        await settled(hass)
        entries.append(entry)
        return entry

    yield set_up
    for entry in entries:
        assert await hass.config_entries.async_unload(entry.entry_id)
