"""What each label becomes."""

from collections import Counter
import json
from pathlib import Path
import re

from homeassistant.components.sensor.const import DEVICE_CLASS_STATE_CLASSES, DEVICE_CLASS_UNITS
import pytest

from custom_components.sen1 import linky
from custom_components.sen1.linky.event import EVENTS
from custom_components.sen1.linky.labels.contracts import CONTRACTS, contract_of
from custom_components.sen1.linky.labels.flags import FLAGS
from custom_components.sen1.linky.labels.rows import BinarySensorRow, SensorRow
from custom_components.sen1.linky.labels.table import (
    KEYS_OF,
    PERIOD_ROWS,
    ROWS,
    SENSORS,
    TOTAL,
    respelled,
    spelling,
)
from custom_components.sen1.linky.line.identity import IDENTIFIERS
from custom_components.sen1.linky.line.tic import Frame, Group, Mode
from testbed.tic_groups import KINDS, Kind
from testbed.tic_meter import TicMeter

from ..conftest import ROWS_OF, frame_of

PACKAGE = Path(linky.__file__).parents[1]
DATA = Path(__file__).parents[4] / "shared" / "reference" / "data.md"

PHASES = ("1", "2", "3")

HISTORIC_LABELS = {
    *("ADCO", "OPTARIF", "ISOUSC", "BASE", "HCHC", "HCHP", "EJPHN", "EJPHPM"),
    *("BBRHCJB", "BBRHPJB", "BBRHCJW", "BBRHPJW", "BBRHCJR", "BBRHPJR"),
    *("PEJP", "PTEC", "DEMAIN", "IINST", "ADPS", "IMAX", "PAPP", "HHPHC", "MOTDETAT"),
    *("IINST1", "IINST2", "IINST3", "IMAX1", "IMAX2", "IMAX3", "PMAX", "PPOT"),
    *("ADIR1", "ADIR2", "ADIR3"),
}
STANDARD_LABELS = {
    *("ADSC", "VTIC", "DATE", "NGTF", "LTARF", "EAST", "EAIT", "PREF", "PCOUP"),
    *(f"EASF{number:02}" for number in range(1, 11)),
    *(f"EASD{number:02}" for number in range(1, 5)),
    *(f"ERQ{quadrant}" for quadrant in range(1, 5)),
    *(f"{label}{phase}" for label in ("IRMS", "URMS", "UMOY") for phase in PHASES),
    *("SINSTS", "SINSTS1", "SINSTS2", "SINSTS3", "SINSTI"),
    *("SMAXSN", "SMAXSN1", "SMAXSN2", "SMAXSN3"),
    *("SMAXSN-1", "SMAXSN1-1", "SMAXSN2-1", "SMAXSN3-1", "SMAXIN", "SMAXIN-1"),
    *("CCASN", "CCASN-1", "CCAIN", "CCAIN-1", "STGE"),
    *("DPM1", "FPM1", "DPM2", "FPM2", "DPM3", "FPM3", "MSG1", "MSG2", "PRM", "RELAIS"),
    *("NTARF", "NJOURF", "NJOURF+1", "PJOURF+1", "PPOINTE"),
}
PME_PMI_LABELS = {
    *("MESURES1", "DATE", "EA_s", "ER+_s", "ER-_s", "EAPP_s", "EA_i", "ER+_i", "ER-_i"),
    *("EAPP_i", "PTCOUR1", "TARIFDYN", "MODE", "CONFIG"),
    *(f"DATEPA{number}" for number in range(1, 7)),
    *(f"PA{number}_{way}" for number in range(1, 7) for way in "si"),
    *("DébP", "EAP_s", "ER+P_s", "ER-P_s", "EAP_i", "ER+P_i", "ER-P_i"),
    *("DébP-1", "FinP-1", "EaP-1_s", "ER+P-1_s", "ER-P-1_s", "EaP-1_i", "ER+P-1_i"),
    *("ER-P-1_i", "PS", "PREAVIS", "PA1MN", "PMAX_s", "PMAX_i", "TGPHI_s", "TGPHI_i"),
    *("MESURES2", "PTCOUR2", "DébP_2", "EaP_s2", "DébP-1_2", "FinP-1_2", "EaP-1_s2"),
}
ACE6000_LABELS = {
    *("ADS", "MESURES1", "DATE", "EA_s", "ER+_s", "ER-_s", "EAPP_s", "PTCOUR1", "TARIFDYN"),
    *("ETATDYN1", "CONFIG", "DebP", "EAP_s", "ER+P_s", "ER-P_s", "DebP-1", "FinP-1", "EAP-1_s"),
    *("ER+P-1_s", "ER-P-1_s", "PS", "PA1MN", "PMAX_s", "TGPHI_s", "MESURES2", "PTCOUR2"),
    *("ETATDYN2", "DebP_2", "EAP_s2", "DebP-1_2", "FinP-1_2", "EAP-1_s2"),
    *(f"{label}{n}{way}" for label, way in (("DATEPA", ""), ("PA", "_s")) for n in range(1, 7)),
}
"""What the real meter sends, in its own spelling."""


