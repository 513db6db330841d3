"""A label that is absent means "no", when a frame can tell."""

from custom_components.sen1.linky.labels.presence import MISSED, TWICE, LabelPresence, is_whole
from custom_components.sen1.linky.line.tic import Frame, Group, Mode

LONG = ("ADCO", "OPTARIF", "PTEC", "IINST1", "IINST2", "IINST3", "PAPP", "MOTDETAT", "PPOT")
SHORT = ("ADCO", "IINST1", "IINST2", "IINST3")


def frame(*labels: str, mode: Mode = Mode.HISTORIC, is_damaged: bool = False) -> Frame:
    return Frame(mode, {label: Group(label, "") for label in labels}, is_damaged)


def absent_after(*frames: Frame) -> frozenset[str]:
    """Return what the last of these frames makes known as absent."""
    presence = LabelPresence()
    *before, last = frames
    for one in before:
        presence.absent(one)
    return presence.absent(last)


def test_two_whole_frames_say_what_is_absent() -> None:
    absent = absent_after(*TWICE * [frame("ADCO", "PEJP", "MOTDETAT")])
    assert {"ADPS", "ADIR1", "ADIR2", "ADIR3"} <= absent
    assert "PEJP" not in absent


def test_one_frame_cut_short_by_a_damaged_byte_says_nothing() -> None:
    whole = frame("ADSC", "LTARF", "MSG1", "PPOINTE", mode=Mode.STANDARD)
    begun_anew = frame("MSG1", "PPOINTE", mode=Mode.STANDARD)
    ended_early = frame("ADSC", "LTARF", mode=Mode.STANDARD)
    for cut, lost in ((begun_anew, "LTARF"), (ended_early, "PPOINTE")):
        assert lost not in absent_after(whole, whole, cut)
        assert lost not in absent_after(cut, whole, cut)


def test_a_damaged_frame_says_nothing_but_many_in_a_row_do() -> None:
    presence = LabelPresence()
    damaged = frame("ADCO", "MOTDETAT", is_damaged=True)
    assert not any(presence.absent(damaged) for _ in range(MISSED - 1))
    presence.absent(frame("ADCO", "ADPS", "MOTDETAT", is_damaged=True))
    absent = presence.absent(damaged)
    assert "PEJP" in absent
    assert "ADPS" not in absent


def test_a_short_frame_tells_of_overloaded_phases_only() -> None:
    absent = absent_after(*TWICE * [frame("ADIR2", *SHORT)])
    assert {"ADIR1", "ADIR3"} <= absent
    assert not {"ADIR2", "PEJP", "DPM1"} & absent


def test_a_long_frame_between_short_ones_ends_no_overload() -> None:
    presence = LabelPresence()
    for _ in range(TWICE):
        presence.absent(frame("ADIR2", *SHORT))
        assert not {"ADIR1", "ADIR2", "ADIR3"} & presence.absent(frame(*LONG))
    for _ in range(TWICE - 1):
        assert "ADIR2" not in presence.absent(frame(*LONG))
    # So many long frames in a row: the meter sends no more short ones.
    assert {"ADIR1", "ADIR2", "ADIR3"} <= presence.absent(frame(*LONG))


def test_a_long_frame_that_overload_cuts_says_nothing() -> None:
    cut = frame("ADCO", "OPTARIF", "PTEC")
    assert not is_whole(cut)
    assert not absent_after(*TWICE * [cut])


def test_other_modes_send_all_they_have_in_each_frame() -> None:
    for mode in (Mode.STANDARD, Mode.PME_PMI):
        assert is_whole(frame("DATE", mode=mode))
        assert {"DPM1", "MSG2", "PREAVIS"} <= absent_after(*TWICE * [frame("DATE", mode=mode)])
