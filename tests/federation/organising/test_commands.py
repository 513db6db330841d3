"""A collection followed by the commands of the dashboard: who came, how, who is expected."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.sen1.federation.config import collection_data
from custom_components.sen1.federation.organising.collections import Collections
from custom_components.sen1.federation.participating.participations import Participations
from custom_components.sen1.protocol.links import parse_link

from ..conftest import Home, until
from ..organising.conftest import ask, change, collect, is_member, join, series_of
from ..participating.test_commands import Ask, page as page_fixture

page = page_fixture

STATES = ("up_to_date", "silent", "waiting", "paused")


async def told_of(page: Ask) -> dict[str, Any]:
    """Return the one collection as its page has it."""
    found: dict[str, Any]
    (found,) = (await page("collections"))["collections"]
    return found


async def joined(
    cooperative: Home, house: Home, name: str = "", **asks: Any
) -> tuple[ConfigSubentry, str, ConfigSubentry]:
    """Let the house take part with its meter; return the collection, the id and the series."""
    subentry = collect(cooperative, [ask(**asks), ask("production")])
    series = await house.publish("sensor.meter")
    participation = await join(house, cooperative, subentry, name=name, consumption=series)
    await is_member(cooperative, house)
    return subentry, participation, series


async def test_before_anybody_came_all_is_said_that_is_to_be_sent(
    page: Ask, cooperative: Home
) -> None:
    subentry = collect(cooperative)
    told = await told_of(page)
    assert (told["title"], told["account"], told["charter_version"]) == ("Lucioles", "test home", 1)
    assert told["counts"] == {"came": 0, "expected": None, **dict.fromkeys(STATES, 0)}
    assert (told["members"], told["absent"], told["shares"]) == ([], [], None)
    assert (told["coverage"], told["imported_at"]) == (None, None)
    link = parse_link(told["link"])
    assert link is not None
    assert link.collection == subentry.data["collection"]
    assert set(told["qr"][0]) <= {"0", "1"}
    for language, word in (("fr", "invite à participer"), ("en", "invites you to take part")):
        assert word in told["text"][language]
        assert told["link"] in told["text"][language]
    (asked,) = told["asks"]
    assert asked == {
        "what": "consumption",
        "granularity": "live",
        "past_days": 0,
        "needed": False,
    }


async def test_whether_there_is_a_collection_is_answered_without_its_members(
    page: Ask, cooperative: Home
) -> None:
    assert await page("collections", only_titles=True) == {"collections": []}
    subentry = collect(cooperative)
    assert await page("collections", only_titles=True) == {
        "collections": [{"subentry_id": subentry.subentry_id, "title": "Lucioles", "silent": 0}]
    }


async def test_a_member_is_up_to_date_and_what_it_does_not_give_is_said(
    page: Ask, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    await joined(cooperative, house, "Anne Riou")
    await series_of(cooperative, house)
    told = await told_of(page)
    assert told["counts"] == {
        "came": 1,
        "expected": None,
        **dict.fromkeys(STATES, 0),
        "up_to_date": 1,
    }
    (member,) = told["members"]
    assert (member["number"], member["name"], member["state"]) == (1, "Anne Riou", "up_to_date")
    assert (member["gives"], member["shares"]) == (["consumption"], None)
    assert member["last"] is not None
    assert member["lacks"]["reason"] == "no_production"
    (entity_id,) = member["entities"]
    await until(lambda: (s := cooperative.hass.states.get(entity_id)) and s.state == "640")


async def test_a_new_charter_that_is_not_agreed_to_is_said_before_what_is_optional(
    page: Ask, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    subentry, *_ = await joined(cooperative, house)
    await series_of(cooperative, house)
    change(cooperative, subentry, charter="Means.", charter_version=2, revision=2)
    (member,) = (await told_of(page))["members"]
    assert (member["state"], member["lacks"]["reason"]) == ("up_to_date", "charter")
    assert member["charter_version"] == 1


async def test_who_pauses_is_paused_since_then(
    page: Ask, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    _, participation, series = await joined(cooperative, house)
    await series_of(cooperative, house)
    await page(
        "change_grant",
        entry_id=house.entry.entry_id,
        friend=participation,
        publication=series.data["publication"],
        change="pause",
    )

    async def paused() -> Any:
        (member,) = (await told_of(page))["members"]
        return member["state"] == "paused" and member

    member = await until(paused)
    assert member["lacks"]["reason"] == "by_member"
    since = dt_util.parse_datetime(member["lacks"]["since"])
    assert since is not None
    assert dt_util.utcnow() - since < timedelta(minutes=5)


async def test_a_sensor_without_a_value_waits(
    hass: HomeAssistant,
    page: Ask,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
) -> None:
    subentry = collect(cooperative)
    series = await house.publish("sensor.meter")
    meter("unavailable")
    await join(house, cooperative, subentry, consumption=series)
    await is_member(cooperative, house)
    told = await told_of(page)
    assert told["counts"]["waiting"] == 1
    (member,) = told["members"]
    assert (member["state"], member["last"]) == ("waiting", None)


LIST = "N°;Nom;Parts\n;Anne RIOU;10\n;Jean Caradec;3\n;Lucie;-1\n"


async def test_a_list_says_who_is_absent_and_how_many_shares_came(
    page: Ask, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    subentry, *_ = await joined(cooperative, house, "Anne Riou")
    told = await page("import_members", subentry_id=subentry.subentry_id, text=LIST)
    assert (told["rows"], told["matched"]) == (2, 1)
    assert told["refused"] == [{"row": 4, "reason": "bad_shares"}]
    (collection,) = told["collections"]
    assert (collection["counts"]["came"], collection["counts"]["expected"]) == (1, 2)
    assert collection["shares"] == {"came": 10, "all": 13}
    assert collection["members"][0]["shares"] == 10
    # Of whom its own name says who it is, nothing can be undone.
    assert collection["members"][0]["matched"] is None
    assert collection["absent"] == [{"row": 1, "number": None, "name": "Jean Caradec", "shares": 3}]
    assert collection["imported_at"] is not None
    assert cooperative.runtime[Collections].sheet(subentry).expected == 2


async def test_who_gave_no_name_is_matched_by_hand_and_stays_so_with_a_new_list(
    page: Ask, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    subentry, *_ = await joined(cooperative, house)
    of_this = {"subentry_id": subentry.subentry_id}
    told = await page("import_members", **of_this, text=LIST)
    assert told["matched"] == 0
    jean = {**of_this, "row": 1, "name": "Jean Caradec"}
    assert await page("match_member", **jean, number=7) == "no_such_collection"
    assert await page("match_member", **jean | {"row": 9}, number=1) == "no_such_collection"
    assert await page("match_member", **jean | {"row": 0}, number=1) == "members_changed"
    (collection,) = (await page("match_member", **jean, number=1))["collections"]
    assert [row["name"] for row in collection["absent"]] == ["Anne RIOU"]
    assert (collection["members"][0]["name"], collection["members"][0]["shares"]) == ("", 3)
    assert collection["members"][0]["matched"] == {"row": 1, "name": "Jean Caradec"}

    told = await page("import_members", **of_this, text="Nom,Parts\nCaradec Jean,4\n")
    assert told["matched"] == 1
    (collection,) = told["collections"]
    assert (collection["shares"], collection["absent"]) == ({"came": 4, "all": 4}, [])
    (collection,) = (await page("match_member", **of_this, row=0, name="Caradec Jean"))[
        "collections"
    ]
    assert collection["members"][0]["shares"] is None
    assert collection["members"][0]["matched"] is None


async def test_a_list_is_read_before_it_replaces_anything_and_can_be_put_back(
    page: Ask, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    subentry, *_ = await joined(cooperative, house)
    of_this = {"subentry_id": subentry.subentry_id}
    assert await page("restore_members", **of_this) == "members_changed"
    await page("import_members", **of_this, text=LIST)
    await page("match_member", **of_this, row=1, name="Jean Caradec", number=1)
    garbage = "\x89PNG\r\n"
    told = await page("preview_members", **of_this, text=garbage)
    assert (told["rows"], told["before"], told["lost"]) == (1, 2, ["Jean Caradec"])
    assert (await told_of(page))["counts"]["expected"] == 2
    (collection,) = (await page("import_members", **of_this, text=garbage))["collections"]
    assert (collection["counts"]["expected"], collection["members"][0]["matched"]) == (1, None)
    (collection,) = (await page("restore_members", **of_this))["collections"]
    assert collection["counts"]["expected"] == 2
    assert collection["members"][0]["matched"] == {"row": 1, "name": "Jean Caradec"}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("", "list_empty", id="empty"),
        pytest.param("17;Jean;3\n", "list_heads_needed", id="no heads"),
        pytest.param("Nom\n" + "Anne\n" * 2001, "list_too_long", id="too long"),
    ],
)
async def test_a_list_that_is_none_leaves_the_one_before(
    page: Ask, cooperative: Home, text: str, key: str
) -> None:
    subentry = collect(cooperative)
    await page("import_members", subentry_id=subentry.subentry_id, text=LIST)
    assert await page("import_members", subentry_id=subentry.subentry_id, text=text) == key
    assert (await told_of(page))["counts"]["expected"] == 2


async def test_what_members_gave_is_held_counted_and_erased_as_of_friends(
    page: Ask, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    subentry, *_ = await joined(cooperative, house)
    series = await series_of(cooperative, house)
    statistic, of_this = series.statistic_id, cooperative.entry.entry_id

    async def held() -> list[dict[str, Any]]:
        accounts = (await page("sharing"))["accounts"]
        (holds,) = (one["holds"] for one in accounts if one["entry_id"] == of_this)
        return [one for one in holds if one["friend_id"] == subentry.subentry_id]

    (row,) = await held()
    told = ("friend", "publication", "count", "members", "status")
    assert [row[key] for key in told] == ["Lucioles", "consumption", 1, 1, "receiving"]
    (account,) = (a for a in (await page("trust"))["accounts"] if a["entry_id"] == of_this)
    (trusted,) = (one for one in account["friends"] if one["friend_id"] == row["friend_id"])
    assert (trusted["members"], trusted["holds"]) == (1, 1)
    erased = {"entry_id": of_this, "friend_id": row["friend_id"]}
    assert await page("erase_held", **erased, publication="production") == "not_held"
    await page("erase_held", **erased)
    assert await held() == []
    left = cooperative.runtime.store.content["left"]
    assert [one["statistic"] for one in left] in ([statistic], [])
    assert await page("erase_held", **erased) == "not_held"


async def test_a_member_is_removed_and_its_link_good_no_more_once_it_is_renewed(
    page: Ask, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    subentry, *_ = await joined(cooperative, house)
    before = await told_of(page)
    of_this = {"subentry_id": subentry.subentry_id}
    (renewed,) = (await page("renew_collection_link", **of_this))["collections"]
    assert renewed["link"] != before["link"]
    # Who has come stays.
    assert [member["number"] for member in renewed["members"]] == [1]
    assert await page("remove_member", **of_this, number=2) == "no_such_collection"
    (collection,) = (await page("remove_member", **of_this, number=1))["collections"]
    assert collection["members"] == []
    await until(lambda: not house.runtime[Participations].taken)


@pytest.mark.parametrize(
    "text", [pytest.param(" ", id="nothing"), pytest.param("a" * 501, id="a long one")]
)
async def test_a_note_says_something_in_few_words(page: Ask, cooperative: Home, text: str) -> None:
    subentry = collect(cooperative)
    given = {"subentry_id": subentry.subentry_id, "numbers": [1], "text": text}
    assert await page("collection_note", **given) == "invalid_format"


async def test_a_collection_that_is_gone_is_refused_by_name(page: Ask, cooperative: Home) -> None:
    subentry = collect(cooperative)
    assert collection_data(subentry)["collection"]
    cooperative.hass.config_entries.async_remove_subentry(cooperative.entry, subentry.subentry_id)
    gone = {"subentry_id": subentry.subentry_id}
    for command, given in (
        ("collection_note", {"numbers": [], "text": "Hello"}),
        ("import_members", {"text": LIST}),
        ("preview_members", {"text": LIST}),
        ("restore_members", {}),
        ("match_member", {"row": 0, "name": "Anne", "number": 1}),
        ("remove_member", {"number": 1}),
        ("renew_collection_link", {}),
    ):
        assert await page(command, **gone, **given) == "no_such_collection"
    assert (await page("collections"))["collections"] == []
