"""A village whose homes have reported: a real recorder, and no servers."""

import asyncio
from collections.abc import AsyncIterator, Mapping
import time
from types import MappingProxyType
from typing import Any, cast
from unittest.mock import MagicMock

from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigEntry, ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind
from custom_components.sen1.federation.config import CollectionData, FriendKind
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.follow.series import Series
from custom_components.sen1.federation.organising.groups import groups as groups_module
from custom_components.sen1.federation.organising.groups.groups import Groups
from custom_components.sen1.federation.organising.kept import GroupData
from custom_components.sen1.federation.relations.group_names import GroupKey, GroupName
from custom_components.sen1.federation.relations.members import Giving, Member, MemberData
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import HOUR, Aggregation, Point
from custom_components.sen1.history.recorder import async_committed, rows_of

from ...conftest import a_context, until
from ..conftest import COLLECTION, ask


def statistic_of(number: int) -> str:
    """Return where the hours of a member are."""
    return f"sen1:friend_{number:032x}"


class Village:
    """The members of one collection, the hours that they tell, and what is made of them."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, store: AccountStore) -> None:
        self.hass, self.entry, self.store = hass, entry, store
        self.groups: Groups
        self.sheets: dict[int, dict[str, Any]] = {}
        self.series: list[Series] = []
        self.chosen: list[er.RegistryEntry] = []
        self.now = int(time.time() // HOUR) * HOUR
        """When the hour began that is not over."""
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Count from now on."""
        self.groups.apply()
        self._task = self.hass.async_create_background_task(self.groups.run(), "groups")

    def end(self) -> None:
        """Count no more."""
        if self._task is not None:
            self._task.cancel()
        self.groups._listen_to_nothing()

    def giving_of(self, member: Member, _what: str) -> Giving:
        """Return what came of a member."""
        number = member.number
        sheet = self.sheets.get(number, {})
        return Giving(number, statistic_of(number), member.data["joined"], **sheet)

    def add(self, *numbers: int, days_ago: float = 30) -> None:
        """Let homes take part since some days."""
        for number in numbers:
            self.members[f"home{number}@village.test"] = MemberData(
                number=number,
                name="",
                address=f"home{number}@village.test/sen1",
                joined=time.time() - days_ago * 86400,
                charter=1,
                gives={"consumption": f"publication {number}"},
                told=1,
            )
        self.groups.wake()

    def leave(self, *numbers: int) -> None:
        """Let homes leave."""
        for number in numbers:
            del self.members[f"home{number}@village.test"]
        self.groups.wake()

    @property
    def members(self) -> dict[str, MemberData]:
        """The members as they are kept."""
        kept: dict[str, MemberData] = self.store.content["collected"].setdefault(COLLECTION, {})
        return kept

    def give_since(self, hours_ago: int) -> None:
        """Let the mean be given on since an hour, of a day before which nobody counted."""
        self.store.content["groups"][COLLECTION] = {
            "consumption": GroupData(
                settled=self.now - hours_ago * HOUR, day="2020-01-01", homes=[], given=[]
            )
        }

    @property
    def given(self) -> GroupData:
        """How far it is given on."""
        given: GroupData = self.store.content["groups"][COLLECTION]["consumption"]
        return given

    def name(self, key: GroupKey) -> GroupName:
        """Return what a figure of the group is called."""
        return GroupName(COLLECTION, "consumption", key)

    async def tell(self, number: int, hours: Mapping[int, float]) -> None:
        """Have a home tell hours, kWh by how many hours ago they began."""
        points = [Point(self.now - ago * HOUR, HOUR, hours[ago]) for ago in sorted(hours)[::-1]]
        await async_archive(self.hass).async_add(
            statistic_of(number), f"Village {number}", "kWh", Aggregation.SUM, points
        )

    async def settled(self, hours_ago: int) -> None:
        """Wait until all that began longer ago is settled, and recorded."""
        await until(lambda: next(iter(self.groups)).settled == self.now - hours_ago * HOUR)

    async def rows(self, key: GroupKey, figure: Any = "state") -> dict[int, Any]:
        """Return what is recorded of a figure, by how many hours ago."""
        await async_committed(self.hass)
        name = self.name(key)
        rows = await get_instance(self.hass).async_add_executor_job(
            rows_of, self.hass, name.statistic_id, 0, None, {figure}
        )
        return {round((self.now - row["start"]) / HOUR): row.get(figure) for row in rows}

    async def has(self, key: GroupKey, hours: Mapping[int, float], figure: Any = "state") -> None:
        """Wait until so much is recorded of a figure, and no more."""

        async def is_so() -> bool:
            found = await self.rows(key, figure)
            return found == pytest.approx(dict(hours), rel=1e-9)

        await until(is_so)


def new_village[V: Village](hass: HomeAssistant, entry: ConfigEntry, kind: type[V]) -> V:
    """Return a village whose account does not run."""
    store = AccountStore(hass, entry.entry_id)
    context = a_context(hass, store, entry=entry)
    village = kind(hass, entry, store)
    context.made[Following] = MagicMock(all_series=lambda: village.series)
    village.groups = context[Groups]
    return village


@pytest.fixture
async def village(
    recorder_mock: Recorder, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Village]:
    """Return a village whose groups are counted as soon as there is news."""
    for wait in ("GATHERED", "SOON_AFTER", "QUIET"):
        monkeypatch.setattr(groups_module, wait, 0.0)
    data = CollectionData(
        kind=FriendKind.COLLECTION,
        collection=COLLECTION,
        token="t" * 16,
        grants=[],
        asks=[ask()],
        purpose="investment",
        reason="",
        responsible="",
        contact="",
        until="2099-01-01",
        retention_days=365,
        charter="",
        charter_version=1,
        charter_at=0.0,
        revision=1,
    )
    entry = MockConfigEntry(
        domain=DOMAIN,
        data={CONF_KIND: Kind.ACCOUNT, "jid": "coop@village.test"},
        subentries_data=[
            ConfigSubentryData(
                data=MappingProxyType(cast("dict[str, Any]", data)),
                subentry_type="friend",
                title="Lucioles",
                unique_id=None,
            )
        ],
    )
    entry.add_to_hass(hass)
    village = new_village(hass, entry, Village)
    monkeypatch.setattr(
        groups_module, "giving_of", lambda _hass, member, what, _: village.giving_of(member, what)
    )
    yield village
    village.end()
