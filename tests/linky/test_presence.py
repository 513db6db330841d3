"""A label that is absent means "no", when a frame can tell."""

from __future__ import annotations

from custom_components.sen1.linky.presence import MISSED, Presence, is_whole
from custom_components.sen1.linky.tic import Frame, Group, Mode

LONG = ("ADCO", "OPTARIF", "PTEC", "IINST1", "IINST2", "IINST3", "PAPP", "MOTDETAT", "PPOT")
SHORT = ("ADCO", "IINST1", "IINST2", "IINST3")


def frame(*labels: str, mode: Mode = Mode.HISTORIC, is_damaged: bool = False) -> Frame:
    return Frame(mode, {label: Group(label, "") for label in labels}, is_damaged)


def test_a_whole_frame_says_what_is_absent() -> None:
    absent = Presence().absent(frame("ADCO", "PEJP", "MOTDETAT"))
    assert {"ADPS", "ADIR1", "ADIR2", "ADIR3"} <= absent
    assert "PEJP" not in absent


def test_a_damaged_frame_says_nothing_but_many_in_a_row_do() -> None:
    presence = Presence()
    damaged = frame("ADCO", "MOTDETAT", is_damaged=True)
    assert not any(presence.absent(damaged) for _ in range(MISSED - 1))
    presence.absent(frame("ADCO", "ADPS", "MOTDETAT", is_damaged=True))
    absent = presence.absent(damaged)
    assert "PEJP" in absent
    assert "ADPS" not in absent


def test_a_short_frame_tells_of_overloaded_phases_only() -> None:
    absent = Presence().absent(frame("ADIR2", *SHORT))
    assert {"ADIR1", "ADIR3"} <= absent
    assert not {"ADIR2", "PEJP", "DPM1"} & absent


def test_a_long_frame_between_short_ones_ends_no_overload() -> None:
    presence = Presence()
    presence.absent(frame("ADIR2", *SHORT))
    assert not {"ADIR1", "ADIR2", "ADIR3"} & presence.absent(frame(*LONG))
    assert not {"ADIR2"} & presence.absent(frame("ADIR2", *SHORT))
    presence.absent(frame(*LONG))
    # A second long frame in a row: the meter sends no more short ones.
    assert {"ADIR1", "ADIR2", "ADIR3"} <= presence.absent(frame(*LONG))


def test_a_long_frame_that_overload_cuts_says_nothing() -> None:
    cut = frame("ADCO", "OPTARIF", "PTEC")
    assert not is_whole(cut)
    assert not Presence().absent(cut)


def test_other_modes_send_all_they_have_in_each_frame() -> None:
    for mode in (Mode.STANDARD, Mode.PME_PMI):
        assert is_whole(frame("DATE", mode=mode))
        assert {"DPM1", "MSG2", "PREAVIS"} <= Presence().absent(frame("DATE", mode=mode))
