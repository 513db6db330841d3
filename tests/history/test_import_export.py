"""Files into a running Home Assistant and out of it: the actions and the page."""

from contextlib import contextmanager
from datetime import datetime, timedelta
import gc
from io import BytesIO
import os
from pathlib import Path
import tempfile
import traceback
from typing import Any

from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import async_import_statistics, get_metadata
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers.recorder import get_instance
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.history import async_setup
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.errors import NotUnderstood
from custom_components.sen1.history.files import LeftOut
from custom_components.sen1.history.importing import async_read
from custom_components.sen1.history.points import Aggregation, Hour, Point
from custom_components.sen1.history.recorder import async_committed
from custom_components.sen1.history.statistics import Statistic, async_write
from testbed import exports
from testbed.exports import PARIS
from testbed.statistics import changes

from .files.test_reading import REFERENCE, with_reference

pytestmark = pytest.mark.usefixtures("recorder_mock")

CURVE = exports.half_hours("2026-10-20", "2026-10-28")


@pytest.fixture(autouse=True)
async def _in_paris(hass: HomeAssistant, tmp_path: Path) -> None:
    await hass.config.async_set_time_zone("Europe/Paris")
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    async_setup(hass)


async def call(hass: HomeAssistant, action: str, **data: Any) -> Any:
    return await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)


async def test_an_import_answers_with_what_it_took_and_a_second_one_changes_nothing(
    hass: HomeAssistant,
) -> None:
    missing = [CURVE[7][0]]
    text = exports.hdm(CURVE, missing=missing)
    answer = await call(hass, "import_file", name="House", content=text)
    (taken,) = answer["taken"]
    assert taken == {
        "statistic_id": "sen1:house",
        "values": len(CURVE) - 1,
        "new": len(CURVE) - 1,
        "begin": "2026-10-20T00:00:00+02:00",
        "end": "2026-10-29T00:00:00+01:00",
        "total": sum(watts / 2 for time, watts in CURVE if time not in missing),
        "unit": "Wh",
    }
    assert (answer["left_out"], answer["not_taken"]) == ({"empty": 1}, [])
    kept = [(time, watts) for time, watts in CURVE if time not in missing]
    assert await changes(hass, "sen1:house") == exports.hours(kept)

    answer = await call(hass, "import_file", name="House", content=text)
    assert answer["taken"][0]["new"] == 0
    assert await changes(hass, "sen1:house") == exports.hours(kept)


async def points(hass: HomeAssistant, name: str) -> list[Point]:
    """Return all points that were imported under a name."""
    return await async_archive(hass).async_points(f"sen1:{name}", 0, 4e9)


async def test_a_price_gives_a_series_of_costs_that_goes_on_and_changes_with_it(
    hass: HomeAssistant,
) -> None:
    def costs(price: float, curve: exports.Curve) -> Any:
        hours = exports.hours(curve)
        return pytest.approx({begin: energy * price / 1000 for begin, energy in hours.items()})

    first, second = CURVE[:100], CURVE[100:]
    answer = await call(hass, "import_file", name="House", content=exports.hdm(first), price=0.2)
    assert answer["taken"][0]["cost"] == "sen1:house_cost"
    assert await changes(hass, "sen1:house_cost") == costs(0.2, first)
    await call(hass, "import_file", name="House", content=exports.hdm(second))
    assert await changes(hass, "sen1:house_cost") == costs(0.2, CURVE)
    await call(hass, "import_file", name="House", content=exports.hdm(second), price=0.25)
    assert await changes(hass, "sen1:house_cost") == costs(0.25, CURVE)
    metadata = await get_instance(hass).async_add_executor_job(
        lambda: get_metadata(hass, statistic_ids={"sen1:house_cost"})
    )
    assert metadata["sen1:house_cost"][1]["unit_of_measurement"] == hass.config.currency


@pytest.mark.parametrize("meaning", ["°C,mean", "m³,sum"])
async def test_what_is_no_energy_has_no_costs_whatever_the_price(
    hass: HomeAssistant, meaning: str
) -> None:
    lines = ["begin,end,value,unit,aggregation"]
    lines += [f"2026-01-0{day},2026-01-0{day + 1},{day},{meaning}" for day in (1, 2)]
    answer = await call(hass, "import_file", name="Other", content="\n".join(lines), price=0.2)
    (taken,) = answer["taken"]
    assert (taken["values"], taken.get("cost")) == (2, None)
    assert await changes(hass, "sen1:other_cost") == {}


