"""The demo to be looked at in a browser: with a guest, and a question that awaits an answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from .association import Association
from .demo import FILLED_BACK_S, Demo, exchange
from .home import DOMAIN, Home
from .home_assistant import HomeAssistant
from .relatives import Relatives
from .tic_meter import TicMeter
from .waiting import until

GUEST = ("lea", "lea")
"""A person who is no administrator: name and password."""

ASKED = "consumption"
"""What the cooperative asks of the house, who has not answered yet."""


@dataclass
class Stage:
    """What a test looks at."""

    house: Home
    cooperative: Home
    association: Association
    relatives: Relatives
    """Who have no reader at any meter."""
    entities: dict[str, str]
    """The first entity of the house that means something, by its translation key."""

    @property
    def page(self) -> HomeAssistant:
        """Return the house's Home Assistant."""
        return self.house.home_assistant

    async def filled_back(self) -> None:
        """Wait until the two years of the projects have come."""
        await until(
            lambda: all(figure.agrees for figure in self.association.figures()),
            "the two years of the projects have come",
            within=FILLED_BACK_S,
        )


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Run the demo, with time standing still at its meters."""
    async with exchange(None) as demo:
        yield await staged(demo)


async def staged(demo: Demo) -> Stage:
    """Let time stand still at the meters of a demo; add the guest and the question."""
    assert demo.association is not None
    assert demo.relatives is not None
    house, association = demo.house, demo.association
    page = house.home_assistant
    entities: dict[str, str] = {}
    for row in await page.command("config/entity_registry/list"):
        is_shown = not row["entity_id"].startswith("event.")
        if row["platform"] == DOMAIN and row["translation_key"] and is_shown:
            entities.setdefault(row["translation_key"], row["entity_id"])
    await house.publish(ASKED, entities["consumption"])
    await house.offer(ASKED)
    await demo.cooperative.ask(house, ASKED, "workshop")
    await add_guest(page)
    assert isinstance(house.meter, TicMeter)
    house.meter.household.freeze()
    association.freeze()
    return Stage(house, demo.cooperative, association, demo.relatives, entities)


async def add_guest(page: HomeAssistant) -> None:
    """Add a person who is no administrator."""
    name, password = GUEST
    user = await page.command("config/auth/create", name="Léa", group_ids=["system-users"])
    await page.command(
        "config/auth_provider/homeassistant/create",
        user_id=user["user"]["id"],
        username=name,
        password=password,
    )
