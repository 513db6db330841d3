"""Shares told by an organiser to its members, between real servers, by the dashboard's commands."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.sen1.app.next_steps import NextStep, async_next_steps
from custom_components.sen1.app.shares import async_diagnostics
from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.config import publication_data
from custom_components.sen1.federation.organising.registers import Registers
from custom_components.sen1.federation.participating.participations import Participations
from custom_components.sen1.federation.talk.post import Post
from custom_components.sen1.protocol.collecting.register import (
    Held,
    RegisterSeen,
    SharesRegister,
    register_seen_to_element,
    register_to_element,
)
from custom_components.sen1.protocol.model import PublicationId

from ..conftest import Home, until
from ..participating.test_commands import Ask, page as page_fixture
from ..test_investment import SHEET, roof
from .conftest import (
    COLLECTION,
    Newcomer,
    ask,
    change,
    collect,
    granted,
    is_member,
    join,
    members,
)

page = page_fixture

type Meter = Callable[[object], None]

LIST = "Nom;Parts ONCIME;Dividendes ONCIME;Payées le ONCIME\n{}"
ANNE = "Anne Riou;11;35,20;01/03/2024\n"


@dataclass
class Told:
    """A cooperative with a roof, and a house that takes part and is on its list."""

    hass: HomeAssistant
    page: Ask
    house: Home
    cooperative: Home
    roof: ConfigSubentry
    meter: ConfigSubentry
    collection: ConfigSubentry
    participation: str

    @property
    def project(self) -> PublicationId:
        return publication_data(self.roof)["publication"]

    async def ask_coop(self, command: str, **given: Any) -> Any:
        """Ask something of the treasurer's page."""
        return await self.page(command, subentry_id=self.collection.subentry_id, **given)

    async def take(self, *rows: str) -> Any:
        """Import a list."""
        return await self.ask_coop("import_members", text=LIST.format("".join(rows)))

    async def tell(self, *numbers: int) -> Any:
        """Have these members told, and whoever the list names by address."""
        return await self.ask_coop("tell_shares", seen=await self.seen(*numbers))

    async def seen(self, *numbers: int) -> dict[str, str]:
        """Return what stands for these members as the treasurer sees them, and their rows."""
        (one,) = (await self.page("collections"))["collections"]
        return {
            str(member["number"]): member["register"]["seen"]
            for member in one["members"]
            if member["number"] in numbers and member["register"]
        }

    async def shares(self) -> list[dict[str, Any]]:
        """Return what the house is said to hold."""
        found = (await self.page("register"))["shares"]
        return [one for one in found if one["subentry_id"] == self.participation]

    async def share(self, **wanted: Any) -> dict[str, Any]:
        """Return the one share once it is as wanted."""

        async def found() -> dict[str, Any] | None:
            for one in await self.shares():
                if all(one[key] == value for key, value in wanted.items()):
                    return one
            return None

        said: dict[str, Any] = await until(found)
        return said

    async def answer(self, shares: int, *, is_right: bool) -> Any:
        """Say whether so many shares are right."""
        return await self.page(
            "answer_shares",
            subentry_id=self.participation,
            project=self.project,
            shares=shares,
            is_right=is_right,
        )

    async def state(self, number: int, wanted: str) -> dict[str, Any]:
        """Return how a member is with its shares on the treasurer's page, once it is so."""

        async def found() -> dict[str, Any] | None:
            (one,) = (await self.page("collections"))["collections"]
            (member,) = (row for row in one["members"] if row["number"] == number)
            told = member["register"]
            return told if (told or {}).get("state") == wanted else None

        said: dict[str, Any] = await until(found)
        return said

    def parts(self, home: Home | None = None) -> list[ConfigSubentry]:
        """Return the parts of projects of a home."""
        entry = (home or self.house).entry
        return [one for one in entry.subentries.values() if one.subentry_type == "shareholding"]

    def steps(self) -> list[NextStep]:
        return [one for one in async_next_steps(self.hass) if one.step == "shares"]


type Begin = Callable[..., Awaitable[Told]]


@pytest.fixture
def begin(hass: HomeAssistant, page: Ask, house: Home, cooperative: Home, meter: Meter) -> Begin:
    """Return what lets the house take part under a name, with the roof given back or not."""

    async def begun(name: str = "Anne Riou", *, gives_back: bool = True) -> Told:
        er.async_get(hass).async_get_or_create("sensor", "test", "roof", suggested_object_id="roof")
        roof(hass, 1000)
        shared = await cooperative.publish("sensor.roof", title="ONCIME", project=SHEET)
        given = [shared] if gives_back else []
        collection = collect(cooperative, [ask()], *given)
        series = await house.publish("sensor.meter")
        joined = await join(house, cooperative, collection, name=name, consumption=series)
        await is_member(cooperative, house)
        return Told(hass, page, house, cooperative, shared, series, collection, joined)

    return begun


