"""What a link offers: of the home, as fine as was chosen; its series is made with the link."""

from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.federation.config import (
    friend_data,
    friends_of,
    publication_data,
    publications_of,
)
from custom_components.sen1.federation.inviting.invitations import Invitations
from custom_components.sen1.sheets import Measured, Shareable, async_sheets

from ..conftest import Home, until
from ..showing.test_share import INDEX, add_sensor, measure_site
from ..test_exchange import shared

type Ask = Callable[..., Awaitable[Any]]

BY_DAY = {"what": "consumption", "granularity": "P1D"}
LIVE = {"what": "consumption", "granularity": "live"}
OF_A_YEAR = {"what": "per_area", "granularity": "P1Y"}


@pytest.fixture
async def ask(hass: HomeAssistant, hass_ws_client: WebSocketGenerator, house: Home) -> Ask:
    """Return what asks a command of the house's account; `invite` has a name for whom."""
    client = await hass_ws_client(hass)
    await until(lambda: house.runtime.session.is_online)

    async def asked(command: str, **fields: Any) -> Any:
        if command == "invite":
            of = {"entry_id": house.entry.entry_id, "label": "Foyer Héron"}
            fields = of | {"offers": [], "asks": [], **fields}
        await client.send_json_auto_id({"type": f"sen1/{command}", **fields})
        answer = await client.receive_json()
        return answer["result"] if answer["success"] else answer["error"]

    return asked


def account_in(answer: Any, house: Home) -> dict[str, Any]:
    """Return what is told of the house's account."""
    (account,) = (a for a in answer["accounts"] if a["entry_id"] == house.entry.entry_id)
    return dict(account)


def published(house: Home) -> list[tuple[str, str]]:
    """Return the entity and the granularity of each series."""
    known = (publication_data(subentry) for subentry in publications_of(house.entry).values())
    return [(data["unique_id"], data["granularity"]) for data in known]


def measure(hass: HomeAssistant, *measured: Measured) -> None:
    """Let a site be measured."""
    async_sheets(hass).offer_measured("ibis", lambda: list(measured))


def per_area(hass: HomeAssistant) -> str:
    """Let a site know what a year of it comes to for each square metre; return the entity."""
    entity_id = add_sensor(hass, "area", unit_of_measurement="kWh/m²", state_class="measurement")
    measure(hass, Measured(Shareable.PER_AREA, "Ibis", True, entity_id, None, None))
    return entity_id


async def test_the_home_is_offered_as_it_is_shared_the_coarsest_detail_first(
    hass: HomeAssistant, house: Home, ask: Ask
) -> None:
    measure_site(hass)
    add_sensor(hass, "attic", **INDEX)
    account = account_in(await ask("invitations", language="fr"), house)
    assert account["offers"] == [
        {
            "what": "consumption",
            "title": "Consommation du logement",
            "granularities": ["P1D", "PT1H", "live"],
            "shared_as": {},
        }
    ]
    assert account["series"] == []
    (shareable,) = (await ask("share_choices", language="fr"))["accounts"][:1]
    assert shareable["what"][0]["title"] == account["offers"][0]["title"]


async def test_where_no_site_is_known_there_is_nothing_to_offer(house: Home, ask: Ask) -> None:
    account = account_in(await ask("invitations"), house)
    assert (account["offers"], account["series"]) == ([], [])


async def test_a_series_is_made_with_the_link_and_nobody_receives_it_yet(
    hass: HomeAssistant, house: Home, ask: Ask
) -> None:
    measure_site(hass)
    answer = await ask("invite", offers=[BY_DAY])
    assert published(house) == [("east", "P1D")]
    (subentry,) = publications_of(house.entry).values()
    data = publication_data(subentry)
    assert (data["listed"], data["measurement"]["direction"]) == (False, "consumption")
    assert not friends_of(house.entry)
    account = account_in(answer, house)
    assert account["offers"][0]["shared_as"] == {"P1D": data["publication"]}
    assert account["series"] == []
    (made,) = account["invitations"]
    assert made["offers"] == [
        {"title": "Consumption of the home", "called": "home.consumption", "granularity": "P1D"}
    ]


async def test_no_series_is_made_twice_of_the_same_so_fine(
    hass: HomeAssistant, house: Home, cooperative: Home, ask: Ask
) -> None:
    measure_site(hass)
    friend = await house.befriend(cooperative)
    terms = {"until": "2099-01-01", "purpose": "display", "retention_days": 365}
    await ask("invite", offers=[BY_DAY, BY_DAY, LIVE])
    assert published(house) == [("east", "P1D"), ("used", "live")]
    await ask("invite", offers=[LIVE])
    given = {"entry_id": house.entry.entry_id, "friend_id": friend.subentry_id}
    await ask("share", **given, **BY_DAY, **terms)
    assert published(house) == [("east", "P1D"), ("used", "live")]
    offered = house.runtime.store.content["invitations"].values()
    assert [len(one["offers"]) for one in offered] == [2, 1]


