"""Day profiles become times."""

from datetime import datetime, time

import pytest

from custom_components.sen1.linky.labels.profiles import (
    Contact,
    DayProfile,
    ProfileChange,
    day_profile,
    next_change,
)


def written(*blocks: str) -> str:
    return " ".join([*blocks, *["NONUTILE"] * (11 - len(blocks))])


ENEDIS = written("00008002", "0100C001", "06008002", "1230C001", "15308002")
"""Of Enedis's own test frame."""


def profile(text: str) -> DayProfile:
    found = day_profile(text)
    assert found is not None
    return found


def test_each_block_is_a_time_an_index_and_contacts() -> None:
    assert profile(ENEDIS).changes == (
        ProfileChange(time(0, 0), 2, Contact.OPEN, ()),
        ProfileChange(time(1, 0), 1, Contact.CLOSED, ()),
        ProfileChange(time(6, 0), 2, Contact.OPEN, ()),
        ProfileChange(time(12, 30), 1, Contact.CLOSED, ()),
        ProfileChange(time(15, 30), 2, Contact.OPEN, ()),
    )
    assert str(profile(ENEDIS)) == "00:00 2, 01:00 1, 06:00 2, 12:30 1, 15:30 2"


def test_bits_are_read_as_enedis_numbers_them() -> None:
    # Index 10, virtual contacts 1 and 7, the dry contact as the Tempo colour commands.
    (change,) = profile(written("0000445A")).changes
    assert change == ProfileChange(time(0, 0), 10, Contact.TEMPO, (1, 3, 7))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00008002",
        written(),
        written("24008002"),
        written("00608002"),
        written("0000800G"),
        written("00008000"),
        written("0000800B"),
        written("06008002", "01008001"),
        written("00008002") + " NONUTILE",
        written("00008002").replace("NONUTILE", "NONUTIL"),
    ],
)
def test_what_has_not_the_form_of_a_profile_is_none(text: str) -> None:
    assert day_profile(text) is None


def test_eleven_changes_fit_a_state() -> None:
    blocks = [f"{hour:02}00{0x8001 + hour % 10:04X}" for hour in range(11)]
    assert len(str(profile(" ".join(blocks)))) < 255


NIGHT = profile(written("0000C001", "06308002", "2230C001"))
BASE = profile(written("00008001"))
LATE = profile(written("00008002", "2330C001"))


@pytest.mark.parametrize(
    ("now", "today", "tomorrow", "begins"),
    [
        ("2026-11-24 05:00", NIGHT, NIGHT, "2026-11-24 06:30"),
        ("2026-11-24 06:30", NIGHT, NIGHT, "2026-11-24 22:30"),
        # Midnight continues the night's index: the change is in the morning.
        ("2026-11-24 23:00", NIGHT, NIGHT, "2026-11-25 06:30"),
        # Tomorrow's first hour counts otherwise than today's last.
        ("2026-11-24 23:00", NIGHT, LATE, "2026-11-25 00:00"),
        ("2026-11-24 12:00", BASE, BASE, None),
        ("2026-11-24 12:00", BASE, NIGHT, "2026-11-25 06:30"),
        ("2026-11-24 12:00", None, NIGHT, None),
    ],
)
def test_the_next_change_is_when_another_index_begins(
    now: str, today: DayProfile | None, tomorrow: DayProfile, begins: str | None
) -> None:
    found = next_change(datetime.fromisoformat(now), today, tomorrow)
    assert found == (begins and datetime.fromisoformat(begins))
