"""What rows make of readings, and of the row of the whole that of a phase."""

from datetime import UTC, datetime
from unittest.mock import create_autospec

from pyenphase import EnvoyData
from pyenphase.models.inverter import EnvoyInverter
from pyenphase.models.meters import CtType, EnvoyMeterData
import pytest

from custom_components.sen1.enphase.readings import SYSTEM, Readings
from custom_components.sen1.enphase.rows import (
    GATEWAY,
    INVERTER,
    Battery,
    ValueRow,
    of_each_phase,
    of_meter,
)


def row_of[T](rows: tuple[ValueRow[T], ...], key: str) -> ValueRow[T]:
    return next(row for row in rows if row.key == key)


def drawing(watts: int, *, stalled: bool = False) -> Readings:
    """Return what a gateway tells whose house draws from the grid."""
    meter = create_autospec(EnvoyMeterData, instance=True, active_power=watts)
    kind = str(CtType.NET_CONSUMPTION)
    return Readings(EnvoyData(), {(kind, SYSTEM): meter}, frozenset({kind} if stalled else ()))


def test_a_phase_has_the_rows_of_the_whole_under_its_own_keys_and_names() -> None:
    whole, phase = of_each_phase(SYSTEM), of_each_phase("L2")
    assert [row.key for row in phase] == [f"{row.key}_l2" for row in whole]
    assert [row.translation_key for row in phase] == [f"{row.key}_of_phase" for row in whole]
    assert {row.placeholders["phase"] for row in phase} == {"2"}
    assert [row.key for row in phase if row.entity_registry_enabled_default] == ["net_power_l2"]


def test_what_a_meter_measures_is_called_as_its_class_and_that_of_a_phase_by_name() -> None:
    whole, phase = of_meter(SYSTEM), of_meter("L1")
    assert row_of(whole, "voltage").translation_key is None
    assert row_of(phase, "voltage_l1").translation_key == "voltage_of_phase"
    assert row_of(phase, "delivered_l1").translation_key == "energy_delivered_of_phase"


@pytest.mark.parametrize(("watts", "drawn", "sent"), [(700, 700, 0), (-300, 0, 300), (0, 0, 0)])
def test_what_is_drawn_and_what_is_sent_are_never_below_nothing(
    watts: int, drawn: int, sent: int
) -> None:
    assert row_of(GATEWAY, "import_power").value(drawing(watts)) == drawn
    assert row_of(GATEWAY, "export_power").value(drawing(watts)) == sent


def test_a_power_exists_also_while_its_meter_stands_still() -> None:
    row, still = row_of(GATEWAY, "import_power"), drawing(700, stalled=True)
    assert row.value(still) is None
    assert row.exists(still)
    assert not row.exists(Readings(EnvoyData(), {}))


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, None), (1767225600, datetime(2026, 1, 1, tzinfo=UTC))]
)
def test_a_device_that_never_told_has_no_last_report(seconds: int, told: datetime | None) -> None:
    inverter = create_autospec(EnvoyInverter, instance=True, last_report_date=seconds)
    assert row_of(INVERTER, "last_report").value(inverter) == told


def test_a_battery_that_is_gone_is_none() -> None:
    assert Battery.of(Readings(EnvoyData(), {}), "122300000042") is None
