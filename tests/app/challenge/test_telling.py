"""What leaves the house of a challenge, and when: per cent and coverage, once a day is known."""

from dataclasses import replace
from datetime import date, timedelta
import re
from xml.etree.ElementTree import fromstring

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.app.challenge.telling import async_scores
from custom_components.sen1.app.next_steps import async_next_steps
from custom_components.sen1.federation.participating.participations import Participations
from custom_components.sen1.protocol.collecting.challenge import (
    Energy,
    Rule,
    Score,
    score_from_element,
)

from ...figures.conftest import settled, told
from ...figures.goal.test_goals import COLD_NOW, set_goal
from ...figures.site.test_past import pass_to
from .conftest import (
    BEGIN,
    CHALLENGE,
    COLLECTION,
    END,
    MILD,
    REFERENCE,
    TODAY,
    Join,
    Live,
    Member,
    comes,
    entered,
    import_days,
    sheet,
)

LEAVES = re.compile(
    rb'<ns0:score xmlns:ns0="urn:sen1:0" collection="3f6a00c2d4e5f601" '
    rb'through="2026-01-13" coverage="[01]\.\d\d" week="-?\d+\.\d">'
    rb'<ns0:saved energy="electricity" plain="-?\d+\.\d" corrected="-?\d+\.\d" />'
    rb"</ns0:score>"
)
"""All that does: no energy, no day but the last, no name."""


def newest(member: Member) -> Score:
    """Return the score that was said last."""
    return score_from_element(fromstring(member.said[-1]))


LATER = replace(
    CHALLENGE,
    reference=(date(2025, 1, 20), date(2025, 3, 16)),
    action=(date(2026, 1, 19), date(2026, 3, 15)),
)
OVER = replace(
    CHALLENGE,
    reference=(date(2024, 12, 16), date(2025, 1, 12)),
    action=(date(2025, 12, 15), date(2026, 1, 11)),
)


def lacking(hass: HomeAssistant) -> list[str | None]:
    """Return what the next steps say that scores lack."""
    return [row.what for row in async_next_steps(hass) if row.step == "score"]


async def test_nothing_leaves_but_per_cent_and_coverage(
    hass: HomeAssistant, live: Live, join: Join
) -> None:
    await live()
    member = await join()
    (said,) = {*member.said}
    assert LEAVES.fullmatch(said), said
    score = newest(member)
    assert (score.collection, score.through) == (COLLECTION, TODAY - timedelta(days=1))
    assert score.coverage == 1
    saved = score.saved[Energy.ELECTRICITY]
    assert saved.corrected is not None
    assert saved.plain > 5
    found = async_scores(hass).of(member.id, CHALLENGE)
    assert found is not None
    assert found.counted is not None
    assert found.counted.unsure is not None
    # The winter was mild, and it lived as before.
    assert abs(saved.corrected) < found.counted.unsure
    assert lacking(hass) == []


async def test_a_score_and_a_goal_of_the_same_days_say_the_same(
    hass: HomeAssistant, live: Live, join: Join
) -> None:
    site, member = await live(), await join()
    days = {
        "begin": BEGIN.isoformat(),
        "end": END.isoformat(),
        "reference_begin": REFERENCE[0].isoformat(),
        "reference_end": REFERENCE[1].isoformat(),
    }
    saving = {"kind": "saving", "quantity": "bought", "target": 8, **days}
    equal = await set_goal(hass, site, "In equal cold", **saving, corrected=True)
    raw = await set_goal(hass, site, "As it is", **saving, corrected=False)
    percents = {
        goal: float(told(hass, site, f"{goal}_goal_progress").state) for goal in (equal, raw)
    }
    found = async_scores(hass).of(member.id, CHALLENGE)
    assert found is not None
    assert found.counted is not None
    assert found.counted.corrected == pytest.approx(percents[equal], abs=0.006)
    assert found.counted.plain == pytest.approx(percents[raw], abs=0.006)
    saved = newest(member).saved[Energy.ELECTRICITY]
    assert saved.plain == pytest.approx(percents[raw], abs=0.06)
    assert saved.corrected == pytest.approx(percents[equal], abs=0.06)


async def test_a_day_is_said_when_it_is_known(
    hass: HomeAssistant, live: Live, join: Join, freezer: FrozenDateTimeFactory
) -> None:
    await live()
    member = await join()
    before = len(member.said)
    await pass_to(hass, freezer, COLD_NOW + timedelta(minutes=30))
    assert len(member.said) == before
    midnight = COLD_NOW.replace(hour=0, minute=0) + timedelta(days=1)
    await pass_to(hass, freezer, midnight)
    assert newest(member).through == TODAY - timedelta(days=1)
    await import_days(hass, MILD, TODAY, TODAY + timedelta(days=1))
    await comes(hass, lambda: newest(member).through == TODAY)
    found = async_scores(hass).of(member.id, CHALLENGE)
    assert found is not None
    assert found.counted is not None
    assert TODAY in found.counted.used


