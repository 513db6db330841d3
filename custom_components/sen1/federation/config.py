"""What the user decided, as the entry and its subentries keep it."""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
import secrets
from types import MappingProxyType
from typing import Any, NotRequired, TypedDict, cast

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import CONF_NAME, CONF_PASSWORD
from homeassistant.core import HomeAssistant

from ..const import CONF_KIND, FRIEND
from ..protocol.collecting.challenge import ChallengeData
from ..protocol.model import BareJid, Granularity, PublicationId
from ..protocol.term import GrantData
from .xmpp.credentials import Credentials

PUBLICATION = "publication"
PROJECT = "project"
"""A publication too, of a plant that members paid for."""
PROXY = "proxy"
DATA_NODE = "data_node"

CONF_JID = "jid"
CONF_RESOURCE = "resource"
CONF_PROVES = "server_proves"
CONF_CA = "ca"
CONF_LINK = "link"

DEFAULT_INTERVAL = 5
"""Seconds between two live items of a publication."""

DIRECTIONS = ("consumption", "production", "none")

AGED_PURPOSES = ("challenge", "workshop")
"""Purposes for which children may be asked: in France they decide from 15 years on."""

DEFAULT_RETENTION = 365
"""Days a friend may keep a reading, unless the household says otherwise."""


class SiteData(TypedDict):
    """Of which home or building friends are told what it is like."""

    entry_id: str
    tells_commune: bool
    only: NotRequired[list[str]]
    """The parts of its sheet that are told, where that is not all."""


class PublicationData(TypedDict):
    """A series this household makes available."""

    publication: PublicationId
    registry_id: str
    """The entity, by its id in the entity registry: it survives renames."""
    platform: NotRequired[str]
    unique_id: NotRequired[str]
    """The entity, by what its integration calls it: it survives the loss of the registry."""
    name: str
    """The SenML name: a pseudonym, never the meter's number."""
    unit: str | None
    """The SenML unit on the wire, fixed at creation."""
    measurement: dict[str, str]
    granularity: Granularity
    interval_s: int
    project: NotRequired[dict[str, Any]]
    """The sheet of the plant behind it, as `Project.said` gives it; empty: there is none."""
    site: NotRequired[SiteData | None]
    """The home or building it is of, where friends are told what that is like."""
    is_nameless: NotRequired[bool]
    """Whether its followers are not told which household answers for it."""
    past: NotRequired[str | None]
    """The statistic that stands for the time before the entity's own, of a series of periods."""
    board: NotRequired[str]
    """The collection whose board it is: for its members alone."""
    listed: NotRequired[bool]
    """Whether every friend sees in the catalogue that it exists, and may ask for it."""


class FriendKind(StrEnum):
    """What a friend is."""

    HOME = "home"
    """Another installation of ours, or what speaks as one."""
    DATA_NODE = "data_node"
    """A Quoalise node that gives data of meters, and receives nothing."""
    PROXY = "proxy"
    """What speaks the dialect of 2019."""
    CIRCLE = "circle"
    """Many homes at once."""
    COLLECTION = "collection"
    """What this account asks many homes for."""
    PARTICIPATION = "participation"
    """That this home takes part in another's collection."""


class Admission(StrEnum):
    """Who belongs to a circle."""

    LIST = "list"
    """Addresses that the household pasted."""
    DOMAIN = "domain"
    """All who have an account at a server."""
    INVITATION = "invitation"
    """Whoever holds a link with a secret in it."""
    EVERYONE = "everyone"


class MoveData(TypedDict):
    """A friend's last move."""

    old: BareJid
    at: float


class FriendData(TypedDict):
    """An account this one exchanges with."""

    jid: BareJid
    grants: list[GrantData]
    preauth: NotRequired[str]
    """What the friend's link gave, to be friends at once (XEP-0379)."""
    fingerprint: NotRequired[str]
    """The 24 digits of the key that is expected of the friend, from its link; empty: the friend was
    known before it, and it vouches for nobody."""
    origin: NotRequired[BareJid]
    """What stands for its first address in names of statistics, if that is not `jid`."""
    moved: NotRequired[MoveData]
    """How the friend came to its address, if it moved."""