def held_by(told: Told, home: Home) -> Any:
    """Return what a home was told that it holds."""
    (part,) = home.runtime[Participations].taken.values()
    return part.get("register")


async def test_what_is_confirmed_becomes_exactly_that_part(begin: Begin) -> None:
    told = await begin()
    answer = await told.take(ANNE)
    assert (answer["matched"], answer["unknown"]) == (1, [])
    # A list that was taken tells nobody anything.
    assert (await told.state(1, "untold"))["holdings"] == [{"project": told.project, "shares": 11}]
    assert not await told.shares()
    await told.tell(1)
    share = await told.share(state="asked", awaits=None)
    assert (share["title"], share["shares"], share["paid_on"]) == ("ONCIME", 11, "2024-03-01")
    assert (share["dividends"], share["currency"]) == (35.2, "EUR")
    assert (share["organiser"], share["held"]) == ("test home", None)
    assert [(one.state, one.what) for one in told.steps()] == [("yours", "ONCIME")]
    assert not told.parts()
    assert (await told.state(1, "asked"))["at"] is None

    (confirmed,) = (await told.answer(11, is_right=True))["shares"]
    assert (confirmed["state"], confirmed["held"]) == ("confirmed", 11)
    (part,) = told.parts()
    registry = er.async_get(told.hass)
    refs = {
        key: registry.async_get(told.house.state(name).entity_id)
        for key, name in (("project", f"{told.project}_project"), ("energy", "reading"))
    }
    assert part.title == "ONCIME"
    assert part.data == {
        "shares": 11,
        "paid_on": "2024-03-01",
        "dividends": 35.2,
        "told": {"by": "test home", "confirmed": confirmed["at"], "news": []},
        **{key: found.id for key, found in refs.items() if found},
    }
    assert not told.steps()
    assert (await told.state(1, "confirmed"))["at"] == confirmed["at"]
    invested = await until(lambda: told.house.state("invested"))
    assert (invested.state, invested.attributes["project"]) == ("2750.00", 40_000)
    entity_id = registry.async_get_entity_id("sensor", DOMAIN, f"{part.subentry_id}_shares")
    assert entity_id is not None
    shares = told.hass.states.get(entity_id)
    assert shares is not None
    assert shares.attributes["told"] == part.data["told"]
    # Pressed again, it is the same part.
    await told.answer(11, is_right=True)
    assert told.parts() == [part]
    for home in (told.house, told.cooperative):
        assert not home.runtime.journal.refusals


async def test_dividends_and_news_fill_the_page_and_other_shares_ask_again(begin: Begin) -> None:
    told = await begin()
    await told.take(ANNE)
    await told.tell(1)
    await told.share(state="asked", awaits=None)
    await told.answer(11, is_right=True)
    (part,) = told.parts()
    assert await told.ask_coop("project_news", project=told.project, text=" We mend it. ") == {
        "told": 1
    }
    await told.take("Anne Riou;11;70,40;01/03/2024\n")
    await until(lambda: told.parts()[0].data["dividends"] == 70.4)
    await until(lambda: told.parts()[0].data["told"]["news"])
    ((news,),) = (one.data["told"]["news"] for one in told.parts())
    assert news["text"] == "We mend it."
    (share,) = await told.shares()
    assert (share["state"], share["news"]) == ("confirmed", [news])
    assert not told.steps()

    await told.take("Anne Riou;12;75;01/03/2024\n")
    await told.share(state="asked", shares=12, held=11)
    assert len(told.steps()) == 1
    assert told.parts()[0].data["shares"] == 11
    assert told.parts()[0].data["dividends"] == 70.4
    await told.state(1, "asked")
    # What was asked before is no answer to this.
    assert await told.answer(11, is_right=True) == "no_such_collection"
    await told.answer(12, is_right=True)
    (changed,) = told.parts()
    assert changed.subentry_id == part.subentry_id
    assert (changed.data["shares"], changed.data["dividends"]) == (12, 75)
    await told.state(1, "confirmed")


async def test_what_is_contested_is_told_and_makes_nothing(begin: Begin) -> None:
    told = await begin()
    await told.take(ANNE)
    await told.tell(1)
    await told.share(state="asked", awaits=None)
    (share,) = (await told.answer(11, is_right=False))["shares"]
    assert (share["state"], share["held"]) == ("contested", None)
    assert not told.parts()
    assert not told.steps()
    assert (await told.state(1, "contested"))["at"] == share["at"]
    # A new list with other shares is another question, and the organiser's to wait for.
    await told.take("Anne Riou;9;;01/03/2024\n")
    await told.share(state="asked", shares=9)
    await told.state(1, "asked")
    assert not told.parts()


