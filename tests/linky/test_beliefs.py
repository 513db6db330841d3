"""What is believed of groups and frames, without a line."""

from dataclasses import replace

import pytest

from custom_components.sen1.linky.beliefs import Beliefs
from custom_components.sen1.linky.line.tic import MAX_GROUPS, Frame, Group, Mode
from testbed.tic_groups import Kind

from .conftest import frame_of, quick_meter

STALE_S = 60.0


class Heard:
    """Beliefs, and the frames of a meter that stands still, a second each."""

    def __init__(self, kind: Kind = Kind.STANDARD_HC) -> None:
        meter = quick_meter(kind)
        meter.household.freeze()
        self.whole = frame_of(meter)
        self.restarts: list[str] = []
        self.beliefs = Beliefs(STALE_S, self.restarts.append)
        self.now = 0.0

    @property
    def values(self) -> dict[str, object]:
        return dict(self.beliefs.values)

    def group(self, label: str, value: str, horodate: str | None = None) -> list[str]:
        self.now += 1
        return self.beliefs.take(Group(label, value, horodate), self.now)

    def frame(self, times: int = 1, **changed: str | None) -> tuple[Frame, list[str]] | None:
        """Take the groups of frames, then the frames, some labels otherwise or not there."""
        groups = self.whole.groups | {k: Group(k, v) for k, v in changed.items() if v is not None}
        groups = {k: group for k, group in groups.items() if changed.get(k, "") is not None}
        taken = None
        for _ in range(times):
            for group in groups.values():
                self.beliefs.take(group, self.now)
            self.now += 1
            taken = self.beliefs.take_frame(replace(self.whole, groups=groups), self.now)
        return taken


@pytest.fixture
def heard() -> Heard:
    """Return what has heard its meter for a while."""
    found = Heard()
    found.frame(3)
    return found


def test_a_group_tells_each_key_that_reads_it(heard: Heard) -> None:
    assert heard.group("SINSTS", "01234") == ["SINSTS"]
    assert heard.values["SINSTS"] == 1234
    told = heard.group("STGE", heard.whole.groups["STGE"].value)
    assert {"STGE_contact", "ADPS", "colour_today"} <= set(told)


def test_a_label_that_nobody_knows_tells_nothing_and_refuses_nothing(heard: Heard) -> None:
    assert heard.group("NEWLABEL", "12") == []
    assert not heard.beliefs.refused


@pytest.mark.parametrize(
    ("label", "value", "reason"),
    [
        pytest.param("SINSTS", "0123=", "form", id="not a number"),
        pytest.param("SINSTS", "99999", "range", id="beyond any meter"),
        pytest.param("EAST", "999999999", "plausibility", id="an index that jumps"),
    ],
)
def test_a_value_that_is_not_believed_is_counted_and_changes_nothing(
    heard: Heard, label: str, value: str, reason: str
) -> None:
    before = heard.values
    assert heard.group(label, value) == []
    assert heard.values == before
    assert heard.beliefs.refused == {reason: 1}


def test_a_time_beside_a_damaged_value_is_not_believed(heard: Heard) -> None:
    before = heard.values["SMAXSN_time"]
    for _ in range(2):
        assert heard.group("SMAXSN", "0=222", "H260109163000") == []
    assert heard.values["SMAXSN_time"] == before


def test_what_stands_still_is_believed_when_said_twice(heard: Heard) -> None:
    assert heard.group("LTARF", "SUPER CREUSE    ") == []
    assert "LTARF" in heard.group("LTARF", "SUPER CREUSE    ")
    assert heard.values["LTARF"] == "SUPER CREUSE"


def test_an_index_that_goes_on_from_elsewhere_is_told_once(heard: Heard) -> None:
    told = [heard.group("EASF01", "000000003") for _ in range(4)]
    assert told == [[], [], ["EASF01"], ["EASF01"]]
    assert heard.restarts == ["EASF01"]


def test_a_doubtful_label_is_left_out_of_the_frame(heard: Heard) -> None:
    taken = heard.frame(SINSTS="0123=")
    assert taken is not None
    assert "SINSTS" not in taken[0].groups
    assert "EAST" in taken[0].groups
    taken = heard.frame()
    assert taken is not None
    assert "SINSTS" in taken[0].groups


def test_a_frame_of_labels_heard_once_gives_nothing() -> None:
    heard = Heard()
    assert heard.frame() is None
    taken = heard.frame()
    assert taken is not None
    assert taken[0].groups.keys() == heard.whole.groups.keys()


def test_damaged_labels_of_years_are_forgotten_and_true_ones_kept(heard: Heard) -> None:
    known = set(heard.beliefs.labels)
    for number in range(10 * MAX_GROUPS):
        heard.group(f"X{number}", "0")
    assert len(heard.beliefs.labels) <= MAX_GROUPS
    assert known <= heard.beliefs.labels.keys()


def test_after_a_loss_groups_tell_nothing_until_a_whole_frame_comes(heard: Heard) -> None:
    before = heard.values
    heard.beliefs.lose()
    assert heard.values == {}
    assert heard.group("SINSTS", "01234") == []
    assert heard.values == {}
    taken = heard.frame()
    assert taken is not None
    assert {"SINSTS", "EAST", "PTEC"} <= set(taken[1])
    assert heard.values.keys() == before.keys()


def test_what_is_no_longer_sent_is_forgotten_after_a_while(heard: Heard) -> None:
    heard.frame(int(STALE_S) - 1, SINSTS=None)
    assert "SINSTS" in heard.values
    taken = heard.frame(3, SINSTS=None)
    assert taken is not None
    assert "SINSTS" not in heard.values
    assert "EAST" in heard.values


def test_a_label_that_comes_and_goes_is_no_when_it_is_missed_twice() -> None:
    heard = Heard(Kind.HISTORIC_HC)
    heard.frame(3)
    assert heard.values["ADPS"] is False
    assert heard.group("ADPS", "048") == ["ADPS"]
    assert heard.frame(1, ADPS="048") is not None
    assert heard.values["ADPS"] is True
    heard.frame()
    assert heard.values["ADPS"] is True
    taken = heard.frame()
    assert taken is not None
    assert "ADPS" in taken[1]
    assert heard.values["ADPS"] is False


def test_another_mode_forgets_the_keys_that_it_does_not_have() -> None:
    heard = Heard(Kind.HISTORIC_HC)
    heard.frame(3)
    assert "HCHC" in heard.values
    heard.whole = Heard().whole
    heard.frame(2)
    assert heard.whole.mode is Mode.STANDARD
    assert "HCHC" not in heard.values
    assert "EAST" in heard.values


def test_the_index_of_a_period_is_read_with_the_period_of_its_frame() -> None:
    heard = Heard(Kind.PME_PMI)
    heard.frame(3, PTCOUR1="HPH", EAP_s="1000kWh")
    assert heard.values["EAP_s_HPH"] == 1000
    heard.frame(3, PTCOUR1="HCH", EAP_s="77kWh")
    assert (heard.values["EAP_s_HPH"], heard.values["EAP_s_HCH"]) == (1000, 77)
