"""Which inverters are told to be silent or weak, and which are not."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
import math
from zlib import crc32

import pytest

from custom_components.sen1.enphase.inverters import InverterFault, InverterWatch, Report, Trouble

MIDNIGHT = datetime(2026, 6, 21, tzinfo=UTC)
STEP = timedelta(minutes=5)

type Panel = Callable[[datetime], float | None]
"""What an inverter reports at a time; None is no report."""


def noise(name: str, at: datetime) -> float:
    return crc32(f"{name}/{at:%d%H%M}".encode()) / 2**32


def sun(at: datetime) -> float:
    """Return the share of its peak that a panel in the sun gives: from 6 to 20."""
    return max(math.sin(math.pi * (at.hour + at.minute / 60 - 6) / 14), 0)


def panel(name: str, share: float = 1, *, wakes: int = 6, gone: datetime | None = None) -> Panel:
    def watts(at: datetime) -> float | None:
        if not wakes <= at.hour < 20 or (gone is not None and at >= gone):
            return None
        cloud = 1 - 0.6 * noise("cloud", at.replace(minute=0))
        return 280 * share * sun(at) * cloud * (0.95 + 0.1 * noise(name, at))

    return watts


def watch(
    roof: Mapping[str, Panel], hours: int, watching: InverterWatch | None = None
) -> dict[int, dict[str, Trouble]]:
    """Let hours pass; return the troubles at the end of each."""
    watching = watching or InverterWatch()
    last = {name: Report(MIDNIGHT - timedelta(hours=4), 0) for name in roof}
    seen: dict[int, dict[str, Trouble]] = {}
    for number in range(hours * 12 + 1):
        at = MIDNIGHT + number * STEP
        for name, gives in roof.items():
            if (watts := gives(at)) is not None:
                last[name] = Report(at, watts)
        watching.observe(dict(last), at, is_daylight=sun(at) > 0.3)
        seen[number // 12] = dict(watching.troubles)
    return seen


def roof(**others: Panel) -> dict[str, Panel]:
    return {**{name: panel(name) for name in "abcdefgh"}, **others}


def test_a_sound_roof_under_clouds_is_left_alone_for_a_week() -> None:
    east_and_west = {name: panel(name, 0.75) for name in "ijkl"}
    seen = watch(roof(**east_and_west), 7 * 24)
    assert not any(seen.values())


def test_an_inverter_that_stops_is_told_two_hours_later_and_over_the_next_day() -> None:
    seen = watch(roof(x=panel("x", gone=MIDNIGHT.replace(hour=11))), 48)
    told = [hour for hour, troubles in seen.items() if troubles]
    assert told[0] == 13
    assert told == list(range(13, 49))
    assert seen[30]["x"].reason is InverterFault.SILENT


def test_one_that_wakes_late_in_the_shade_is_not_silent() -> None:
    assert not any(watch(roof(x=panel("x", 0.8, wakes=9)), 48).values())


def test_one_that_comes_back_is_no_longer_told() -> None:
    def hiccup(at: datetime) -> float | None:
        return None if 9 <= at.hour < 13 and at.day == 21 else panel("x")(at)

    seen = watch(roof(x=hiccup), 24)
    assert "x" in seen[12]
    assert not seen[14]


def test_when_all_are_silent_none_is_blamed() -> None:
    """It is the grid, the gateway or the snow."""
    gone = MIDNIGHT.replace(hour=11)
    assert not any(watch({name: panel(name, gone=gone) for name in "abcd"}, 24).values())


def test_a_lone_inverter_that_stops_is_told() -> None:
    seen = watch({"x": panel("x", gone=MIDNIGHT.replace(hour=11))}, 24)
    assert seen[14] == {"x": Trouble(InverterFault.SILENT)}


def test_one_far_below_is_told_after_midnight_with_its_share() -> None:
    seen = watch(roof(x=panel("x", 0.3)), 48)
    assert not seen[23]
    assert seen[25]["x"].reason is InverterFault.WEAK
    assert seen[25]["x"].share == pytest.approx(0.3, abs=0.03)


def test_one_broken_panel_in_three_does_not_move_the_median() -> None:
    few = {"a": panel("a"), "b": panel("b"), "x": panel("x", 0.1)}
    assert set(watch(few, 25)[24]) == {"x"}


def test_two_are_too_few_to_compare() -> None:
    assert not any(watch({"a": panel("a"), "x": panel("x", 0.1)}, 48).values())


def test_a_day_too_dark_changes_nothing() -> None:
    dark = {name: panel(name, 0.02) for name in "abc"} | {"x": panel("x", 0.001)}
    assert not any(watch(dark, 48).values())
    watching = InverterWatch(weak={"x": 0.2})
    assert set(watch(dark, 48, watching)[48]) == {"x"}


def test_one_that_is_mended_is_no_longer_told_after_a_day() -> None:
    def mended(at: datetime) -> float | None:
        return panel("x", 0.3 if at.day == 21 else 1)(at)

    seen = watch(roof(x=mended), 49)
    assert "x" in seen[30]
    assert not seen[48]


def test_one_taken_down_is_forgotten() -> None:
    watching = InverterWatch(weak={"x": 0.2})
    watch(roof(x=panel("x")), 12, watching)
    watch(roof(), 1, watching)
    assert watching.weak == {}