def frame(mode: Mode = Mode.STANDARD, **values: str) -> Frame:
    return Frame(mode, {label: Group(label, value) for label, value in values.items()})


def keys(of: Frame) -> list[str]:
    return [row.key for row in ROWS[of.mode] if row.exists(of)]


def labels_read(mode: Mode) -> set[str]:
    return {label for row in ROWS[mode] for label in row.labels} | {*IDENTIFIERS}


@pytest.mark.parametrize(
    ("mode", "labels"),
    [
        (Mode.HISTORIC, HISTORIC_LABELS),
        (Mode.STANDARD, STANDARD_LABELS),
        (Mode.PME_PMI, PME_PMI_LABELS),
        (Mode.PME_PMI, ACE6000_LABELS),
    ],
    ids=["historic", "standard", "PME-PMI, the document", "PME-PMI, a real one"],
)
def test_every_label_becomes_an_entity(mode: Mode, labels: set[str]) -> None:
    assert {label for label in labels if spelling(label) not in labels_read(mode)} == set()


NOT_LABELS = {
    "C4",
    *("ACE6000", "ASCII", "BT", "CPT_02E", "POC", "PME-PMI", "PREF_VA", "SEN1", "SUP36", "VA"),
    *("CURRENT", "OF", "ONLY", "PERIOD", "REAL", "SHORT", "THE"),
    *("ACTIF", "BBR", "BBRx", "BLAN", "BLEU", "CONSO", "CONTROLE", "DEP", "EJP", "INACTIF"),
    *("PROD", "ROUG", "TH", "HC", "HN", "HP", "PM", "HCJB", "HCJR", "HCJW", "HPJB", "HPJR"),
    *("HPJW", "DSM", "HCD", "HCE", "HCH", "HD", "HH", "HM", "HPD", "HPE", "HPH", "JA", "SCM"),
    *("ADIR1-3", "IINST1-3", "IMAX1-3", "SINSTS1-3", "SMAXSN1-3", "FinP"),
}
"""Words in capitals of the reference that are values, families of labels or something else."""


@pytest.mark.skipif(not DATA.exists(), reason="the reference is not beside this tree")
def test_the_lists_of_labels_lack_none_of_the_reference() -> None:
    text = DATA.read_text()
    table = text[text.index("### 1.3") : text.index("STGE (MSB")]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| ")]
    prose = text[text.index("### 1.4") : text.index("ICE/Emeraude")]
    words = set(re.findall(r"(?<![\w+-])[A-Z]\w*[A-Z+_\d][-+_\w]*", " ".join([*cells, prose])))
    assert len(words) > 150
    listed = HISTORIC_LABELS | STANDARD_LABELS | PME_PMI_LABELS | ACE6000_LABELS | {*IDENTIFIERS}
    known = {spelling(label) for label in listed}
    assert {word for word in words if spelling(word) not in known} <= NOT_LABELS


@pytest.mark.parametrize(
    ("written", "spelt"),
    [
        ("EaP_s", "EAP_s"),
        ("DébP", "DebP"),
        ("DébP-1_2", "DebP-1_2"),
        ("EaP-1_s2", "EAP-1_s2"),
        ("EAST", "EAST"),
        ("XYZ", "XYZ"),
    ],
)
def test_a_pme_pmi_is_understood_in_either_spelling(written: str, spelt: str) -> None:
    assert spelling(written) == spelt