class CircleData(TypedDict):
    """Many homes at once, and what they are granted."""

    kind: str
    admission: str
    grants: list[GrantData]
    addresses: list[BareJid]
    """Of a list."""
    excluded: list[BareJid]
    """Who was sent away, though the rule admits them."""
    domain: NotRequired[str]
    token: NotRequired[str]
    """The secret of an invitation."""


class AskData(TypedDict):
    """What a collection asks each of its members for."""

    what: str
    granularity: str
    past_days: int
    is_needed: bool


class CollectionData(TypedDict):
    """What an organiser asks many homes for, and why."""

    kind: str
    collection: str
    """Its id, the same for its members."""
    token: str
    """The secret of its link."""
    grants: list[GrantData]
    """What every member receives."""
    asks: list[AskData]
    purpose: str
    reason: str
    begin: NotRequired[float]
    """When it was made, Unix seconds."""
    responsible: str
    contact: str
    until: str
    """Its last day, ISO 8601."""
    retention_days: int
    charter: str
    charter_version: int
    charter_at: float
    ranking_charter: NotRequired[int]
    """The version of the charter from which on members stand in the ranking: who agreed to an
    earlier one was not told of it. There is none, as long as nothing is said."""
    revision: int
    """It rises with whatever members are told anew."""
    challenge: NotRequired[ChallengeData]
    """What its members compete in."""


class EnteredData(TypedDict):
    """What a household agreed to of a challenge."""

    team: int
    """The team that it chose, 1 first."""
    challenge: ChallengeData
    """As it was then: another one is agreed to anew."""
    until: str
    """The last day on which a score is told, ISO 8601."""
    is_of_age: bool


class ParticipationData(TypedDict):
    """That this home takes part in a collection, and what it gives."""

    kind: str
    jid: BareJid
    """The organiser's."""
    grants: list[GrantData]
    collection: str
    token: str
    address: str
    """The organiser's full address, by the link."""
    fingerprint: str
    """By the link; empty: the organiser was known before it."""
    charter_version: int
    charter: NotRequired[str]
    """The charter that was agreed to, and its text; not there: from before it was kept."""
    name: str
    """What the organiser may call this home; empty: its number alone."""
    gives: dict[str, PublicationId]
    """What is given for what was asked."""
    is_shown: NotRequired[bool]
    """Whether the other members may see the name; not there: no."""
    entered: NotRequired[EnteredData]
    """What was agreed to of a challenge; without it no score is told."""


class MappedData(TypedDict):
    """How a series is told in the dialect of 2019; a field left empty is not there."""

    username: str
    name: str
    metaname: NotRequired[str]
    unit: NotRequired[str]
    type: str


class SentData(MappedData):
    """A publication that is sent so."""

    publication: PublicationId


class ReceivedData(MappedData):
    """A series that comes so."""

    title: str
    content: str


class ProxyData(TypedDict):
    """A proxy of 2019: what is granted to it, and how each side names what."""

    kind: str
    jid: BareJid
    grants: list[GrantData]
    zone: str
    """Of times without an offset."""
    ours: str
    theirs: str
    """The names of both applications."""
    sent: list[SentData]
    received: list[ReceivedData]


class DataNodeData(TypedDict):
    """A data node and what is asked of it."""

    kind: str
    address: str
    """Its full address: nodes answer at no other."""
    identifiers: list[str]


def credentials_of(entry: ConfigEntry) -> Credentials:
    """Return where and as whom an account logs in."""
    return credentials_from(entry.data)


def credentials_from(data: Any) -> Credentials:
    """Return the credentials in an entry's data."""
    return Credentials(
        jid=data[CONF_JID],
        password=data["password"],
        resource=data[CONF_RESOURCE],
        host=data.get("host"),
        port=data.get("port"),
        ca=data.get(CONF_CA),
        proves=data.get(CONF_PROVES, False),
    )


def home_name(hass: HomeAssistant, entry: ConfigEntry) -> str:
    """Return what the home of an account is called: friends see it."""
    return entry.data.get(CONF_NAME) or hass.config.location_name


def publications_of(entry: ConfigEntry) -> dict[PublicationId, ConfigSubentry]:
    """Return the publication subentries of an account by publication."""
    return {
        publication_data(subentry)["publication"]: subentry
        for subentry in entry.subentries.values()
        if subentry.subentry_type in (PUBLICATION, PROJECT)
    }