@pytest.mark.parametrize("kind", ["senml_xml", "senml_json", "csv"])
async def test_imported_exported_and_imported_elsewhere_is_equal_to_the_half_hour(
    hass: HomeAssistant, tmp_path: Path, kind: str
) -> None:
    await call(hass, "import_file", name="House", content=exports.hdm(CURVE))
    path = tmp_path / "house"
    answer = await call(hass, "export_series", series="sen1:house", format=kind, path=str(path))
    assert answer["values"] == len(CURVE)
    await call(hass, "import_file", name="Elsewhere", path=str(path))
    here, there = [await points(hass, name) for name in ("house", "elsewhere")]
    assert there == here
    assert [(p.begin, p.value) for p in there] == CURVE
    assert await changes(hass, "sen1:elsewhere") == exports.hours(CURVE)


@with_reference
async def test_the_curve_of_the_reference_survives_the_round(
    hass: HomeAssistant, tmp_path: Path
) -> None:
    """Five weeks of it, in which its step changes; all 13 months with SEN1_YEAR=1."""
    reference = (REFERENCE / "hdm_c5_load_curve.csv").read_text("utf-8-sig").splitlines()
    lines = reference if "SEN1_YEAR" in os.environ else reference[:2000]
    sums: dict[float, float] = {}
    for line in lines[3:]:
        stamp, _, watts = line.partition(";")
        end = datetime.fromisoformat(stamp)
        if watts and end < datetime(2021, 2, 12, 12, 30, tzinfo=PARIS):
            sums[end.timestamp() - 3600] = float(watts)
        elif watts:
            begin = end.timestamp() - 1800
            sums[begin - begin % 3600] = sums.get(begin - begin % 3600, 0) + float(watts) / 2
    answer = await call(hass, "import_file", name="Year", content="\n".join(lines))
    assert answer["taken"][0]["values"] == sum(line.rpartition(";")[2] != "" for line in lines[3:])
    assert await changes(hass, "sen1:year") == sums
    text = (await call(hass, "export_series", series="sen1:year", format="senml_xml"))["content"]
    await call(hass, "import_file", name="Elsewhere", content=text)
    assert await points(hass, "elsewhere") == await points(hass, "year")
    assert await changes(hass, "sen1:elsewhere") == sums


async def test_a_part_of_a_series_is_exported(hass: HomeAssistant) -> None:
    await call(hass, "import_file", name="House", content=exports.hdm(CURVE))
    answer = await call(
        hass,
        "export_series",
        series="sen1:house",
        format="csv",
        begin="2026-10-25 00:00:00",
        end="2026-10-26 00:00:00",
    )
    assert answer["values"] == 50
    first = answer["content"].splitlines()[1]
    assert first.startswith("2026-10-25T00:00:00+02:00,2026-10-25T00:30:00+02:00,")


async def test_a_sensor_is_exported_as_the_recorder_has_it(hass: HomeAssistant) -> None:
    attributes = {"unit_of_measurement": "°C", "device_class": "temperature"}
    for value in ("18.5", "unavailable", "nan", "inf", "19"):
        hass.states.async_set("sensor.room", value, attributes)
    answer = await call(hass, "export_series", series="sensor.room", format="csv")
    assert [line.split(",")[2] for line in answer["content"].splitlines()[1:]] == ["18.5", "19"]


async def test_a_statistic_of_anybody_is_exported_by_the_hour(hass: HomeAssistant) -> None:
    curve, kwh = CURVE[:8], [1.5, 0.5, 2.0, 0.25]
    statistic = Statistic("sen1:other", "Other", "kWh", Aggregation.SUM)
    hours = [Hour(int(curve[2 * n][0]), value, 1, 0, 0) for n, value in enumerate(kwh)]
    await async_write(hass, statistic, hours)
    answer = await call(hass, "export_series", series="sen1:other", format="csv")
    rows = [line.split(",") for line in answer["content"].splitlines()[1:]]
    assert [float(row[2]) for row in rows] == kwh
    assert [row[3:5] for row in rows] == [["kWh", "sum"]] * 4


