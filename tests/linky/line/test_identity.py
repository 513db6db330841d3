"""Whose meter a line gives."""

import pytest

from custom_components.sen1.linky.line.identity import REPLACED, Identity, serial_of
from custom_components.sen1.linky.line.tic import Frame, Group, Mode

OURS, OTHER, THIRD = "991976000001", "991976000999", "991976000998"


def frame(serial: str | None, label: str = "ADSC") -> Frame:
    groups = {label: Group(label, serial)} if serial is not None else {}
    return Frame(Mode.STANDARD, groups)


def said(identity: Identity, *serials: str) -> list[str | None]:
    """Let a whole frame of each number come; return whose it is said to be now."""
    answers = []
    for serial in serials:
        identity.heard(serial)
        answers.append(None if identity.is_ours else identity.replaced_by(frame(serial)))
    return answers


@pytest.mark.parametrize("label", ["ADSC", "ADCO", "ADS"])
def test_each_kind_of_meter_tells_its_number(label: str) -> None:
    assert serial_of(frame(OURS, label)) == OURS
    assert serial_of(frame(None)) is None


def test_nothing_is_ours_before_a_number_is_heard() -> None:
    assert not Identity(OURS).is_ours


def test_what_follows_a_number_is_of_its_meter() -> None:
    identity = Identity(OURS)
    identity.heard(OURS)
    assert identity.is_ours
    identity.heard(OTHER)
    assert not identity.is_ours


def test_another_meter_is_told_once_after_enough_whole_frames() -> None:
    told = said(Identity(OURS), *[OTHER] * (REPLACED + 2))
    assert told == [*[None] * (REPLACED - 1), OTHER, None, None]


@pytest.mark.parametrize("between", [OURS, THIRD])
def test_frames_of_another_are_counted_anew_after_a_number_between(between: str) -> None:
    few = [OTHER] * (REPLACED - 1)
    assert said(Identity(OURS), *few, between, *few) == [None] * (2 * REPLACED - 1)


def test_a_frame_whose_own_number_differs_or_lacks_does_not_count() -> None:
    identity = Identity(OURS)
    identity.heard(OTHER)
    assert [identity.replaced_by(frame(s)) for s in (THIRD, None) * REPLACED] == [None] * 6