def friends_of(entry: ConfigEntry) -> dict[BareJid, ConfigSubentry]:
    """Return the friends of an account that are homes as this one, by address."""
    return {friend_data(subentry)["jid"]: subentry for subentry in _of_kind(entry, FriendKind.HOME)}


def new_friend(entry: ConfigEntry, jid: BareJid) -> FriendData:
    """Return a friend who is granted nothing.

    Where another friend was before it moved, the statistics are that friend's still.
    """
    data = FriendData(jid=jid, grants=[])
    if jid in {origin_of(entry, known) for known in friends_of(entry)}:
        data["origin"] = BareJid(f"{jid} {secrets.token_hex(4)}")
    return data


def origin_of(entry: ConfigEntry, jid: BareJid) -> BareJid:
    """Return what stands for a friend in names of statistics: its first address, and so stays."""
    known = friends_of(entry).get(jid)
    return jid if known is None else friend_data(known).get("origin", jid)


def _by_subentry(kind: FriendKind) -> Callable[[ConfigEntry], dict[str, ConfigSubentry]]:
    """Return what returns the friends of an account that are of one kind, by subentry."""
    return lambda entry: {one.subentry_id: one for one in _of_kind(entry, kind)}


data_nodes_of = _by_subentry(FriendKind.DATA_NODE)
proxies_of = _by_subentry(FriendKind.PROXY)
circles_of = _by_subentry(FriendKind.CIRCLE)
collections_of = _by_subentry(FriendKind.COLLECTION)
"""Those that the account organises."""
participations_of = _by_subentry(FriendKind.PARTICIPATION)
"""The collections that it takes part in."""

BEARERS = tuple(kind for kind in FriendKind if kind is not FriendKind.DATA_NODE)
"""The kinds of friends that bear grants."""


def grantees_of(entry: ConfigEntry) -> Iterator[ConfigSubentry]:
    """Yield the friends of an account that bear grants, of whatever kind."""
    for kind in BEARERS:
        yield from _of_kind(entry, kind)


def kind_of(subentry: ConfigSubentry) -> FriendKind:
    """Return what a friend is."""
    return FriendKind(subentry.data.get(CONF_KIND, FriendKind.HOME))


def _of_kind(entry: ConfigEntry, kind: FriendKind) -> Iterator[ConfigSubentry]:
    for subentry in entry.subentries.values():
        if subentry.subentry_type == FRIEND and kind_of(subentry) is kind:
            yield subentry


def lendable_of(entry: ConfigEntry) -> dict[PublicationId, ConfigSubentry]:
    """Return the publications that may be granted to whomever the household likes: no boards."""
    return {
        publication: subentry
        for publication, subentry in publications_of(entry).items()
        if "board" not in publication_data(subentry)
    }


def boards_of(entry: ConfigEntry) -> dict[PublicationId, str]:
    """Return the publications of boards, and the collection that each is of."""
    several = ((key, publication_data(one)) for key, one in publications_of(entry).items())
    return {publication: data["board"] for publication, data in several if "board" in data}


def add_subentry(
    hass: HomeAssistant,
    entry: ConfigEntry,
    kind: str,
    unique_id: str,
    title: str,
    data: Mapping[str, Any],
) -> str:
    """Add a subentry to an account; return its id."""
    subentry = ConfigSubentry(
        data=MappingProxyType(dict(data)), subentry_type=kind, title=title, unique_id=unique_id
    )
    hass.config_entries.async_add_subentry(entry, subentry)
    return subentry.subentry_id


def _typed[Data](shape: type[Data]) -> Callable[[ConfigSubentry], Data]:
    """Return what returns the data of a subentry, typed."""
    return lambda subentry: cast("Data", subentry.data)


publication_data = _typed(PublicationData)
friend_data = _typed(FriendData)
data_node_data = _typed(DataNodeData)
circle_data = _typed(CircleData)
collection_data = _typed(CollectionData)
participation_data = _typed(ParticipationData)
proxy_data = _typed(ProxyData)


def collections_by_id(entry: ConfigEntry) -> dict[str, ConfigSubentry]:
    """Return the collections that an account organises, as their members know them."""
    return {collection_data(one)["collection"]: one for one in collections_of(entry).values()}


def password_of(entry: ConfigEntry) -> dict[str, str]:
    """Return the address and the password of an account, which SEN1 made and keeps."""
    return {"address": entry.data[CONF_JID], "password": entry.data[CONF_PASSWORD]}
