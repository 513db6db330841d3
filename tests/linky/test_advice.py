"""What a meter could tell, if only somebody asked for it, is said once and taken back."""

from typing import Any

from homeassistant.components.energy.data import async_get_manager
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.sen1.const import CONF_KIND, DOMAIN
from custom_components.sen1.linky.advice import (
    AGAIN,
    SURE,
    Advice,
    Adviser,
    PriceWatch,
    ToldFrame,
    advices,
)
from custom_components.sen1.linky.line.tic import Frame, Group, Mode, TicDecoder
from testbed.tic_groups import Kind
from testbed.tic_meter import TicMeter
from testbed.waiting import until

STANDARD = ToldFrame(Mode.STANDARD, is_producer=False, has_injected=False, has_one_index=False)
PRODUCER = ToldFrame(Mode.STANDARD, is_producer=True, has_injected=True, has_one_index=False)
SILENT = ToldFrame(Mode.STANDARD, is_producer=True, has_injected=False, has_one_index=False)
BASE = ToldFrame(Mode.HISTORIC, is_producer=False, has_injected=False, has_one_index=True)
OFF_PEAK = ToldFrame(Mode.HISTORIC, is_producer=False, has_injected=False, has_one_index=False)


@pytest.mark.parametrize(
    ("told", "has_panels", "price_varies", "due"),
    [
        (STANDARD, False, True, set()),
        (STANDARD, True, False, {Advice.METER_NOT_PRODUCER}),
        (PRODUCER, True, False, set()),
        (SILENT, True, False, {Advice.PRODUCER_INDEX_MISSING}),
        (SILENT, False, False, {Advice.PRODUCER_INDEX_MISSING}),
        (BASE, False, False, set()),
        (BASE, True, False, {Advice.HISTORIC_HIDES_INJECTION}),
        (BASE, False, True, {Advice.HISTORIC_HIDES_PRICES}),
        (OFF_PEAK, False, True, set()),
        (OFF_PEAK, True, True, {Advice.HISTORIC_HIDES_INJECTION}),
    ],
)
def test_only_what_is_known_is_advised(
    told: ToldFrame, has_panels: bool, price_varies: bool, due: set[Advice]
) -> None:
    assert set(advices(told, has_panels=has_panels, price_varies=price_varies)) == due


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Kind.STANDARD_HC, STANDARD),
        (Kind.STANDARD_PRODUCER, PRODUCER),
        (Kind.HISTORIC_BASE, BASE),
        (Kind.HISTORIC_HC, OFF_PEAK),
        (Kind.PME_PMI, None),
    ],
)
def test_a_frame_tells_what_its_meter_is(kind: Kind, told: ToldFrame | None) -> None:
    frame = TicDecoder().feed(TicMeter(kind).frame())[-1]
    assert isinstance(frame, Frame)
    assert ToldFrame.of(frame) == told


@pytest.mark.parametrize(
    ("prices", "varies"),
    [
        pytest.param(["0.20"] * 30, False, id="one price"),
        pytest.param(["0.20"] * 5 + ["0.21"] * 30, False, id="a new price"),
        pytest.param(["0.16"] * 6 + ["0.21"] * 8 + ["0.16"] * 2, True, id="to and fro"),
        pytest.param(["0.16"] * 2 + ["0.21"] * 22 + ["0.16"] * 22, False, id="a day between"),
    ],
)
def test_a_price_that_goes_to_and_fro_within_a_day_varies(prices: list[str], varies: bool) -> None:
    watch = PriceWatch()
    assert [watch.varies({"sensor.price": price}) for price in prices][-1] is varies


def issues(hass: HomeAssistant) -> set[str | None]:
    return {
        issue.translation_key
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.active
    }


