"""Which series can stand for the past of another, and what becomes of their values."""

from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.past import Meaning, async_past, can_be
from custom_components.sen1.history.points import Aggregation, Point

BEGIN = 1767225600  # 2026-01-01 in UTC
MEAN, SUM = Aggregation.MEAN, Aggregation.SUM
ENERGY = Meaning("kWh", SUM)


@pytest.mark.parametrize(
    ("meaning", "wanted", "values"),
    [
        pytest.param(Meaning("Wh", SUM), ENERGY, [3.6], id="another unit of the same"),
        pytest.param(Meaning("W", MEAN), ENERGY, [1.8], id="the energy of a power"),
        pytest.param(Meaning("kWh", SUM), Meaning("W", MEAN), [7_200_000], id="the other way"),
        pytest.param(Meaning("°F", MEAN), Meaning("°C", MEAN), [1982.222], id="temperatures"),
        pytest.param(Meaning("°C", MEAN), ENERGY, [], id="a temperature is no energy"),
        pytest.param(Meaning("m³", SUM), Meaning("W", MEAN), [], id="a volume is no power"),
        pytest.param(Meaning("m³", SUM), ENERGY, [], id="a volume is no energy"),
        pytest.param(Meaning("%", MEAN), Meaning("°C", MEAN), [], id="per cent are nothing else"),
    ],
)
async def test_a_series_stands_for_what_it_can_be_and_for_nothing_else(
    recorder_mock: object,
    hass: HomeAssistant,
    meaning: Meaning,
    wanted: Meaning,
    values: list[float],
) -> None:
    assert can_be(meaning, wanted) == bool(values)
    points = [Point(BEGIN, 1800, 3600.0)]
    await async_archive(hass).async_add("sen1:x", "X", meaning.unit, meaning.aggregation, points)
    past = await async_past(hass, "sen1:x", wanted, BEGIN, BEGIN + 3600)
    assert [point.value for point in past] == pytest.approx(values)


async def test_a_series_that_was_removed_has_no_past(
    recorder_mock: object, hass: HomeAssistant
) -> None:
    assert await async_past(hass, "sen1:gone", ENERGY, BEGIN, BEGIN + 3600) == []