async def test_what_is_a_series_already_and_nothing_of_the_home_stands_apart(
    hass: HomeAssistant, house: Home, ask: Ask
) -> None:
    measure_site(hass)
    attic = await house.publish(add_sensor(hass, "attic", **INDEX), title="Attic")
    used = await house.publish("sensor.used", title="Power")
    (data, power) = (publication_data(one) for one in (attic, used))
    account = account_in(await ask("invitations"), house)
    assert account["offers"][0]["shared_as"] == {"live": power["publication"]}
    assert account["series"] == [
        {
            "publication": data["publication"],
            "title": "Attic",
            "called": "",
            "granularity": "live",
        }
    ]
    answer = await ask("invite", offers=[LIVE], series=[data["publication"]])
    (made,) = account_in(answer, house)["invitations"]
    assert [one["title"] for one in made["offers"]] == ["Power", "Attic"]
    assert len(published(house)) == 2


@pytest.mark.parametrize("is_known", [True, False])
async def test_the_figure_of_a_year_is_offered_as_one_however_it_is_told(
    hass: HomeAssistant, house: Home, ask: Ask, is_known: bool
) -> None:
    entity_id = per_area(hass)
    if is_known:
        await house.publish(entity_id, title="Our kWh/m²")
    account = account_in(await ask("invitations"), house)
    (offer,) = account["offers"]
    assert (offer["what"], offer["granularities"]) == ("per_area", ["P1Y"])
    assert account["series"] == []
    answer = await ask("invite", offers=[OF_A_YEAR])
    (made,) = account_in(answer, house)["invitations"]
    title, called = "Consumption per square metre", "home.per_area"
    if is_known:
        title, called = "Our kWh/m²", ""
    assert made["offers"] == [{"title": title, "called": called, "granularity": "P1Y"}]
    assert published(house) == [("area", "live")]


async def test_the_figure_of_a_year_that_is_no_more_offered_as_one_of_the_home_is_no_finer(
    hass: HomeAssistant, house: Home, ask: Ask
) -> None:
    await house.publish(per_area(hass), title="Our kWh/m²")
    measure(hass)
    (series,) = account_in(await ask("invitations"), house)["series"]
    assert (series["title"], series["granularity"]) == ("Our kWh/m²", "P1Y")


@pytest.mark.parametrize(
    ("offer", "refusal"),
    [
        pytest.param({**LIVE, "what": "per_area"}, "offer_not_so_fine", id="a year, live"),
        pytest.param({**OF_A_YEAR, "what": "consumption"}, "offer_not_so_fine", id="coarser"),
        pytest.param({**BY_DAY, "what": "production"}, "offer_refused", id="not measured"),
    ],
)
async def test_what_cannot_be_offered_is_refused_and_no_link_is_made(
    hass: HomeAssistant, house: Home, ask: Ask, offer: dict[str, str], refusal: str
) -> None:
    per_area(hass)
    index = add_sensor(hass, "east", **INDEX)
    used = Measured(Shareable.CONSUMPTION, "Ibis", True, index, None, None)
    area = Measured(Shareable.PER_AREA, "Ibis", True, "sensor.area", None, None)
    measure(hass, used, area)
    answer = await ask("invite", offers=[BY_DAY, offer])
    assert answer["translation_key"] == refusal
    assert published(house) == []
    assert not house.runtime.store.content["invitations"]


async def test_what_a_friend_lent_is_not_offered_and_refused_by_its_name(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    ask: Ask,
    meter: Callable[[object], None],
) -> None:
    await shared(house, cooperative)
    await until(lambda: cooperative.state() is not None)
    lent = cooperative.state().entity_id
    measure(hass, Measured(Shareable.CONSUMPTION, "Ibis", True, lent, None, None))
    account = account_in(await ask("invitations"), house)
    assert account["offers"] == []
    answer = await ask("invite", offers=[BY_DAY], language="fr")
    assert answer["translation_key"] == "offer_lent"
    assert answer["translation_placeholders"] == {"title": "Consommation du logement"}


async def test_who_comes_to_what_was_made_is_granted_it(
    hass: HomeAssistant, house: Home, cooperative: Home, ask: Ask
) -> None:
    measure_site(hass)
    answer = await ask("invite", offers=[BY_DAY])
    made = answer["id"]
    token = house.runtime.store.content["invitations"][made]["token"]
    assert house.runtime[Invitations].take(cooperative.account.jid, token)
    (friend,) = friends_of(house.entry).values()
    (grant,) = friend_data(friend)["grants"]
    (publication,) = publications_of(house.entry)
    assert (grant["publication"], grant["purpose"]) == (publication, "display")
