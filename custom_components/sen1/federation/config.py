"""What the user decided, as the entry and its subentries keep it."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict, cast

from homeassistant.config_entries import ConfigEntry, ConfigSubentry

from .credentials import Credentials
from .model import BareJid, Granularity, PublicationId

PUBLICATION = "publication"
FRIEND = "friend"

CONF_JID = "jid"
CONF_RESOURCE = "resource"
CONF_CA = "ca"
CONF_ADVANCED = "advanced"
CONF_ENTITY = "entity"
CONF_TITLE = "title"
CONF_DIRECTION = "direction"
CONF_INTERVAL = "interval_s"
CONF_GRANULARITY = "granularity"
CONF_CONTENT = "content"
CONF_PICTURE = "picture"
CONF_PUBLICATIONS = "publications"
CONF_UNTIL = "until"
CONF_SINCE = "since"
CONF_PURPOSE = "purpose"
CONF_PROJECT = "project"

DEFAULT_INTERVAL = 5
"""Seconds between two live items of a publication."""

DIRECTIONS = ("consumption", "production", "none")
PURPOSES = ("display", "ranking", "investment", "challenge", "workshop")


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


class GrantData(TypedDict):
    """What a friend may receive; times are ISO 8601 in UTC."""

    publication: PublicationId
    begin: str
    until: str
    purpose: str


class FriendData(TypedDict):
    """An account this one exchanges with."""

    jid: BareJid
    grants: list[GrantData]


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
    )


def publications_of(entry: ConfigEntry) -> dict[PublicationId, ConfigSubentry]:
    """Return the publication subentries of an account by publication."""
    return {
        publication_data(subentry)["publication"]: subentry
        for subentry in entry.subentries.values()
        if subentry.subentry_type == PUBLICATION
    }


def friends_of(entry: ConfigEntry) -> dict[BareJid, ConfigSubentry]:
    """Return the friend subentries of an account by address."""
    return {
        friend_data(subentry)["jid"]: subentry
        for subentry in entry.subentries.values()
        if subentry.subentry_type == FRIEND
    }


def publication_data(subentry: ConfigSubentry) -> PublicationData:
    """Return a publication subentry's data, typed."""
    return cast("PublicationData", subentry.data)


def friend_data(subentry: ConfigSubentry) -> FriendData:
    """Return a friend subentry's data, typed."""
    return cast("FriendData", subentry.data)