async def test_a_past_that_arrives_makes_a_score(
    hass: HomeAssistant, live: Live, join: Join
) -> None:
    await live(since=BEGIN)
    member = await join()
    assert member.said == []
    assert lacking(hass) == ["past"]
    await import_days(hass, MILD, date(2024, 10, 1), BEGIN)
    await comes(hass, lambda: bool(member.said))
    assert newest(member).coverage == 1
    assert lacking(hass) == []


async def test_before_it_begins_and_a_week_after_its_end_nothing_is_said(
    hass: HomeAssistant, live: Live, join: Join, freezer: FrozenDateTimeFactory
) -> None:
    await live()
    member = await join(sheet(LATER))
    assert member.said == []
    await member.is_in(sheet(OVER))
    assert newest(member).through == OVER.action[1]
    member.said.clear()
    participations = member.entry.runtime_data[Participations]
    participations.taken[member.id].pop("score")
    await pass_to(hass, freezer, COLD_NOW + timedelta(days=5))
    participations.changed.tell()
    assert member.said == []


async def test_what_lacks_is_known_before_it_begins(
    hass: HomeAssistant, live: Live, join: Join
) -> None:
    await live(since=date(2025, 11, 1))
    await join(sheet(LATER))
    assert lacking(hass) == ["past"]


async def test_who_is_neither_of_age_nor_has_a_parents_word_says_nothing(
    hass: HomeAssistant, live: Live, join: Join
) -> None:
    await live()
    member = await join(entered=entered(is_of_age=False))
    assert member.said == []
    member.change(entered=entered())
    await settled(hass)
    assert newest(member).coverage == 1


async def test_who_did_not_enter_a_challenge_that_came_later_says_nothing(
    hass: HomeAssistant, live: Live, join: Join
) -> None:
    await live()
    member = await join()
    member.said.clear()
    member.entry.runtime_data[Participations].taken[member.id].pop("score")
    data = dict(member.entry.subentries[member.id].data)
    del data["entered"]
    hass.config_entries.async_update_subentry(
        member.entry, member.entry.subentries[member.id], data=data
    )
    await settled(hass)
    assert member.said == []


async def test_what_is_for_no_school_asks_for_no_age(
    hass: HomeAssistant, live: Live, join: Join
) -> None:
    await live()
    member = await join(sheet(purpose="investment"), entered=entered(is_of_age=False))
    assert newest(member).coverage == 1


async def test_who_pauses_or_has_left_says_nothing(
    hass: HomeAssistant, live: Live, join: Join, freezer: FrozenDateTimeFactory
) -> None:
    await live()
    now = COLD_NOW.isoformat()
    grant = {
        "publication": "p",
        "begin": "2025-11-01T00:00:00+01:00",
        "until": "2026-12-01T00:00:00+01:00",
        "purpose": "challenge",
        "retention_days": 90,
        "pauses": [{"begin": now, "end": None}],
    }
    member = await join(grants=[grant])
    assert member.said == []
    member.change(grants=[{**grant, "pauses": []}])
    await settled(hass)
    assert member.said
    member.said.clear()
    hass.config_entries.async_remove_subentry(member.entry, member.id)
    await settled(hass)
    await pass_to(hass, freezer, COLD_NOW.replace(hour=0, minute=0) + timedelta(days=1))
    await settled(hass)
    assert member.said == []


async def test_without_a_temperature_the_score_is_plain_and_the_household_can_help_that(
    hass: HomeAssistant, live: Live, join: Join
) -> None:
    await live(is_cold=False)
    member = await join()
    saved = newest(member).saved[Energy.ELECTRICITY]
    assert saved.corrected is None
    assert newest(member).week is None
    assert lacking(hass) == ["temperature"]
    # Where the rule counts no weather, nothing lacks.
    await member.is_in(sheet(replace(CHALLENGE, rule=Rule.PERCENTAGE)))
    assert lacking(hass) == []


async def test_of_gas_and_water_nothing_is_said_where_nobody_reads_them(
    hass: HomeAssistant, live: Live, join: Join
) -> None:
    await live()
    member = await join(sheet(replace(CHALLENGE, energies=tuple(Energy))))
    assert list(newest(member).saved) == [Energy.ELECTRICITY]
    member.said.clear()
    await member.is_in(sheet(replace(CHALLENGE, energies=(Energy.GAS,))))
    assert member.said == []
    assert lacking(hass) == ["meter"]


async def test_the_day_on_which_clocks_go_back_is_a_whole_one(
    hass: HomeAssistant, live: Live, join: Join
) -> None:
    """Sunday 26 October 2025 is compared with Sunday 27 October 2024: both have 25 hours."""
    await live()
    autumn = replace(
        CHALLENGE,
        reference=(date(2024, 10, 21), date(2024, 11, 17)),
        action=(date(2025, 10, 20), date(2025, 11, 16)),
    )
    member = await join(sheet(autumn))
    found = async_scores(hass).of(member.id, autumn)
    assert found is not None
    assert found.counted is not None
    assert found.counted.coverage == 1
    sunday = date(2025, 10, 26)
    assert found.counted.used[sunday] == pytest.approx(MILD.used[sunday], abs=0.001)
    before = MILD.used[date(2024, 10, 27)]
    assert found.counted.reference[sunday] == pytest.approx(before, abs=0.001)