def test_only_the_labels_of_a_pme_pmi_are_respelled() -> None:
    assert list(respelled(frame(Mode.PME_PMI, EaP_s="1kWh")).groups) == ["EAP_s"]
    assert list(respelled(frame(Mode.STANDARD, EaP_s="1kWh")).groups) == ["EaP_s"]


def test_only_the_supplier_indexes_in_use_exist() -> None:
    of = frame(EASF01="000000000", EASF02="000000007", EASF03="000000000", NTARF="03")
    assert keys(of) == ["EASF02", "EASF03", "PTEC", "NTARF"]


def test_a_label_of_bad_form_does_not_exist() -> None:
    assert keys(frame(EAST="00000000p", SINSTS="0123", STGE="0000000G")) == []


def test_a_tariff_number_of_bad_form_tells_no_period() -> None:
    (row,) = (row for row in KEYS_OF["NTARF"]["PTEC"] if "NTARF" in row.labels)
    texts = {"LTARF": "HEURE PLEINE", "NGTF": "H PLEINE/CREUSE"}
    assert row.read(Group("NTARF", "02"), texts) == "peak"
    assert row.read(Group("NTARF", "0p"), texts) is None


def test_a_pme_pmi_has_the_index_of_its_period_in_force_only() -> None:
    school = frame(Mode.PME_PMI, PTCOUR1="HPE", EAP_s="9649kWh", PS="42kVA", PA1MN="8kW")
    assert keys(school) == ["PTEC", "PTCOUR1", "EAP_s_HPE", "PS", "PA1MN", "PREAVIS"]


def test_a_pme_pmi_period_that_nobody_knows_has_no_index() -> None:
    assert keys(frame(Mode.PME_PMI, PTCOUR1="XYZ", EAP_s="9649kWh")) == ["PTEC", "PTCOUR1"]


@pytest.mark.parametrize(("written", "unit"), [("42kVA", "kVA"), ("42kW", "kW")])
def test_the_subscribed_power_of_a_pme_pmi_has_the_unit_it_is_written_in(
    written: str, unit: str
) -> None:
    of = frame(Mode.PME_PMI, PS=written)
    rows = [row for row in SENSORS[Mode.PME_PMI] if row.exists(of)]
    assert [row.native_unit_of_measurement for row in rows] == [unit]


@pytest.mark.parametrize("label", ["IRMS", "URMS", "UMOY"])
def test_what_a_three_phase_meter_measures_names_its_phase(label: str) -> None:
    given = {f"{name}{phase}": "001" for name in ("IRMS", label) for phase in PHASES}
    rows = [row for row in SENSORS[Mode.STANDARD] if row.exists(frame(Mode.STANDARD, **given))]
    named = {row.key: row.translation_placeholders for row in rows if row.key in given}
    assert named == {key: {"phase": key[-1]} for key in given}


def test_over_power_is_told_before_it_happens() -> None:
    one = frame(Mode.HISTORIC, IINST="001")
    three = frame(Mode.HISTORIC, IINST1="001", IINST2="001", IINST3="001")
    assert [key for key in keys(one) if key.startswith("AD")] == ["ADPS"]
    assert [key for key in keys(three) if key.startswith("AD")] == [
        "ADPS",
        "ADIR1",
        "ADIR2",
        "ADIR3",
    ]


@pytest.mark.parametrize(
    ("of", "contract"),
    [
        (frame(Mode.HISTORIC, OPTARIF="BASE"), "Base"),
        (frame(Mode.HISTORIC, OPTARIF="HC.."), "Heures creuses"),
        (frame(Mode.HISTORIC, OPTARIF="BBR("), "Tempo"),
        (frame(Mode.HISTORIC, OPTARIF="????"), None),
        (frame(Mode.STANDARD, NGTF=" H PLEINE/CREUSE"), "H PLEINE/CREUSE"),
        (frame(Mode.STANDARD), None),
        (frame(Mode.PME_PMI, MESURES1="BT 4 SUP36"), "BT 4 SUP36"),
    ],
)
def test_the_contract_is_told_by_the_frame(of: Frame, contract: str | None) -> None:
    assert contract_of(of) == contract


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_no_meter_has_two_rows_of_one_key(kind: Kind) -> None:
    assert max(Counter(keys(frame_of(TicMeter(kind)))).values()) == 1


