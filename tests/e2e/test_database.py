"""A real Home Assistant that records into a MariaDB: what is imported is there, each hour."""

from collections.abc import Iterator

import pytest
import pytest_socket

from testbed.background import Background
from testbed.exports import half_hours, hdm, hours
from testbed.home import import_past
from testbed.home_assistant import HomeAssistant
from testbed.mariadb import MariaDB

CURVE = half_hours("2026-01-01", "2026-03-31")


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    pytest_socket.enable_socket()
    with Background() as made:
        yield made


async def changes(house: HomeAssistant, statistic_id: str) -> dict[float, float]:
    """Return what each hour added (Wh), by its beginning, as the energy dashboard asks for it."""
    told = await house.command(
        "recorder/statistics_during_period",
        start_time="2025-12-01T00:00:00+00:00",
        statistic_ids=[statistic_id],
        period="hour",
        types=["change"],
        units={"energy": "Wh"},
    )
    return {row["start"] / 1000: row["change"] for row in told[statistic_id]}


async def import_and_restart(db_url: str) -> None:
    async with HomeAssistant("Maison", db_url=db_url) as house:
        for _ in range(2):
            statistic_id = await import_past(house, "Enedis", hdm(CURVE))
            assert await changes(house, statistic_id) == hours(CURVE)
        await house.stop()
        await house.start()
        assert await changes(house, statistic_id) == hours(CURVE)
        await house.command("recorder/clear_statistics", statistic_ids=[statistic_id])
        assert not await house.command("recorder/list_statistic_ids")
        assert not house.errors
        assert not house.warnings


def test_what_is_imported_is_in_mariadb(background: Background) -> None:
    with MariaDB() as server:
        background.do(import_and_restart(server.new_database()))
