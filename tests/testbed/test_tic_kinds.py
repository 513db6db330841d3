"""What a household does and a network calls out, each kind of meter says in its own words."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from custom_components.sen1.linky.line.tic import Frame, Group, TicDecoder
from testbed.contracts import BASE, EJP, OFF_PEAK, SCHOOL, TEMPO, WEEKEND, is_ejp_day, tempo_colour
from testbed.household import PARIS, SECOND, Household
from testbed.noise import Noise
from testbed.registers import WATT_HOUR
from testbed.tic_groups import KINDS, Kind, Mode
from testbed.tic_meter import EOT, ETX, STX, TicMeter

NOON = datetime(2026, 1, 14, 12, tzinfo=PARIS)
EJP_DAY = next(day for n in range(90) if is_ejp_day((day := NOON + timedelta(days=n)).date()))


class Simulation:
    """A meter whose time a test moves, and what a decoder hears of it."""

    def __init__(self, kind: Kind, begin: datetime = NOON, **household: Any) -> None:
        self.elapsed_s = 0.0
        self.house = Household(begin=begin, clock=lambda: self.elapsed_s, **household)
        self.meter = TicMeter(kind, self.house)
        self.registers = self.meter.registers
        self._decoder = TicDecoder()

    def hear(self) -> dict[str, Group]:
        """Return the groups of the next frame."""
        frame = self._decoder.feed(self.meter.frame())[-1]
        assert isinstance(frame, Frame)
        return frame.groups

    def status(self) -> int:
        return int(self.hear()["STGE"].value, 16)

    def pass_(self, **duration: float) -> None:
        self.elapsed_s += timedelta(**duration).total_seconds()


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_every_period_counts_what_the_household_drew_in_it(kind: Kind) -> None:
    day = Simulation(kind, EJP_DAY - timedelta(hours=12), solar_peak_w=4000, resolution_s=600)
    before = list(day.registers.supplier)
    injected = day.registers.injected
    day.pass_(days=1, hours=6)
    day.registers.update()
    drawn, returned = [0] * 10, 0
    for number in range(180):
        at = day.house.begin + number * 600 * SECOND
        watts = day.house.watts(at)
        period = kind.contract.in_force(EJP_DAY - timedelta(hours=12, minutes=-10 * number))
        drawn[period] += max(watts, 0) * 600 * SECOND
        returned += max(-watts, 0) * 600 * SECOND
    assert day.registers.supplier == [a + b for a, b in zip(before, drawn, strict=True)]
    assert sum(day.registers.distributor) == sum(day.registers.supplier)
    assert day.registers.injected == injected + returned > injected


def test_three_phases_share_what_is_drawn_and_their_maxima() -> None:
    house = Simulation(Kind(Mode.STANDARD, OFF_PEAK, phases=3), solar_peak_w=0)
    house.house.step(2500, phase=2)
    groups = house.hear()
    powers = [int(groups[f"SINSTS{phase}"].value) for phase in "123"]
    assert sum(powers) == pytest.approx(int(groups["SINSTS"].value), abs=2)
    assert powers[1] > 2000 > powers[0]
    assert int(groups["IRMS2"].value) >= 8
    house.pass_(seconds=5)
    assert int(house.hear()["SMAXSN2"].value) >= powers[1]


def test_what_historic_mode_hides_standard_mode_tells() -> None:
    hidden = Simulation(Kind(Mode.HISTORIC, WEEKEND)).hear()
    assert (hidden["OPTARIF"].value, hidden["PTEC"].value) == ("BASE", "TH..")
    told = Simulation(Kind(Mode.STANDARD, WEEKEND)).hear()
    assert hidden["BASE"].value == told["EAST"].value
    assert told["EASF03"].value != "000000000"
    saturday = Simulation(Kind(Mode.STANDARD, WEEKEND), NOON + timedelta(days=3)).hear()
    assert (saturday["NTARF"].value, saturday["LTARF"].value) == ("03", "WEEK-END        ")


def test_tempo_tells_its_colours_in_both_modes() -> None:
    names = {"B": "BLEU", "W": "BLAN", "R": "ROUG"}
    colours = set()
    for number in range(30):
        noon = NOON + timedelta(days=number)
        today, tomorrow = tempo_colour(noon), tempo_colour(noon + timedelta(days=1))
        historic = Simulation(Kind.HISTORIC_TEMPO, noon).hear()
        assert historic["PTEC"].value == f"HPJ{today}"
        assert historic["DEMAIN"].value == names[tomorrow]
        status = Simulation(Kind(Mode.STANDARD, TEMPO), noon).status()
        assert ".BWR"[status >> 24 & 3] == today
        assert ".BWR"[status >> 26 & 3] == tomorrow
        colours.add(today)
    assert colours == set("BWR")
    assert Simulation(Kind.HISTORIC_TEMPO, NOON.replace(hour=8)).hear()["DEMAIN"].value == "----"


def test_ejp_gives_notice_of_its_mobile_peak_in_both_modes() -> None:
    morning = EJP_DAY.replace(hour=6, minute=20)
    historic = Simulation(Kind(Mode.HISTORIC, EJP), morning)
    standard = Simulation(Kind(Mode.STANDARD, EJP), morning)
    assert "PEJP" not in historic.hear()
    groups = standard.hear()
    assert groups["DPM1"].horodate == f" {EJP_DAY:%y%m%d}070000"
    assert groups["FPM1"].horodate == f" {EJP_DAY + timedelta(days=1):%y%m%d}010000"
    assert "07008002" in groups["PPOINTE"].value
    assert standard.status() >> 28 == 0b0001
    for simulation in (historic, standard):
        simulation.pass_(minutes=20)
    groups = historic.hear()
    assert (groups["PEJP"].value, groups["PTEC"].value) == ("30", "HN..")
    for simulation in (historic, standard):
        simulation.pass_(minutes=30)
    groups = historic.hear()
    assert (groups["PEJP"].value, groups["PTEC"].value) == ("30", "PM..")
    assert standard.status() >> 28 == 0b0100
    for simulation in (historic, standard):
        simulation.pass_(hours=19)
    assert historic.hear()["PTEC"].value == "HN.."
    assert "PEJP" not in historic.hear()
    assert not {"DPM1", "FPM1", "PPOINTE"} & set(standard.hear())


def test_a_mobile_peak_told_under_any_contract_is_shown_until_it_ends() -> None:
    house = Simulation(Kind.STANDARD_HC)
    house.registers.announce(NOON + timedelta(hours=1), NOON + timedelta(hours=2))
    assert house.hear()["DPM1"].horodate == " 260114130000"
    assert house.status() >> 28 == 0b0001
    house.pass_(minutes=90)
    assert house.status() >> 28 == 0b0100
    house.pass_(minutes=30)
    assert house.status() >> 28 == 0
    assert "DPM1" not in house.hear()


def test_an_overload_is_told_by_adps_and_by_the_status() -> None:
    historic, standard = Simulation(Kind.HISTORIC_HC), Simulation(Kind.STANDARD_HC)
    assert "ADPS" not in historic.hear()
    assert not standard.status() & 1 << 7
    for house in (historic, standard):
        house.house.step(7000)
    assert int(historic.hear()["ADPS"].value) > 30
    assert standard.status() & 1 << 7


def test_a_three_phase_overload_sends_twenty_short_frames_and_a_long_one() -> None:
    house = Simulation(Kind(Mode.HISTORIC, BASE, phases=3))

    def frames() -> Iterator[list[str]]:
        labels: list[str] = []
        whole = 0
        for piece in house.meter.emission():
            house.elapsed_s += piece.line_time_s(1200)
            if piece.label:
                labels.append(piece.label)
            elif piece.data == ETX:
                yield labels
                labels = []
            whole += piece.label == "PTEC"
            if piece.label == "PTEC" and whole == 2:
                house.house.step(4000, phase=2)

    sent = frames()
    long, cut = next(sent), next(sent)
    assert cut == long[: long.index("PTEC") + 1]
    short = ["ADIR2", "ADCO", "IINST1", "IINST2", "IINST3"]
    assert [next(sent) for _ in range(22)] == [short] * 20 + [long, short]
    assert int(house.meter.truth["ADIR2"]) > 15
    house.house.step(-4000, phase=2)
    house.pass_(minutes=2)
    next(sent)  # had begun
    assert next(sent) == long
    assert "ADIR2" not in house.meter.truth


def test_a_producers_meter_tells_which_way_energy_flows() -> None:
    kind = Kind(Mode.STANDARD, TEMPO, phases=3, is_producer=True)
    summer = datetime(2026, 6, 1, 13, tzinfo=PARIS)
    house = Simulation(kind, summer, solar_peak_w=9000)
    assert house.status() & 0x300 == 0x300
    assert house.hear()["SINSTS"].value == "00000" < house.hear()["SINSTI"].value
    before = int(house.hear()["EAIT"].value)
    house.pass_(hours=1)
    assert before < int(house.hear()["EAIT"].value) == house.registers.injected // WATT_HOUR


@pytest.mark.parametrize("is_documented", [False, True])
def test_a_pme_pmi_producer_has_an_injected_value_beside_each_withdrawn(
    is_documented: bool,
) -> None:
    kind = Kind(Mode.PME_PMI, SCHOOL, is_producer=True, is_documented=is_documented)
    groups = Simulation(kind, NOON, scale=8, solar_peak_w=60_000).hear()
    assert groups["CONFIG"].value == "PROD"
    injected = {label for label in groups if label.endswith("_i")}
    assert {label.replace("_i", "_s") for label in injected} <= set(groups)
    assert {"EA_i", "PA1_i", "EAP_i", "ER+P_i", "PMAX_i", "TGPHI_i"} < injected
    assert ("EaP-1_i" in groups, "EAP-1_i" in groups) == (is_documented, not is_documented)
    assert ("ADS" in groups) is not is_documented


def test_a_pme_pmi_gives_notice_near_its_subscribed_power() -> None:
    school = Simulation(Kind.PME_PMI, scale=8)
    assert "PREAVIS" not in school.hear()
    school.house.step(38_000)
    assert school.hear()["PREAVIS"].value == "DEP"


def test_a_message_stays_and_its_short_form_is_sent_once() -> None:
    house = Simulation(Kind.STANDARD_HC)
    house.meter.show("COUPURE DEMAIN", "COUPURE")
    groups = house.hear()
    assert groups["MSG1"].value == f"{'COUPURE DEMAIN':32}"
    assert groups["MSG2"].value == f"{'COUPURE':16}"
    groups = house.hear()
    assert groups["MSG1"].value.startswith("COUPURE DEMAIN")
    assert "MSG2" not in groups


def test_a_degraded_clock_shows_in_every_date_and_in_the_status() -> None:
    house = Simulation(Kind.STANDARD_HC)
    house.registers.is_clock_degraded = True
    groups = house.hear()
    assert {g.horodate[0] for g in groups.values() if g.horodate} == {"h"}
    assert int(groups["STGE"].value, 16) & 1 << 16


def test_a_remote_reading_stops_the_meter_amidst_a_group() -> None:
    house = Simulation(Kind.PME_PMI)
    pieces = house.meter.emission()
    for piece in pieces:
        if piece.label == "PTCOUR1":
            house.meter.interrupt()
            break
    cut = next(pieces)
    assert cut.data.startswith(b"\nTARIFDYN")
    assert cut.data.endswith(EOT)
    assert cut.silence_s > 0
    assert next(pieces).data == STX


def test_a_replaced_meter_has_another_number_and_begins_at_zero() -> None:
    house = Simulation(Kind.STANDARD_PRODUCER)
    old = house.hear()
    house.meter.replace("991976000909")
    new = house.hear()
    assert (old["ADSC"].value, new["ADSC"].value) == ("991976000303", "991976000909")
    assert (new["EAST"].value, new["EAIT"].value) == ("000000000", "000000000")
    assert not {"CCASN", "SMAXSN-1", "UMOY1"} & set(new)
    house.pass_(hours=1)
    after = house.hear()
    assert int(after["EAST"].value) == house.meter.registers.total_wh > 0
    assert {"CCASN", "UMOY1"} <= set(after)


def test_a_new_contract_goes_on_in_the_same_registers() -> None:
    house = Simulation(Kind.HISTORIC_BASE)
    base = int(house.hear()["BASE"].value)
    house.meter.change_contract(OFF_PEAK)
    groups = house.hear()
    assert groups["OPTARIF"].value == "HC.."
    assert (int(groups["HCHC"].value), groups["HCHP"].value) == (base, "000000000")
    house.pass_(hours=1)
    assert int(house.hear()["HCHP"].value) > 0


def test_profiles_tell_when_each_period_of_tomorrow_begins() -> None:
    profile = Simulation(Kind(Mode.STANDARD, TEMPO)).hear()["PJOURF+1"].value.split()
    assert len(profile) == 11
    used = [block for block in profile if block != "NONUTILE"]
    assert [block[:4] for block in used] == ["0000", "0600", "2200"]
    for block, (begin, _) in zip(used, pairwise(["00", "06", "22", "24"]), strict=True):
        at = (NOON + timedelta(days=1)).replace(hour=int(begin))
        assert int(block[4:], 16) & 0xF == TEMPO.in_force(at) + 1


def test_noise_spoils_as_many_bytes_as_asked_and_the_same_again() -> None:
    data = bytes(range(128)) * 400
    heard = Noise(0.01)(data)
    assert heard == Noise(0.01)(data) != Noise(0.01, seed=1)(data)
    assert Noise(0)(data) == data
    frame, flips = TicMeter(Kind.STANDARD_HC).frame(), 0
    noise = Noise(0.01)
    for _ in range(100):
        flips += noise(frame) != frame
    assert flips > 95
