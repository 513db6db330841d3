"""What each label becomes."""

from __future__ import annotations

from collections import Counter
import json
from pathlib import Path

import pytest

from custom_components.sen1 import linky
from custom_components.sen1.linky.labels import (
    CONTRACTS,
    ROWS,
    ROWS_OF,
    TOTAL_ROW,
    LinkySensorDescription,
    contract_of,
    digits,
    text,
    with_unit,
)
from custom_components.sen1.linky.tic import Frame, Group, Mode

TRANSLATIONS = Path(linky.__file__).parents[1] / "translations"


def frame(mode: Mode = Mode.STANDARD, **values: str) -> Frame:
    return Frame(mode, {label: Group(label, value) for label, value in values.items()})


def keys(of: Frame) -> list[str]:
    return [row.key for row in ROWS if row.exists(of)]


@pytest.mark.parametrize(
    "written", ["", "12345678", "1234567890", "12345678 ", "12345678p", "-12345678", "١٢٣٤٥٦٧٨٩"]
)
def test_an_index_is_nine_digits_and_nothing_else(written: str) -> None:
    assert digits(9)(written) is None


def test_an_index_of_nine_digits_survives() -> None:
    assert digits(9)("000000001") == 1
    assert digits(9)("999999999") == 999999999


@pytest.mark.parametrize("written", ["kWh", "9649Wh", "9649 kWh", "0TkW", "-1kWh"])
def test_a_value_without_its_unit_is_refused(written: str) -> None:
    assert with_unit("kWh")(written) is None


def test_a_value_with_its_unit_is_a_number() -> None:
    assert with_unit("kWh")("9649kWh") == 9649


def test_padding_is_no_text() -> None:
    assert text("  INDEX   INACTIF 2 ") == "INDEX INACTIF 2"
    assert text("     ") is None


def test_only_the_supplier_indexes_in_use_exist() -> None:
    assert keys(frame(EASF01="000000000", EASF02="000000007", EASF03="000000000", NTARF="03")) == [
        "EASF02",
        "EASF03",
        "NTARF",
    ]


def test_a_label_of_bad_form_does_not_exist() -> None:
    assert keys(frame(EAST="00000000p", SINSTS="0123")) == []


def test_a_pme_pmi_has_the_index_of_its_period_in_force_only() -> None:
    school = frame(Mode.PME_PMI, PTCOUR1="HPE", EAP_s="9649kWh", PS="42kVA", PA1MN="8kW")
    assert keys(school) == ["PTCOUR1", "EAP_s_HPE", "PS", "PA1MN"]


def test_a_pme_pmi_period_that_nobody_knows_has_no_index() -> None:
    assert keys(frame(Mode.PME_PMI, PTCOUR1="XYZ", EAP_s="9649kWh")) == ["PTCOUR1"]


@pytest.mark.parametrize(("written", "unit"), [("42kVA", "kVA"), ("42kW", "kW")])
def test_the_subscribed_power_of_a_pme_pmi_has_the_unit_it_is_written_in(
    written: str, unit: str
) -> None:
    rows = [row for row in ROWS if row.exists(frame(Mode.PME_PMI, PS=written))]
    assert [row.native_unit_of_measurement for row in rows] == [unit]


def test_the_current_of_a_three_phase_meter_names_its_phase() -> None:
    names = {
        row.key: row.translation_key
        for row in ROWS
        if row.exists(frame(IRMS1="001", IRMS2="002", IRMS3="003"))
    }
    assert names == dict.fromkeys(("IRMS1", "IRMS2", "IRMS3"), "current_of_phase")


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


def test_no_meter_has_two_rows_of_one_key() -> None:
    full = {row.key for row in ROWS}
    assert full  # rows of one key exclude each other
    for key, rows in ROWS_OF.items():
        for written in ("123456789", "12345", "123", "12", "42kVA", "42kW", "HPE", "TH.."):
            for others in ({}, {"IRMS2": "001"}):
                given = frame(**{key: written, **others})
                assert sum(row.exists(given) for row in rows) <= 1


def test_the_indexes_of_a_contract_are_rows() -> None:
    assert all(ROWS_OF[label] for contract in CONTRACTS.values() for label in contract.indexes)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_row_has_a_name_and_no_two_of_one_meter_share_it(language: str) -> None:
    given = json.loads((TRANSLATIONS / f"{language}.json").read_text())["entity"]["sensor"]

    def name(row: LinkySensorDescription) -> str:
        assert row.translation_key is not None
        return given[row.translation_key]["name"].format_map(row.placeholders)

    def mode(row: LinkySensorDescription) -> str:
        if row.key in (*["ISOUSC", "BASE", "PTEC", "PAPP"], TOTAL_ROW.key):
            return "historic"
        return "historic" if row.key.startswith(("HC", "EJP", "BBR", "IINST")) else "other"

    names = Counter((mode(row), name(row)) for row in {row.key: row for row in ROWS}.values())
    twice = {name for (_, name), count in names.items() if count > 1}
    # The same quantity of two kinds of meter
    assert twice <= {
        given["tariff_period"]["name"],
        given["subscribed_power"]["name"],
    }


def test_every_index_fits_the_energy_dashboard() -> None:
    for row in (*ROWS, TOTAL_ROW):
        if row.fastest is not None:
            assert (row.device_class, row.state_class) == ("energy", "total_increasing")
            assert row.native_unit_of_measurement in ("Wh", "kWh")
