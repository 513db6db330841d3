"""Share in one step: the series and the grant at once, of what may be shared, and nothing else."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
import time
from typing import Any

from homeassistant.components.energy.data import async_get_manager
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.federation.config import friend_data, publication_data, publications_of
from custom_components.sen1.federation.inviting.kept import AskedOfUs
from custom_components.sen1.federation.publish.direction import async_guessed_direction
from custom_components.sen1.federation.showing.share import coarsest_for
from custom_components.sen1.protocol.terms import PURPOSES
from custom_components.sen1.sheets import Measured, Shareable, async_sheets

from ..conftest import Home, until
from ..test_exchange import shared

INDEX = {
    "unit_of_measurement": "kWh",
    "device_class": "energy",
    "state_class": "total_increasing",
}
LIVE = {"unit_of_measurement": "W", "device_class": "power", "state_class": "measurement"}


def add_sensor(hass: HomeAssistant, name: str, **attributes: Any) -> str:
    """Add a sensor that has an identity."""
    er.async_get(hass).async_get_or_create("sensor", "test", name, suggested_object_id=name)
    entity_id = f"sensor.{name}"
    hass.states.async_set(entity_id, "12", attributes)
    return entity_id


class Dashboard:
    """What the dashboard asks."""

    def __init__(self, hass: HomeAssistant, client: WebSocketGenerator, home: Home) -> None:
        self.hass, self.home = hass, home
        self._client = client

    async def ask(self, command: str, **given: Any) -> Any:
        """Return what a command answers, or the code of its error."""
        connection = await self._client(self.hass)
        await connection.send_json_auto_id({"type": f"sen1/{command}", **given})
        answer = await connection.receive_json()
        await connection.close()
        return answer["result"] if answer["success"] else answer["error"]["code"]

    async def choices(self) -> dict[str, Any]:
        """Return what can be shared of the account."""
        told = await self.ask("share_choices", entry_id=self.home.entry.entry_id)
        account: dict[str, Any]
        (account,) = told["accounts"]
        return account

    async def share(self, friend_id: str, what: str, granularity: str = "P1D", **more: Any) -> Any:
        """Share something for a month."""
        given = {
            "entry_id": self.home.entry.entry_id,
            "friend_id": friend_id,
            "what": what,
            "granularity": granularity,
            "until": (dt_util.now() + timedelta(days=30)).date().isoformat(),
            "purpose": "display",
            "retention_days": 365,
        }
        return await self.ask("share", **(given | more))

    def grants(self, friend_id: str) -> list[dict[str, Any]]:
        """Return what a friend is granted."""
        grants: Any = friend_data(self.home.entry.subentries[friend_id])["grants"]
        return list(grants)

    def published(self) -> list[tuple[str, str]]:
        """Return the title and the granularity of each series."""
        return [
            (subentry.title, publication_data(subentry)["granularity"])
            for subentry in publications_of(self.home.entry).values()
        ]


@pytest.fixture
def dashboard(hass: HomeAssistant, hass_ws_client: WebSocketGenerator, house: Home) -> Dashboard:
    """Return the dashboard of an administrator of the house."""
    return Dashboard(hass, hass_ws_client, house)


@pytest.fixture
async def friend(house: Home, cooperative: Home) -> str:
    """Return the id of a friend of the house, who is granted nothing."""
    return (await house.befriend(cooperative)).subentry_id


def measure_site(hass: HomeAssistant, *, site: str = "Ibis", is_main: bool = True) -> None:
    """Let a site be measured by an index and a power."""
    index, power = add_sensor(hass, "east", **INDEX), add_sensor(hass, "used", **LIVE)
    measured = Measured(Shareable.CONSUMPTION, site, is_main, index, power, "sen1:ibis_bought")
    async_sheets(hass).offer_measured("ibis", lambda: [measured])


async def test_the_home_is_shared_first_by_its_index_and_live_by_its_power(
    hass: HomeAssistant, dashboard: Dashboard, friend: str
) -> None:
    measure_site(hass)
    add_sensor(
        hass,
        "attic",
        unit_of_measurement="°C",
        device_class="temperature",
        state_class="measurement",
    )
    told = await dashboard.choices()
    home, attic = told["what"]
    assert home == {
        "id": "consumption",
        "title": "Consumption of the home",
        "unit": "kWh",
        "direction": "consumption",
        "entity_id": "sensor.east",
        "live": True,
        "live_entity_id": "sensor.used",
        "is_later": False,
        "statistic_id": "sen1:ibis_bought",
        "shared_as": {},
    }
    assert (attic["id"], attic["direction"]) == ("sensor.attic", "none")
    (known,) = told["friends"]
    assert known["friend_id"] == friend
    assert told["asked"] == []

    for granularity in ("P1D", "live"):
        answer = await dashboard.share(friend, "consumption", granularity)
        assert isinstance(answer, dict), answer
    home, _ = (await dashboard.choices())["what"]
    assert list(home["shared_as"]) == ["P1D", "live"]
    sources = {
        publication_data(s)["unique_id"] for s in publications_of(dashboard.home.entry).values()
    }
    assert sources == {"east", "used"}


async def test_what_a_year_comes_to_is_shared_once_whatever_was_published_of_it(
    hass: HomeAssistant, dashboard: Dashboard, friend: str
) -> None:
    area = add_sensor(hass, "area", unit_of_measurement="kWh/m²", state_class="measurement")
    measured = Measured(Shareable.PER_AREA, "Ibis", True, area, None, None)
    async_sheets(hass).offer_measured("ibis", lambda: [measured])
    for _ in range(2):
        await dashboard.share(friend, "per_area")
        assert dashboard.published() == [("Consumption per square metre", "live")]
    (grant,) = dashboard.grants(friend)
    (year,) = (await dashboard.choices())["what"]
    assert year["shared_as"] == {"P1D": grant["publication"]}
    assert await dashboard.share(friend, "per_area", "PT1H") == "not_so_fine"


async def test_the_site_that_is_not_the_main_one_has_its_name_and_its_own_id(
    hass: HomeAssistant, dashboard: Dashboard
) -> None:
    measure_site(hass, site="School", is_main=False)
    (school,) = (await dashboard.choices())["what"]
    assert (school["id"], school["title"]) == (
        "consumption:ibis",
        "Consumption of the home, School",
    )


async def test_what_is_shared_comes_to_the_friend(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    dashboard: Dashboard,
    meter: Callable[[object], None],
) -> None:
    friend = await house.befriend(cooperative)
    await cooperative.befriend(house)
    answer = await dashboard.share(friend.subentry_id, "sensor.meter", "live")
    (account,) = (a for a in answer["accounts"] if a["entry_id"] == house.entry.entry_id)
    (series,) = account["shares"]
    (grant,) = series["grants"]
    assert (grant["friend_id"], grant["purpose"]) == (friend.subentry_id, "display")
    await until(lambda: (s := cooperative.state()) and s.state == "640")


async def test_one_sensor_is_never_published_twice_in_the_same_detail(
    hass: HomeAssistant, dashboard: Dashboard, friend: str
) -> None:
    add_sensor(hass, "meter_2", **LIVE)
    for granularity in ("P1D", "P1D", "PT1H", "P1D"):
        await dashboard.share(friend, "sensor.meter_2", granularity)
    assert dashboard.published() == [("meter 2", "P1D"), ("meter 2", "PT1H")]
    assert len(dashboard.grants(friend)) == 2


async def test_two_who_share_the_same_at_once_make_one_series(
    hass: HomeAssistant, dashboard: Dashboard, friend: str
) -> None:
    add_sensor(hass, "meter_2", **LIVE)
    await asyncio.gather(*(dashboard.share(friend, "sensor.meter_2") for _ in range(3)))
    assert dashboard.published() == [("meter 2", "P1D")]
    assert len(dashboard.grants(friend)) == 1


async def test_what_was_published_by_its_own_form_is_granted_and_not_made_anew(
    house: Home, dashboard: Dashboard, friend: str, meter: Callable[[object], None]
) -> None:
    known = await house.publish("sensor.meter", title="Mine")
    await dashboard.share(friend, "sensor.meter", "live")
    (grant,) = dashboard.grants(friend)
    assert grant["publication"] == publication_data(known)["publication"]
    assert dashboard.published() == [("Mine", "live")]


async def test_series_and_grant_are_there_together(
    hass: HomeAssistant, house: Home, dashboard: Dashboard, friend: str
) -> None:
    add_sensor(hass, "meter_2", **LIVE)
    written: list[tuple[int, int]] = []

    def look(now: Any = None) -> None:
        written.append((len(dashboard.published()), len(dashboard.grants(friend))))

    def on_change(_change: Any, _entry: Any) -> None:
        # Whatever is done next, a write to the disk too, comes after this turn of the loop.
        hass.loop.call_soon(look)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, on_change)
    await dashboard.share(friend, "sensor.meter_2")
    await until(lambda: len(written) == 2)
    assert written == [(1, 1), (1, 1)]


async def test_sharing_again_changes_the_terms_and_ends_a_pause(
    hass: HomeAssistant, house: Home, dashboard: Dashboard, friend: str
) -> None:
    add_sensor(hass, "meter_2", **LIVE)
    await dashboard.share(friend, "sensor.meter_2")
    (first,) = dashboard.grants(friend)
    await dashboard.ask(
        "change_grant",
        entry_id=house.entry.entry_id,
        friend=friend,
        publication=first["publication"],
        change="pause",
    )
    await dashboard.share(friend, "sensor.meter_2", purpose="ranking", retention_days=30)
    (grant,) = dashboard.grants(friend)
    assert (grant["purpose"], grant["retention_days"]) == ("ranking", 30)
    assert grant["begin"] == first["begin"]
    (pause,) = grant["pauses"]
    assert pause["end"] is not None


async def test_a_grant_names_the_texts_that_said_what_each_detail_tells(
    hass: HomeAssistant, dashboard: Dashboard, friend: str
) -> None:
    add_sensor(hass, "meter_2", **LIVE)
    await dashboard.share(friend, "sensor.meter_2", language="fr")
    (grant,) = dashboard.grants(friend)
    assert grant["notice"].split(" ")[0] == "fr"
    assert grant["notice"].split(" ")[2] == "selector.share_tells"


async def test_what_a_friend_lent_is_refused_by_name(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    hass_ws_client: WebSocketGenerator,
    meter: Callable[[object], None],
) -> None:
    await shared(house, cooperative)
    lent = cooperative.state().entity_id
    (friend,) = (s for s in cooperative.entry.subentries.values() if s.subentry_type == "friend")
    dashboard = Dashboard(hass, hass_ws_client, cooperative)
    assert await dashboard.share(friend.subentry_id, lent) == "not_to_forward"
    assert lent not in [row["id"] for row in (await dashboard.choices())["what"]]
    assert dashboard.published() == []
    assert dashboard.grants(friend.subentry_id) == []


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        pytest.param({"what": "sensor.none"}, "no_unique_id", id="no such sensor"),
        pytest.param({"what": "sensor.car"}, "tells_position", id="says where somebody is"),
        pytest.param({"what": "sensor.mood"}, "not_so_fine", id="a text has no mean"),
        pytest.param({"friend_id": "nobody"}, "not_found", id="no such friend"),
        pytest.param({"entry_id": "none"}, "not_found", id="no such account"),
        pytest.param({"purpose": "workshop"}, "age_needed", id="nobody said to be of age"),
        pytest.param({"purpose": "sale"}, "invalid_format", id="no such purpose"),
        pytest.param({"granularity": "PT5M"}, "invalid_format", id="no such detail"),
        pytest.param({"granularity": "PT10M"}, "invalid_format", id="a detail that is not offered"),
        pytest.param({"retention_days": 0}, "invalid_format", id="kept for no time"),
        pytest.param({"retention_days": 1099}, "invalid_format", id="kept for too long"),
        pytest.param({"retention_days": True}, "invalid_format", id="no number"),
        pytest.param({"until": "soon"}, "invalid_format", id="no day"),
        pytest.param({"until": 20261231}, "invalid_format", id="a number for a day"),
        pytest.param({"until": "2026-11-26T10:00"}, "invalid_format", id="a time for a day"),
        pytest.param({"is_of_age": "yes"}, "invalid_format", id="neither yes nor no"),
        pytest.param({"everything": True}, "invalid_format", id="what nobody knows"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_made(
    hass: HomeAssistant, dashboard: Dashboard, friend: str, given: dict[str, Any], refusal: str
) -> None:
    add_sensor(hass, "meter_2", **LIVE)
    add_sensor(hass, "mood")
    hass.states.async_set("sensor.mood", "good")
    add_sensor(hass, "car", **LIVE, latitude=47.7)
    asked = {"friend_id": friend, "what": "sensor.meter_2", **given}
    assert await dashboard.share(**asked) == refusal
    assert dashboard.published() == []
    assert dashboard.grants(friend) == []


@pytest.mark.parametrize(
    ("days", "refusal"),
    [
        pytest.param(-1, "end_is_past", id="yesterday"),
        pytest.param(0, None, id="today"),
        pytest.param(3 * 365, None, id="nearly three years"),
        pytest.param(3 * 366 + 1, "end_too_far", id="more than three years"),
    ],
)
async def test_a_share_ends_within_three_years(
    hass: HomeAssistant, dashboard: Dashboard, friend: str, days: int, refusal: str | None
) -> None:
    add_sensor(hass, "meter_2", **LIVE)
    until_day = (dt_util.now() + timedelta(days=days)).date().isoformat()
    answer = await dashboard.share(friend, "sensor.meter_2", until=until_day)
    assert answer == refusal if refusal else len(dashboard.grants(friend)) == 1


async def test_a_workshop_needs_whoever_decides_to_be_of_age(
    hass: HomeAssistant, dashboard: Dashboard, friend: str
) -> None:
    add_sensor(hass, "meter_2", **LIVE)
    await dashboard.share(friend, "sensor.meter_2", purpose="workshop", is_of_age=True)
    (grant,) = dashboard.grants(friend)
    assert grant["is_of_age"] is True


def wish(what: str, granularity: str = "P1D") -> AskedOfUs:
    """Return what somebody would like, since a while."""
    return AskedOfUs(what=what, granularity=granularity, at=time.time() - 60)


async def test_a_wish_waits_until_it_is_answered_or_refused(
    hass: HomeAssistant, house: Home, cooperative: Home, dashboard: Dashboard, friend: str
) -> None:
    measure_site(hass)
    house.runtime.store.content["asked_of_us"] |= {
        cooperative.account.jid: [wish("consumption", "PT1H"), wish("production")],
        "stranger@example.org": [wish("consumption")],
    }

    async def waiting() -> list[tuple[str, str]]:
        return [(one["what"], one["granularity"]) for one in (await dashboard.choices())["asked"]]

    assert await waiting() == [("consumption", "PT1H"), ("production", "P1D")]
    only = {"entry_id": house.entry.entry_id, "only_wishes": True}
    (alone,) = (await dashboard.ask("share_choices", **only))["accounts"]
    assert (len(alone["asked"]), alone["what"]) == (2, [])
    add_sensor(hass, "attic", device_class="temperature", unit_of_measurement="°C")
    await dashboard.share(friend, "sensor.attic")
    assert len(await waiting()) == 2
    await dashboard.share(friend, "consumption", "PT1H")
    assert await waiting() == [("production", "P1D")]
    refused = {"entry_id": house.entry.entry_id, "friend_id": friend, "what": "production"}
    for _ in range(2):
        assert await dashboard.ask("refuse_wish", **refused) is None
        assert await waiting() == []
    assert await dashboard.ask("refuse_wish", **(refused | {"friend_id": "no"})) == "not_found"


async def test_only_administrators_may_share(
    hass: HomeAssistant, house: Home, hass_ws_client: Any, hass_read_only_access_token: str
) -> None:
    client = await hass_ws_client(hass, hass_read_only_access_token)
    asked = {"friend_id": "a", "what": "a"}
    of = {"entry_id": house.entry.entry_id}
    share = {
        "granularity": "live",
        "until": "2027-01-01",
        "purpose": "display",
        "retention_days": 1,
    }
    for command, given in (
        ("share_choices", {}),
        ("share", of | asked | share),
        ("refuse_wish", of | asked),
    ):
        await client.send_json_auto_id({"type": f"sen1/{command}", **given})
        assert (await client.receive_json())["error"]["code"] == "unauthorized"


def test_the_coarsest_detail_that_serves_is_proposed() -> None:
    assert {purpose: coarsest_for(purpose) for purpose in PURPOSES} == {
        "display": "P1D",
        "ranking": "P1D",
        "investment": "P1D",
        "challenge": "P1D",
        "workshop": "live",
    }


ENERGY = {"device_class": "energy", "unit_of_measurement": "kWh"}
POWER = {"device_class": "power", "unit_of_measurement": "W"}


@pytest.mark.parametrize(
    ("name", "attributes", "direction"),
    [
        pytest.param("home_surplus", POWER, "production", id="surplus"),
        pytest.param("energie_injectee", ENERGY, "production", id="injected, in French"),
        pytest.param("linky_injected_index", ENERGY, "production", id="injected"),
        pytest.param("puissance_produite", POWER, "production", id="produced, in French"),
        pytest.param("roof_production", ENERGY, "production", id="production"),
        pytest.param("onduleur_2", POWER, "production", id="inverter"),
        pytest.param("pv_power", POWER, "production", id="photovoltaic"),
        pytest.param("self_consumed_energy", ENERGY, "consumption", id="used from the roof"),
        pytest.param("production_used", POWER, "consumption", id="production that is used"),
        pytest.param("east", ENERGY, "consumption", id="an index"),
        pytest.param("washing_machine", POWER, "consumption", id="an appliance"),
        pytest.param("plain", {"unit_of_measurement": "kWh"}, "consumption", id="unit alone"),
        pytest.param("battery_power", POWER, "none", id="a battery flows both ways"),
        pytest.param(
            "gas", {"device_class": "gas", "unit_of_measurement": "m³"}, "consumption", id="gas"
        ),
        pytest.param(
            "water",
            {"device_class": "water", "unit_of_measurement": "m³"},
            "consumption",
            id="water",
        ),
        pytest.param(
            "solar_panel_heat",
            {"device_class": "temperature", "unit_of_measurement": "°C"},
            "none",
            id="temperature",
        ),
        pytest.param("price_sold", {"unit_of_measurement": "EUR/kWh"}, "none", id="a price"),
    ],
)
async def test_the_direction_is_guessed_from_what_a_sensor_is(
    hass: HomeAssistant, name: str, attributes: dict[str, str], direction: str
) -> None:
    entity_id = add_sensor(hass, name, **attributes)
    state = hass.states.get(entity_id)
    assert state is not None
    assert await async_guessed_direction(hass, entity_id, state) == direction


async def test_what_a_site_measures_has_a_known_direction_whatever_its_name(
    hass: HomeAssistant,
) -> None:
    index = add_sensor(hass, "solar_something", **INDEX)
    measured = Measured(Shareable.CONSUMPTION, "Ibis", True, index, None, None)
    async_sheets(hass).offer_measured("ibis", lambda: [measured])
    state = hass.states.get(index)
    assert state is not None
    assert await async_guessed_direction(hass, index, state) == "consumption"


@pytest.mark.usefixtures("recorder_mock")
async def test_the_energy_dashboard_is_believed_before_names(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "energy", {})
    names = ("grid_in", "grid_out", "panels", "store_in", "store_out", "kettle")
    sensors = {name: add_sensor(hass, name, **INDEX) for name in names}
    manager = await async_get_manager(hass)
    manager.data = manager.default_preferences()
    sources: Any = [
        {
            "type": "grid",
            "flow_from": [{"stat_energy_from": sensors["grid_in"]}],
            "flow_to": [{"stat_energy_to": sensors["grid_out"]}],
        },
        {"type": "solar", "stat_energy_from": sensors["panels"]},
        {
            "type": "battery",
            "stat_energy_from": sensors["store_out"],
            "stat_energy_to": sensors["store_in"],
        },
    ]
    manager.data["energy_sources"] = sources
    manager.data["device_consumption"] = [{"stat_consumption": sensors["kettle"]}]
    guessed = {}
    for name, entity_id in sensors.items():
        state = hass.states.get(entity_id)
        assert state is not None
        guessed[name] = await async_guessed_direction(hass, entity_id, state)
    assert guessed == {
        "grid_in": "consumption",
        "grid_out": "production",
        "panels": "production",
        "store_in": "none",
        "store_out": "none",
        "kettle": "consumption",
    }
    sources[0] = {"type": "grid", "stat_energy_from": None, "stat_energy_to": sensors["grid_in"]}
    state = hass.states.get(sensors["grid_in"])
    assert state is not None
    assert await async_guessed_direction(hass, sensors["grid_in"], state) == "production"


@pytest.mark.usefixtures("meter")
async def test_the_single_form_proposes_the_guess_and_one_value_a_day(
    hass: HomeAssistant, house: Home
) -> None:
    surplus = add_sensor(hass, "home_surplus", **LIVE)
    flows = hass.config_entries.subentries
    flow = await flows.async_init((house.entry.entry_id, "publication"), context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"entity": surplus})
    assert flow["data_schema"] is not None
    suggested = {
        str(key): (key.description or {}).get("suggested_value")
        for key in flow["data_schema"].schema
    }
    assert (suggested["direction"], suggested["granularity"]) == ("production", "p1d")