async def test_a_producer_without_an_index_is_told_and_its_index_takes_it_back(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    runtime = linky_entry.runtime_data
    await until(lambda: runtime.beliefs.labels["STGE"] > SURE + 2, "enough frames")
    await hass.async_block_till_done()
    assert issues(hass) == set()

    meter.override("STGE", "003A0101")
    await until(lambda: issues(hass) == {Advice.PRODUCER_INDEX_MISSING}, "the advice")
    issue = ir.async_get(hass).async_get_issue(
        DOMAIN, f"producer_index_missing_{linky_entry.entry_id}"
    )
    assert issue is not None
    assert not issue.is_fixable
    assert issue.learn_more_url is not None
    assert issue.learn_more_url.endswith("/docs/en/linky.md")

    meter.override("STGE", None)
    await until(lambda: issues(hass) == set(), "no advice any more")


def frame(told: ToldFrame) -> Frame:
    groups = {"OPTARIF": Group("OPTARIF", "BASE" if told.has_one_index else "HC..")}
    if told.mode is Mode.STANDARD:
        groups = {"STGE": Group("STGE", f"{told.is_producer << 8:08X}")}
        groups |= {"EAIT": Group("EAIT", "000000001")} if told.has_injected else {}
    return Frame(told.mode, groups)


async def advised(hass: HomeAssistant, adviser: Adviser, told: ToldFrame) -> set[str | None]:
    for _ in range(SURE):
        adviser.async_received(frame(told))
    await adviser.async_reconsider()
    return issues(hass)


@pytest.fixture
def adviser(hass: HomeAssistant) -> Adviser:
    entry = MockConfigEntry(domain=DOMAIN, title="Linky", data={CONF_KIND: "linky"})
    entry.add_to_hass(hass)
    return Adviser(hass, entry)


async def test_a_frame_that_lacks_a_group_concludes_nothing(
    hass: HomeAssistant, adviser: Adviser
) -> None:
    assert await advised(hass, adviser, PRODUCER) == set()
    for _ in range(SURE - 1):
        adviser.async_received(frame(SILENT))
        await adviser.async_reconsider()
    assert issues(hass) == set()


@pytest.mark.parametrize(
    ("domain", "data"), [("enphase_envoy", {}), (DOMAIN, {CONF_KIND: "enphase"})]
)
async def test_panels_are_known_from_their_gateway(
    hass: HomeAssistant, adviser: Adviser, domain: str, data: dict[str, str]
) -> None:
    assert await advised(hass, adviser, BASE) == set()
    gateway = MockConfigEntry(domain=domain, data=data)
    gateway.add_to_hass(hass)
    assert await advised(hass, adviser, BASE) == {Advice.HISTORIC_HIDES_INJECTION}
    assert await advised(hass, adviser, STANDARD) == {Advice.METER_NOT_PRODUCER}
    assert await advised(hass, adviser, PRODUCER) == set()


async def test_panels_of_another_building_are_no_concern_of_this_meter(
    hass: HomeAssistant, adviser: Adviser
) -> None:
    MockConfigEntry(domain=DOMAIN, data={CONF_KIND: "enphase"}).add_to_hass(hass)
    (meter,) = hass.config_entries.async_entries(DOMAIN)[:1]
    index = er.async_get(hass).async_get_or_create(
        "sensor", DOMAIN, "0123_EAST", config_entry=meter
    )
    produced = {CONF_KIND: "home", "produced_power": ["sensor.roof"]}
    home = MockConfigEntry(domain=DOMAIN, data=produced)
    home.add_to_hass(hass)
    assert await advised(hass, adviser, STANDARD) == {Advice.METER_NOT_PRODUCER}
    school = MockConfigEntry(domain=DOMAIN, data={CONF_KIND: "home", "bought_index": [index.id]})
    school.add_to_hass(hass)
    assert await advised(hass, adviser, STANDARD) == set()
    hass.config_entries.async_update_entry(school, data={**school.data, **produced})
    assert await advised(hass, adviser, STANDARD) == {Advice.METER_NOT_PRODUCER}


async def test_panels_that_come_later_are_noticed_within_the_hour(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    runtime = linky_entry.runtime_data
    await until(lambda: runtime.beliefs.labels["STGE"] > SURE + 2, "enough frames")
    await hass.async_block_till_done()
    MockConfigEntry(domain="enphase_envoy").add_to_hass(hass)
    assert issues(hass) == set()
    async_fire_time_changed(hass, dt_util.utcnow() + AGAIN)
    await until(lambda: issues(hass) == {Advice.METER_NOT_PRODUCER}, "the advice")


async def prefer(hass: HomeAssistant, *sources: dict[str, Any]) -> None:
    manager = await async_get_manager(hass)
    # Home Assistant lets each key be left out, which its type does not say.
    await manager.async_update({"energy_sources": list(sources)})  # type: ignore[typeddict-item]
    hass.config.components.add("energy")


async def test_panels_are_known_from_the_energy_dashboard(
    hass: HomeAssistant, adviser: Adviser
) -> None:
    await prefer(hass, {"type": "solar", "stat_energy_from": "sensor.roof"})
    assert await advised(hass, adviser, STANDARD) == {Advice.METER_NOT_PRODUCER}
    await prefer(hass)
    assert await advised(hass, adviser, STANDARD) == set()


async def test_a_price_of_the_energy_dashboard_tells_of_periods_that_the_meter_hides(
    hass: HomeAssistant, adviser: Adviser
) -> None:
    index = er.async_get(hass).async_get_or_create(
        "sensor", DOMAIN, "1_BASE", config_entry=adviser._entry
    )
    priced: Any = {
        "type": "grid",
        "stat_energy_from": index.entity_id,
        "entity_energy_price": "sensor.price",
    }
    manager = await async_get_manager(hass)
    hass.config.components.add("energy")
    manager.data = manager.default_preferences()
    manager.data["energy_sources"] = [priced]
    for price, due in (
        ("0.16", set()),
        ("0.21", set()),
        ("unavailable", set()),
        ("0.21", set()),
        ("0.16", {Advice.HISTORIC_HIDES_PRICES}),
    ):
        hass.states.async_set("sensor.price", price)
        assert await advised(hass, adviser, BASE) == due
    assert await advised(hass, adviser, STANDARD) == set()


async def test_a_removed_meter_takes_its_advice_with_it(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    meter.override("STGE", "003A0101")
    await until(lambda: issues(hass), "the advice")
    await hass.config_entries.async_remove(linky_entry.entry_id)
    assert issues(hass) == set()