async def test_a_name_alone_tells_nobody_whose_shares_are_whose(
    begin: Begin, newcomer: Newcomer
) -> None:
    told = await begin(name="")
    other = await newcomer("heron")
    copy = ConfigSubentry(
        data=told.meter.data, subentry_type="publication", title="Meter", unique_id=None
    )
    told.hass.config_entries.async_add_subentry(other.entry, copy)
    # Somebody with the link calls itself as a shareholder is called.
    await join(other, told.cooperative, told.collection, name="Anne Riou", consumption=copy)
    await is_member(told.cooperative, other)
    address = str(told.house.account.jid)
    text = f"Nom;Parts;Adresse\nAnne Riou;11;\nPaul Guégan;4;{address}\n"
    await told.ask_coop("import_members", text=text)
    await told.tell()
    await told.share(state="asked", shares=4)
    await told.state(2, "untold")
    assert held_by(told, other) is None
    # The list is looked at again, and again nothing is told for a name.
    await told.ask_coop("import_members", text=text)
    await told.ask_coop("project_news", project=told.project, text="Hello")
    await until(lambda: (held_by(told, told.house) or {}).get("news"))
    assert held_by(told, other) is None
    await told.tell(2)
    await until(lambda: held_by(told, other))
    for home, shares in ((told.house, 4), (other, 11)):
        (held,) = held_by(told, home)["holdings"]
        assert held["shares"] == shares
    assert len(held_by(told, told.house)["holdings"]) == 1
    # Who is on the list no more holds nothing more.
    await told.take("Anne Riou;11;;\n")
    await until(lambda: not held_by(told, told.house)["holdings"])
    assert not await told.shares()


async def test_who_takes_another_name_before_the_press_is_told_nothing(begin: Begin) -> None:
    told = await begin("Eve")
    await told.take(ANNE, "Eve;1;;\n")
    seen = await told.seen(1)
    # Eve says to be Anne, after the treasurer has read who she is.
    collected = told.cooperative.runtime.store.content["collected"][COLLECTION]
    collected[told.house.account.jid]["name"] = "Anne Riou"
    assert await told.ask_coop("tell_shares", seen=seen) == "members_changed"
    # A list that says otherwise by now is no longer what was seen either.
    seen = await told.seen(1)
    await told.take("Anne Riou;12;;\n")
    assert await told.ask_coop("tell_shares", seen=seen) == "members_changed"
    assert held_by(told, told.house) is None
    await told.tell(1)
    held = await until(lambda: held_by(told, told.house))
    assert [one["shares"] for one in held["holdings"]] == [12]


async def test_of_a_project_that_is_not_granted_yet_it_is_said_what_is_awaited(
    begin: Begin,
) -> None:
    told = await begin(gives_back=False)
    assert await told.tell(1) == "no_projects"
    await told.take(ANNE)
    organiser = told.cooperative.runtime
    held = Held(told.project, "ONCIME", 11, date(2024, 3, 1))
    organiser[Post].tell(
        told.house.account.jid,
        register_to_element(SharesRegister(COLLECTION, 1, (held,))),
    )
    await told.share(state="asked", awaits="series")
    (share,) = (await told.answer(11, is_right=True))["shares"]
    assert (share["state"], share["awaits"]) == ("confirmed", "series")
    assert not told.parts()
    change(told.cooperative, told.collection, grants=granted(told.roof))
    (part,) = await until(told.parts)
    assert part.data["shares"] == 11
    assert (await told.share(held=11))["awaits"] is None


async def test_what_the_household_typed_or_removed_itself_is_its_own(begin: Begin) -> None:
    told = await begin()
    await told.take(ANNE)
    await told.tell(1)
    await told.share(state="asked", awaits=None)
    flows = told.hass.config_entries.subentries
    project = er.async_get(told.hass).async_get(told.house.state("project").entity_id)
    assert project is not None
    flow = await flows.async_init(
        (told.house.entry.entry_id, "shareholding"), context={"source": "user"}
    )
    flow = await flows.async_configure(flow["flow_id"], {"project": project.id})
    typed = {"name": "Mine", "shares": 10, "energy": told.house.state("reading").entity_id}
    await flows.async_configure(flow["flow_id"], typed)
    assert (await told.share(state="asked"))["held"] == 10
    await told.answer(11, is_right=True)
    (part,) = told.parts()
    assert (part.title, part.data["shares"], part.data["dividends"]) == ("Mine", 11, 35.2)

    async def retype(shares: int) -> ConfigSubentry:
        flow = await flows.async_init(
            (told.house.entry.entry_id, "shareholding"),
            context={"source": "reconfigure", "subentry_id": part.subentry_id},
        )
        await flows.async_configure(flow["flow_id"], {**typed, "shares": shares})
        return told.parts()[0]

    assert "told" in (await retype(11)).data
    assert "told" not in (await retype(13)).data
    await told.ask_coop("project_news", project=told.project, text="Hello")
    await told.share(held=13)
    await until(lambda: (held_by(told, told.house) or {}).get("news"))
    assert told.parts()[0].data["shares"] == 13
    told.hass.config_entries.async_remove_subentry(told.house.entry, part.subentry_id)
    await told.ask_coop("project_news", project=told.project, text="Again")
    await until(lambda: len(held_by(told, told.house)["news"]) == 2)
    assert not told.parts()
    await told.answer(11, is_right=True)
    assert [one.data["shares"] for one in told.parts()] == [11]


