"""What a household sets up one after the other, and the last page of each form, which says it.

Each last page tells what is done, what it is good for now, and has one link to what comes next.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Self, TypedDict

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .const import CONF_KIND, DOMAIN, FRIEND, TARIFF, Kind
from .texts import async_texts

DASHBOARD = f"/{DOMAIN}"
"""What leads to the views of the dashboard, wherever it is (frontend/modules/door.js)."""


class SetUp(StrEnum):
    """What a household sets up."""

    METER = "add_meter"
    HOME = "add_home"
    TARIFF = "add_tariff"
    ACCOUNT = "add_account"
    FRIEND = "add_friend"
    SHARE = "share_home"


ORDER: Sequence[Sequence[SetUp]] = (
    (SetUp.METER, SetUp.HOME, SetUp.TARIFF),
    (SetUp.ACCOUNT, SetUp.FRIEND, SetUp.SHARE),
)
"""What comes after what: its own figures, and what it shares, which need not wait for each other.
"""

VIEWS: Mapping[str, str] = {
    # The page opens the form of what its address names (frontend/modules/turn.js).
    **{
        step: f"home?set_up={step}"
        for step in (SetUp.METER, SetUp.HOME, SetUp.TARIFF, SetUp.ACCOUNT)
    },
    SetUp.FRIEND: "invite",
    SetUp.SHARE: "sharing?share",
    **{
        f"see_{view}": view
        for view in (
            *("home", "past", "year", "compare", "cooperative"),
            *("friends", "sharing", "participate", "collection"),
        )
    },
}
"""Where on the dashboard each is set up, and where there is something to look at."""


class Made(StrEnum):
    """What a form made: the name of what its last page says, and where to look on the dashboard.

    What is to be set up after it comes before that, in this order.
    """

    look: str
    wanted: Sequence[SetUp]

    def __new__(cls, name: str, look: str, *wanted: SetUp) -> Self:
        """Make one of its name and of what comes after it."""
        made = str.__new__(cls, name)
        made._value_, made.look, made.wanted = name, look, wanted
        return made

    LINKY = "linky", "see_home", SetUp.HOME, SetUp.TARIFF
    ENPHASE = "enphase", "see_home", SetUp.HOME, SetUp.TARIFF
    ENEDIS = "enedis", "see_home", SetUp.TARIFF
    HOME = "home", "see_home", SetUp.TARIFF
    ROOF = "roof", "see_home"
    ACCOUNT = "account", "see_friends", SetUp.FRIEND, SetUp.SHARE
    ACCOUNT_INVITED = "account_invited", "see_friends"
    ACCOUNT_BEFRIENDED = "account_befriended", "see_friends"
    ACCOUNT_OFFERED = "account_offered", "see_participate"
    TARIFF = "tariff", "see_home"
    NEED = "need", "see_home"
    GOAL = "goal", "see_year"
    MANUAL_METER = "manual_meter", "see_past"
    PUBLICATION = "publication", "see_sharing", SetUp.FRIEND, SetUp.SHARE
    PROJECT = "project", "see_friends", SetUp.FRIEND, SetUp.SHARE
    FRIEND = "friend", "see_friends", SetUp.SHARE
    GRANTED_FRIEND = "granted_friend", "see_friends"
    CIRCLE = "circle", "see_sharing"
    COLLECTION = "collection", "see_collection"
    DATA_NODE = "data_node", "see_compare"
    PROXY = "proxy", "see_sharing"
    SHAREHOLDING = "shareholding", "see_cooperative"
    GROUP = "group", "see_compare"
    RANKING = "ranking", "see_friends"


class LastPage(TypedDict):
    """What `async_create_entry` is given besides what it creates."""

    description: str
    description_placeholders: dict[str, str]


async def async_last_page(
    hass: HomeAssistant, made: Made, said: Mapping[str, str] | None = None, of: str = ""
) -> LastPage:
    """Return the last page of a form that made something; `said` is what else its text has.

    `of` says which of several it is about, where there is a page of each.
    """
    placeholders = dict(said or {}, next=await async_next_link(hass, made, of))
    return {"description": made, "description_placeholders": placeholders}


async def async_next_link(hass: HomeAssistant, made: Made, of: str = "") -> str:
    """Return the link to what comes next, in Markdown."""
    texts = await async_texts(hass, "selector.next_step.options")
    name, path = _next(hass, made)
    words = texts.get(name, name)
    return f"[{words}]({path}?of={of})" if of else f"[{words}]({path})"


@callback
def _next(hass: HomeAssistant, made: Made) -> tuple[str, str]:
    """Return what comes next, and where it is."""
    done = set_up(hass)
    after = next((one for one in made.wanted if one not in done), made.look)
    return after, f"{DASHBOARD}/{VIEWS[after]}"


@callback
def set_up(hass: HomeAssistant) -> dict[SetUp, datetime | None]:
    """Return what this household has set up, and since when, where that is known."""
    entries = hass.config_entries.async_entries(DOMAIN, include_ignore=False)
    of_kind = {kind: [one for one in entries if one.data[CONF_KIND] == kind] for kind in Kind}
    homes, accounts = of_kind[Kind.HOME], of_kind[Kind.ACCOUNT]
    meters = of_kind[Kind.LINKY] + of_kind[Kind.ENPHASE] + of_kind[Kind.ENEDIS]
    contracts = [one for home in homes for one in home.get_subentries_of_type(TARIFF)]
    # A node that only gives data of meters is no friend.
    grants = [
        friend.data["grants"]
        for account in accounts
        for friend in account.get_subentries_of_type(FRIEND)
        if "grants" in friend.data
    ]
    # A home that reads other sensors needs no meter of ours.
    found = _since(SetUp.METER, meters or homes) | _since(SetUp.HOME, homes)
    found |= dict.fromkeys([SetUp.TARIFF] if contracts else [])
    found |= _since(SetUp.ACCOUNT, accounts)
    found |= dict.fromkeys([SetUp.FRIEND] if grants else [])
    found |= dict.fromkeys([SetUp.SHARE] if any(grants) else [])
    return found


def _since(step: SetUp, entries: Sequence[ConfigEntry]) -> dict[SetUp, datetime | None]:
    return {step: min(entry.created_at for entry in entries)} if entries else {}
