"""What a meter writes is the value it means, or none."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.sen1.linky.labels.values import (
    NOTHING,
    decimal,
    digits,
    message,
    pme_pmi_time,
    text,
    time_of,
    with_unit,
)

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    "written", ["", "12345678", "1234567890", "12345678 ", "12345678p", "-12345678", "١٢٣٤٥٦٧٨٩"]
)
def test_an_index_is_nine_digits_and_nothing_else(written: str) -> None:
    assert digits(9)(written) is None


def test_an_index_of_nine_digits_survives() -> None:
    assert digits(9)("000000001") == 1
    assert digits(9)("999999999") == 999999999


@pytest.mark.parametrize("written", ["kWh", "9649Wh", "9649 kWh", "0TTkWh", "-1kWh"])
def test_a_value_without_its_unit_is_refused(written: str) -> None:
    assert with_unit("kWh")(written) is None


@pytest.mark.parametrize(
    ("written", "unit", "value"),
    [("9649kWh", "kWh", 9649), ("422Wh", "Wh", 422), ("0TkW", "kW", 0), ("12TkW", "kW", 12)],
)
def test_a_value_with_its_unit_is_a_number(written: str, unit: str, value: int) -> None:
    assert with_unit(unit)(written) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [("-0,42", -0.42), ("0,39", 0.39), ("+1,00", 1.0), ("0.39", None), ("-,4", None), ("", None)],
)
def test_tan_phi_has_a_decimal_comma(written: str, value: float | None) -> None:
    assert decimal(written) == value


def test_padding_is_no_text() -> None:
    assert text("  INDEX   INACTIF 2 ") == "INDEX INACTIF 2"
    assert text("     ") is None


def test_the_default_message_is_none() -> None:
    assert message("PAS DE          MESSAGE         ") is NOTHING
    assert message("                ") is NOTHING
    assert message("COUPURE PREVUE  LE 24 NOVEMBRE  ") == "COUPURE PREVUE LE 24 NOVEMBRE"


@pytest.mark.parametrize(
    ("horodate", "utc"),
    [
        ("E260701120000", "2026-07-01T10:00:00+00:00"),
        ("H261124190000", "2026-11-24T18:00:00+00:00"),
        # The hour that comes twice: summer first.
        ("E261025023000", "2026-10-25T00:30:00+00:00"),
        ("H261025023000", "2026-10-25T01:30:00+00:00"),
        # A mobile peak is announced without a season.
        (" 261124060000", "2026-11-24T05:00:00+00:00"),
    ],
)
def test_a_horodate_is_legal_time_whose_season_tells_the_repeated_hour(
    horodate: str, utc: str
) -> None:
    told = time_of(horodate)
    assert isinstance(told, datetime)
    assert told.replace(tzinfo=PARIS).astimezone(UTC).isoformat() == utc


@pytest.mark.parametrize(
    "horodate", ["h261124190000", "e260701120000", "H000000000000", "E261324190000"]
)
def test_a_degraded_clock_or_an_impossible_date_tells_no_time(horodate: str) -> None:
    assert time_of(horodate) is NOTHING


def test_a_group_without_horodate_has_no_time() -> None:
    assert time_of(None) is None


def test_a_pme_pmi_writes_its_dates_otherwise() -> None:
    assert pme_pmi_time("26/08/16 10:29:04") == datetime.fromisoformat("2016-08-26 10:29:04")
    assert pme_pmi_time("00/00/00 00:00:00") is NOTHING
    assert pme_pmi_time("E260701120000") is None