async def test_of_a_time_from_before_its_states_a_sensor_is_exported_by_the_hour(
    hass: HomeAssistant,
) -> None:
    attributes = {"unit_of_measurement": "kWh", "device_class": "energy"}
    hass.states.async_set("sensor.index", "7", attributes)
    begin = dt_util.utcnow().replace(minute=0, second=0, microsecond=0) - timedelta(days=3)
    rows: Any = [
        {"start": begin + timedelta(hours=n), "state": n * 500, "sum": n * 500} for n in range(4)
    ]
    metadata: Any = {
        "has_sum": True,
        "mean_type": StatisticMeanType.NONE,
        "name": None,
        "source": "recorder",
        "statistic_id": "sensor.index",
        "unit_class": "energy",
        "unit_of_measurement": "Wh",
    }
    async_import_statistics(hass, metadata, rows)
    await async_committed(hass)

    async def exported(**since: str) -> list[list[str]]:
        answer = await call(hass, "export_series", series="sensor.index", format="csv", **since)
        return [line.split(",")[2:] for line in answer["content"].splitlines()[1:]]

    assert await exported() == [[value, "Wh", "sum"] for value in ("0.0", *["500.0"] * 3)]
    # The states that there are come as they are.
    assert await exported(begin=(dt_util.now() - timedelta(hours=1)).isoformat()) == [
        ["7", "kWh", "mean"]
    ]


