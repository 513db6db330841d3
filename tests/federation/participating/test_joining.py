"""The rules of joining a collection, whoever asks them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
import time
from typing import Any

from homeassistant.util import dt as dt_util
import pytest

from custom_components.sen1.federation.participating.joining import Joining, charter_id
from custom_components.sen1.protocol.collecting.collection import Ask, CollectionSheet
from custom_components.sen1.protocol.errors import ParticipationRefused

from ..organising.challenge.conftest import challenge

SHEET = CollectionSheet(
    id="77aa00c2d4e5f602",
    revision=1,
    title="Roofs",
    purpose="challenge",
    reason="Why",
    responsible="Coop",
    contact="data@coop.test",
    asks=(Ask("consumption", "P1D", is_needed=True), Ask("production", "P1D")),
    until=time.time() + 100 * 86400,
    retention_days=30,
    charter="We tell nobody.",
    charter_version=1,
    charter_at=0.0,
    challenge=challenge(),
)


def joining(days: int = 30, **said: Any) -> Joining:
    """Return what a household agrees to that may join."""
    until = (dt_util.now() + timedelta(days=days)).date().isoformat()
    return replace(Joining(charter_id(SHEET), until, is_of_age=True, team=1), **said)


def test_who_answers_what_is_needed_may_join() -> None:
    joining().check(SHEET, ["consumption"])
    entered = joining().entered(SHEET)
    assert entered is not None
    assert (entered["team"], entered["is_of_age"]) == (1, True)
    assert joining().entered(replace(SHEET, challenge=None)) is None


@pytest.mark.parametrize(
    ("said", "gives", "key"),
    [
        ({"charter_id": "2-0"}, ["consumption"], "charter_changed"),
        ({}, ["production"], "needed_missing"),
        ({"is_of_age": False}, ["consumption"], "age_needed"),
        ({"team": 3}, ["consumption"], "no_team"),
        ({"days": -1}, ["consumption"], "end_is_past"),
        ({"days": 1200}, ["consumption"], "end_too_far"),
        ({"days": 101}, ["consumption"], "end_after_collection"),
        ({}, ["consumption", "per_area"], "not_asked"),
    ],
)
def test_who_joins_otherwise_is_refused_by_name(
    said: dict[str, Any], gives: Sequence[str], key: str
) -> None:
    with pytest.raises(ParticipationRefused) as refused:
        joining(**said).check(SHEET, gives)
    assert refused.value.key == key