def test_the_indexes_of_a_contract_are_rows() -> None:
    assert all(ROWS_OF[label] for contract in CONTRACTS.values() for label in contract.indexes)


def test_every_label_but_those_of_periods_is_read_group_by_group() -> None:
    for row in (row for mode in Mode for row in ROWS[mode]):
        for label in row.labels:
            if row.period is None:
                assert row in KEYS_OF[label][row.key]
            else:
                assert PERIOD_ROWS[label, row.period] is row


def test_keys_that_live_for_ever() -> None:
    """Add to the list, take nothing away: they are in unique ids."""
    kept = {
        *("ISOUSC", "BASE", "HCHC", "HCHP", "EJPHN", "EJPHPM", "BBRHCJB", "BBRHPJB", "BBRHCJW"),
        *("BBRHPJW", "BBRHCJR", "BBRHPJR", "PTEC", "IINST", "IINST1", "IINST2", "IINST3"),
        *("PAPP", "LTARF", "EAST", "EAIT", "IRMS1", "IRMS2", "IRMS3", "PREF", "SINSTS"),
        *("SINSTS1", "SINSTS2", "SINSTS3", "SINSTI", "NTARF", "PTCOUR1", "PS", "PA1MN", TOTAL),
        *(f"EASF{number:02}" for number in range(1, 11)),
        *(f"EAP_s_{period}" for _, period in PERIOD_ROWS),
    }
    assert kept <= ROWS_OF.keys()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_no_two_entities_of_a_meter_share_a_name(kind: Kind, language: str) -> None:
    texts = json.loads((PACKAGE / "translations" / f"{language}.json").read_text())["entity"]
    of = frame_of(TicMeter(kind))

    def name(platform: str, row: SensorRow | BinarySensorRow) -> str:
        text: str = texts[platform][row.translation_key]["name"]
        return text.format_map(row.translation_placeholders or {})

    names = Counter(
        name(platform, row)
        for platform, rows in (("sensor", SENSORS), ("binary_sensor", FLAGS))
        for row in rows[of.mode]
        if row.exists(of)
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_home_assistant_accepts_each_unit_and_state_class() -> None:
    for row in (row for mode in Mode for row in SENSORS[mode]):
        if row.device_class is None:
            continue
        units = DEVICE_CLASS_UNITS.get(row.device_class, {None})
        assert row.native_unit_of_measurement in units, row.key
        if row.state_class is not None:
            assert row.state_class in DEVICE_CLASS_STATE_CLASSES[row.device_class], row.key


def test_every_entity_without_a_device_class_has_an_icon() -> None:
    icons = json.loads((PACKAGE / "icons.json").read_text())["entity"]
    lacking = {
        row.translation_key
        for platform, rows in (("sensor", SENSORS), ("binary_sensor", FLAGS), ("event", EVENTS))
        for row in (row for mode in Mode for row in rows[mode])
        if row.device_class in (None, "enum") and row.translation_key not in icons[platform]
    }
    assert lacking == set()


def test_an_energy_that_only_grows_is_an_index_and_no_other_is() -> None:
    for row in (row for mode in Mode for row in SENSORS[mode]):
        grows = row.state_class == "total_increasing"
        assert grows == (row.fastest is not None), row.key
        if row.device_class in ("energy", "reactive_energy"):
            assert row.state_class in ("total_increasing", None), row.key


def test_the_same_energy_counted_again_is_off_by_default() -> None:
    def is_on(key: str) -> set[bool]:
        return {row.entity_registry_enabled_default for row in ROWS_OF[key]}

    assert is_on("EASF01") == is_on("EAST") == is_on("EAIT") == is_on("EAP_s_HPE") == {True}
    assert is_on("EASD01") == is_on("EAP_s2_HPE") == is_on("EAP-1_s") == is_on("EA_s") == {False}


def test_personal_numbers_are_off_by_default() -> None:
    (row,) = ROWS_OF["PRM"]
    assert isinstance(row, SensorRow)
    assert not row.entity_registry_enabled_default
    assert not KEYS_OF.keys() & {*IDENTIFIERS}