async def test_an_answer_while_the_organiser_is_away_reaches_it_and_a_restart_loses_none(
    begin: Begin,
) -> None:
    told = await begin()
    await told.take(ANNE)
    await told.tell(1)
    await told.share(state="asked", awaits=None)
    entries = told.hass.config_entries
    await until(
        lambda: told.cooperative.runtime.store.content["registers"][COLLECTION]["members"]["1"][
            "seen"
        ]
    )
    await entries.async_unload(told.cooperative.entry.entry_id)
    await told.answer(11, is_right=True)
    await entries.async_reload(told.house.entry.entry_id)
    assert (await told.share(state="confirmed"))["held"] == 11
    await entries.async_setup(told.cooperative.entry.entry_id)
    await told.state(1, "confirmed")
    assert len(told.parts()) == 1
    assert told.cooperative.runtime[Registers].diagnostics()["registers"] == [
        {"told": 1, "seen": 1, "answers": {"confirmed": 1, "contested": 0}}
    ]
    assert (await async_diagnostics(told.hass, told.house.entry))["shares"] == {
        "told": 1,
        "asked": 0,
        "confirmed": 1,
        "made": 1,
    }


async def test_who_leaves_keeps_its_part_and_is_known_to_hold_nothing(begin: Begin) -> None:
    told = await begin()
    await told.take(ANNE)
    await told.tell(1)
    await told.share(state="asked", awaits=None)
    await told.answer(11, is_right=True)
    await told.state(1, "confirmed")
    kept = told.cooperative.runtime.store.content["registers"][COLLECTION]["members"]
    told.house.runtime[Participations].leave(told.participation)
    await until(lambda: not members(told.cooperative))
    await until(lambda: not kept)
    assert not await told.shares()
    (part,) = told.parts()
    assert part.data["shares"] == 11


async def test_only_its_organiser_tells_a_home_what_it_holds(
    begin: Begin, newcomer: Newcomer
) -> None:
    told = await begin()
    other = await newcomer("heron")
    await told.house.befriend(other)
    friend = await other.befriend(told.house)
    assert friend
    await until(lambda: other.runtime.trust.signs(told.house.account.jid))
    await until(lambda: told.house.runtime.trust.signs(other.account.jid))
    held = Held(told.project, "ONCIME", 900)
    forged = register_to_element(SharesRegister(COLLECTION, 9, (held,)))
    other.runtime[Post].tell(told.house.account.jid, forged)
    await until(lambda: told.house.runtime.refusals["stranger"] == 1)
    assert not await told.shares()
    # Nor does anybody but a member say what it was told, nor of what it never was.
    seen = register_seen_to_element(RegisterSeen(COLLECTION, 1))
    told.house.runtime[Post].tell(told.cooperative.account.jid, seen)
    await until(lambda: told.cooperative.runtime.refusals["stranger"] == 1)
    await told.take(ANNE)
    await told.tell(1)
    await told.share(state="asked")
    ahead = register_seen_to_element(RegisterSeen(COLLECTION, 2))
    told.house.runtime[Post].tell(told.cooperative.account.jid, ahead)
    await until(lambda: told.cooperative.runtime.refusals["bad_register"] == 1)


async def test_news_of_a_project_reach_those_who_hold_shares_in_it(begin: Begin) -> None:
    told = await begin()
    news = {"project": told.project, "text": "Hello"}
    assert await told.ask_coop("project_news", **news) == "no_holders"
    await told.take(ANNE)
    assert await told.ask_coop("project_news", **news) == "no_holders"
    await told.tell(1)
    assert await told.ask_coop("project_news", **news | {"project": "roof"}) == "no_projects"
    assert await told.ask_coop("project_news", **news) == {"told": 1}
    await until(lambda: (held_by(told, told.house) or {}).get("news"))
    (said,) = (await told.share(state="asked"))["news"]
    assert said["text"] == "Hello"