async def test_a_sensor_that_never_showed_a_number_is_not_recorded(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.room", "unavailable", {"unit_of_measurement": "°C"})
    with refused("series_not_recorded"):
        await call(hass, "export_series", series="sensor.room", format="csv")


async def test_two_files_read_at_once_leave_the_garbage_to_the_first(hass: HomeAssistant) -> None:
    gc.disable()
    try:
        await async_read(hass, exports.hdm(CURVE).encode())
        assert not gc.isenabled()
    finally:
        gc.enable()
    await async_read(hass, exports.hdm(CURVE).encode())
    assert gc.isenabled()


async def test_a_refusal_keeps_nothing_of_what_was_read(hass: HomeAssistant) -> None:
    with pytest.raises(NotUnderstood) as told:
        await async_read(hass, b'[{"a": "1"}]')
    refusal = told.value
    assert refusal.__context__ is None
    frames = [frame.f_code.co_name for frame, _line in traceback.walk_tb(refusal.__traceback__)]
    assert frames[-1] == "_read"


async def test_only_an_administrator_may(hass: HomeAssistant) -> None:
    user = MockUser().add_to_hass(hass)
    for action, data in (
        ("import_file", {"name": "House", "content": "x"}),
        ("export_series", {"series": "sen1:house", "format": "csv"}),
    ):
        with pytest.raises(Unauthorized):
            await hass.services.async_call(
                DOMAIN, action, data, blocking=True, context=Context(user_id=user.id)
            )


@contextmanager
def refused(key: str, error: type[HomeAssistantError] = ServiceValidationError) -> Any:
    with pytest.raises(error) as caught:
        yield
    assert caught.value.translation_key == key


NESTED = exports.zipped({"0.csv": exports.hdm(CURVE).encode()})
for _depth in range(3):
    NESTED = exports.zipped({"0.zip": NESTED})

LINES = "2026-01-01T00:30:00+01:00;1\n2026-01-01T01:00:00+01:00;2"
REFUSED = {
    "file_not_understood": b"a;b",
    "file_no_unit": f"Horodate;Valeur\n{LINES}".encode(),
    "file_one_reading": exports.r151("2026-01-01", {"A": 1}).encode(),
    "file_impossible": b"begin,end,value,unit,aggregation\n0001-01-01,9999-12-31,1,kWh,sum",
    "file_too_large": b"Horodate;Valeur (en W)\n" * 200_001,
    "file_nested_too_deep": NESTED,
    "file_dangerous": b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><sensml/>',
}
"""A file for each reason to take nothing of one."""


async def test_each_mistake_is_told(hass: HomeAssistant, tmp_path: Path) -> None:
    with refused("path_not_allowed"):
        await call(hass, "import_file", name="House", path="/etc/passwd")
    with refused("path_not_allowed"):
        await call(hass, "export_series", series="sen1:house", format="csv", path="/etc/x")
    with refused("file_not_opened", HomeAssistantError):
        await call(hass, "import_file", name="House", path=str(tmp_path / "none.csv"))
    for key, octets in REFUSED.items():
        path = tmp_path / key
        path.write_bytes(octets)
        with refused(key):
            await call(hass, "import_file", name="House", path=str(path))
    with refused("series_not_recorded"):
        await call(hass, "export_series", series="sen1:nothing", format="csv")
    await call(hass, "import_file", name="House", content=exports.hdm(CURVE))
    with refused("file_other_unit"):
        await call(hass, "import_file", name="House", content=exports.daily(CURVE))


async def test_two_series_that_a_file_calls_alike_are_two_statistics(hass: HomeAssistant) -> None:
    records = ",".join(
        f'{{"n":"x_{name}/sum","u":"Wh","t":{1767225600 + 3600 * hour},"v":{value},"ut":3600}}'
        for name, value in (("a/b", 1), ("a-b", 2), ("c" * 5000, 3))
        for hour in range(2)
    )
    answer = await call(hass, "import_file", name="House", content=f"[{records}]")
    assert [(taken["statistic_id"], taken["total"]) for taken in answer["taken"]] == [
        ("sen1:house_a_b_sum", 4),
        ("sen1:house_2", 2),
        ("sen1:house_3", 6),
    ]


class Page:
    """The pages of an import, as a browser goes through them."""

    def __init__(self, hass: HomeAssistant, hass_client: ClientSessionGenerator) -> None:
        self._hass = hass
        self._flows = hass.config_entries.flow
        self._hass_client = hass_client
        self._id = ""

    async def choose(self, octets: bytes, name: str, **more: Any) -> Any:
        """Upload a file and choose it; return the page that comes."""
        client = await self._hass_client()
        answer = await client.post("/api/file_upload", data={"file": BytesIO(octets)})
        file_id = (await answer.json())["file_id"]
        if not self._id:
            flow = await self._flows.async_init(DOMAIN, context={"source": "user"})
            self._id = flow["flow_id"]
            flow = await self.take("import_file")
            assert flow["step_id"] == "import_file"
        return await self._next({"series_name": name, "file": file_id, **more})

    async def begin_again(self, octets: bytes, name: str) -> Any:
        """Upload a file to a new page, after another was done with."""
        self._id = ""
        return await self.choose(octets, name)

    async def take(self, step: str) -> Any:
        """Take one of what a page offers; return the page that comes."""
        return await self._next({"next_step_id": step})

    async def tick(self, *labels: str) -> Any:
        """Import the series with these labels; return the page that comes."""
        return await self._next({"series": [f"= {label}" for label in labels]})

    async def submit(self, **given: Any) -> Any:
        """Take what a page has ticked, with more answers; return the page that comes."""
        return await self._next(given)

    async def _next(self, given: dict[str, Any]) -> Any:
        flow = await self._flows.async_configure(self._id, given)
        while flow["type"] == "progress":
            await self._hass.async_block_till_done()
            flow = await self._flows.async_configure(self._id)
        return flow


@pytest.fixture
async def page(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Page:
    # Home Assistant keeps what is uploaded in one folder of the machine, and empties it at its end.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    # All that serves pages must be there before the first client.
    for component in ("file_upload", "usb"):
        assert await async_setup_component(hass, component, {})
    return Page(hass, hass_client)


def offered(flow: Any) -> list[str]:
    """Return what a preview says of each series."""
    options = flow["data_schema"].schema["series"].config["options"]
    return [option["label"] for option in options]


NOTHING = dict.fromkeys(LeftOut, "0")


async def test_the_page_shows_what_it_understood_imports_and_says_what_it_took(
    hass: HomeAssistant, page: Page
) -> None:
    flow = await page.choose(exports.powers_reached(CURVE), "Maison Été")
    assert (flow["type"], flow["step_id"]) == ("form", "import_preview")
    mean = sum(watts for _, watts in CURVE) / len(CURVE)
    assert flow["description_placeholders"] == NOTHING
    assert offered(flow) == [
        f"Maison Été: {len(CURVE)} \N{MULTIPLICATION SIGN} 30 min,"
        f" 2026-10-20 00:00 → 2026-10-29 00:00, ⌀ {round(mean, 3):.15g} W"
    ]
    # Nothing is written before it is said so.
    assert await points(hass, "maison_ete") == []

    flow = await page.submit()
    assert (flow["type"], flow["reason"]) == ("abort", "import_done")
    assert flow["description_placeholders"] == NOTHING | {
        "next": "",
        "series": "sen1:maison_ete",
        "values": str(len(CURVE)),
        "new": str(len(CURVE)),
        "begin": "2026-10-20 00:00",
        "end": "2026-10-29 00:00",
        "totals": f"{round(sum(watts for _, watts in CURVE) / 2, 3):.15g} Wh",
    }
    assert await changes(hass, "sen1:maison_ete") == exports.hours(CURVE)


async def test_each_series_and_what_is_left_out_of_a_file_stand_in_the_preview(
    page: Page,
) -> None:
    rows = exports.r63({"CONS": CURVE, "PROD": CURVE[:2]}).splitlines()
    text = "\n".join(
        [*rows, rows[1], "x;y;1", *(row.replace(";EA;", ";ERI;") for row in rows[1:3])]
    )
    flow = await page.choose(text.encode(), "House <b>", price=0.2)
    assert flow["step_id"] == "import_preview_partly"
    shown = flow["description_placeholders"]
    first, second = offered(flow)
    steps = "\N{MULTIPLICATION SIGN} 30 min, 2026-10-20 00:00 → 2026-10-"
    assert first.startswith(f"House <b> consommation: {len(CURVE)} {steps}")
    assert second.startswith(f"House <b> production: 2 {steps}")
    assert shown.keys() == NOTHING.keys()
    told = {reason: count for reason, count in shown.items() if count != "0"}
    assert told.keys() == {"twice", "unreadable", "other"}
    flow = await page.submit()
    assert (flow["type"], flow["reason"]) == ("abort", "import_done_partly")


OF_BOTH = exports.workbook(
    "Consommation Horaire",
    exports.by_hour(CURVE),
    Production_Horaire=exports.by_hour(CURVE[:96], as_numbers=True),
)


async def test_a_file_makes_a_home_or_feeds_the_one_of_that_name(
    recorder_mock: object, hass: HomeAssistant, page: Page
) -> None:
    await page.choose(OF_BOTH, "House")
    # Nothing is made where nothing is said to tell a home.
    await page.submit(series=["= consommation"])
    assert hass.config_entries.async_entries(DOMAIN) == []

    flow = await page.begin_again(OF_BOTH, "House")
    assert {"bought", "sold", "produced", "gas"} < flow["data_schema"].schema.keys()
    assert "water" not in flow["data_schema"].schema
    twice = "= consommation"
    flow = await page.submit(series=[], home="Our house", bought=twice, sold=twice)
    assert (flow["step_id"], flow["errors"]) == ("import_preview", {"base": "source_twice"})
    flow = await page.submit(
        series=[], home="Our house", bought="= consommation", sold="= production"
    )
    assert flow["reason"] == "import_done"
    assert flow["description_placeholders"]["next"].startswith("[")
    (home,) = hass.config_entries.async_entries(DOMAIN)
    told = {"bought_series": ["sen1:house_consommation"], "sold_series": ["sen1:house_production"]}
    assert home.title == "Our house"
    assert told.items() <= home.data.items()

    await page.begin_again(exports.gas([("2026-10-20", 12), ("2026-10-21", 14)]), "Gas")
    await page.submit(gas="= ", home="Our house")
    assert hass.config_entries.async_entries(DOMAIN) == [home]
    assert home.data["gas_series"] == ["sen1:gas"]
    assert told.items() <= home.data.items()
    assert await hass.config_entries.async_unload(home.entry_id)


OF_PERIODS = "\n".join(
    [
        "Date;HP (kWh);HC (kWh);Total (kWh)",
        *(f"{day:02}/10/2026;{day};{2 * day};{3 * day}" for day in range(1, 11)),
    ]
).encode()


async def test_of_a_file_with_two_sheets_the_person_takes_what_is_ticked(
    hass: HomeAssistant, page: Page
) -> None:
    flow = await page.choose(OF_BOTH, "House")
    used, made = (sum(watts for _, watts in part) / 2000 for part in (CURVE, CURVE[:96]))
    assert [line.partition(":")[0] for line in offered(flow)] == [
        "House consommation",
        "House production",
    ]
    flow = await page.tick("production")
    assert flow["description_placeholders"]["series"] == "sen1:house_production"
    assert await points(hass, "house_consommation") == []
    # What is not ticked is there for another time, and both are ticked beforehand.
    await page.begin_again(OF_BOTH, "House")
    flow = await page.submit()
    assert flow["description_placeholders"]["totals"] == (
        f"{round(used, 3):.15g} kWh, {round(made, 3):.15g} kWh"
    )
    kwh = [(time, watts / 1000) for time, watts in CURVE]
    assert await changes(hass, "sen1:house_consommation") == pytest.approx(exports.hours(kwh))
    assert await changes(hass, "sen1:house_production") == pytest.approx(exports.hours(kwh[:96]))


async def test_of_a_total_and_its_parts_the_total_is_ticked_and_said_to_be_one(
    hass: HomeAssistant, page: Page
) -> None:
    flow = await page.choose(OF_PERIODS, "House")
    when = "10 \N{MULTIPLICATION SIGN} 24 h, 2026-10-01 00:00 → 2026-10-11 00:00"
    assert offered(flow) == [
        f"House HP: {when}, Σ 55 kWh",
        f"House HC: {when}, Σ 110 kWh",
        f"House: {when}, Σ 165 kWh = HP + HC",
    ]
    flow = await page.submit()
    assert flow["description_placeholders"]["series"] == "sen1:house"
    await page.begin_again(OF_PERIODS, "House")
    flow = await page.tick("HP", "HC")
    assert flow["description_placeholders"]["series"] == "sen1:house_hp, sen1:house_hc"
    assert sum(point.value for point in await points(hass, "house_hp")) == 55


async def test_an_action_takes_the_series_that_it_names_and_tells_the_others(
    hass: HomeAssistant,
) -> None:
    text = OF_PERIODS.decode()
    for chosen, taken, others in (
        ({}, ["sen1:house"], ["HP", "HC"]),
        ({"series": ["HC"]}, ["sen1:house_hc"], ["HP", ""]),
        ({"series": ["Tempo"]}, [], ["HP", "HC", ""]),
    ):
        answer = await call(hass, "import_file", name="House", content=text, **chosen)
        assert [each["statistic_id"] for each in answer["taken"]] == taken
        assert answer["not_taken"] == others


async def test_history_is_of_the_units_that_this_home_assistant_knows(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.meter", "9", {"unit_of_measurement": "kWh"})
    text = "entity_id,state,last_changed\n" + "\n".join(
        f"sensor.meter,{hour * hour},2026-10-01T0{hour}:00:00.000Z" for hour in range(4)
    )
    (taken,) = (await call(hass, "import_file", name="House", content=text))["taken"]
    assert (taken["total"], taken["unit"], taken["values"]) == (9, "kWh", 3)


async def test_another_file_can_be_chosen_after_the_preview(
    hass: HomeAssistant, page: Page
) -> None:
    flow = await page.choose(exports.daily(CURVE).encode(), "House", price=0.2)
    assert "24 h … 25 h" in offered(flow)[0]
    flow = await page.tick()
    assert (flow["step_id"], flow["errors"]) == ("import_file", {})
    suggested = {
        str(key): (key.description or {}).get("suggested_value")
        for key in flow["data_schema"].schema
    }
    assert suggested == {"series_name": "House", "file": None, "price": 0.2}
    flow = await page.choose(exports.r50(CURVE).encode(), "House")
    flow = await page.submit()
    assert flow["reason"] == "import_done"
    assert await changes(hass, "sen1:house") == exports.hours(CURVE)


async def test_a_page_that_is_closed_at_the_preview_imports_nothing(
    hass: HomeAssistant, page: Page
) -> None:
    flow = await page.choose(exports.r50(CURVE).encode(), "House")
    hass.config_entries.flow.async_abort(flow["flow_id"])
    assert await points(hass, "house") == []


async def test_the_page_tells_a_mistake_and_takes_the_right_file_after(page: Page) -> None:
    for key, octets in REFUSED.items():
        flow = await page.choose(octets, "House")
        assert (flow["step_id"], flow["errors"]) == ("import_file", {"base": key})
    for name in ("  ", "n" * 101):
        flow = await page.choose(exports.r50(CURVE).encode(), name)
        assert flow["errors"] == {"series_name": "invalid_series_name"}
    await page.choose(exports.r50(CURVE).encode(), "House")
    flow = await page.submit()
    assert flow["reason"] == "import_done"


async def test_the_page_tells_that_a_series_measures_something_else(
    hass: HomeAssistant, page: Page
) -> None:
    await call(hass, "import_file", name="House", content=exports.hdm(CURVE))
    await page.choose(exports.daily(CURVE).encode(), "House")
    flow = await page.submit()
    assert (flow["step_id"], flow["errors"]) == ("import_file", {"base": "file_other_unit"})
    await page.choose(exports.daily(CURVE).encode(), "Days")
    flow = await page.submit()
    assert flow["reason"] == "import_done"
