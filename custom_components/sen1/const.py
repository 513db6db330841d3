"""Names shared by every part: this module imports nothing of the package."""

from enum import StrEnum
from typing import Any

DOMAIN = "sen1"

FRIENDS = f"{DOMAIN}:friend_"
"""Begins the statistics of friends' series."""

FEEDS = f"{DOMAIN}:feed_"
"""Begins the statistics of feeds of older nodes."""

COLLECTED = f"{DOMAIN}:collected_"
"""Begins the statistics of what members of a collection come to together."""

ENEDIS = f"{DOMAIN}:enedis_"
"""Begins the statistics of meters that Enedis tells of each day."""

CONF_KIND = "kind"
"""What a config entry is; in `entry.data`, a value of `Kind`."""

FRIEND = "friend"
"""The type of an account's subentry that is another account, whose series become entities here."""

GROUP = "group"
"""The type of an account's subentry that is the sum or the mean of several series."""

TARIFF = "tariff"
"""The type of a site's subentry that is a contract and its prices, since a day."""

MANUAL_METER = "manual_meter"
"""The type of a site's subentry that is a meter somebody reads."""

ATTR_HOMES = "homes"
"""Of how many homes' readings a value is made, where some are a friend's: an attribute of the
entity. Its absence says that no friend's readings are in it."""

LEAST_HOMES = 5
"""A value made of fewer homes than this is not shared again: it could be told apart."""

DOCS = "https://github.com/consometers/sen1-home-assistant/blob/main/docs"


def docs_page(language: str, page: str) -> str:
    """Return the address of a page of our documentation, in the nearest of its languages."""
    return f"{DOCS}/{'fr' if language.startswith('fr') else 'en'}/{page}.md"


type UserInput = dict[str, Any] | None
"""What a step of a flow is given: the form filled in; None: it is still to be shown."""

MARKDOWN = set("\\`*_{}[]()<>#+-.!|~:@")


def plain(text: str) -> str:
    """Return what somebody else chose, such that Markdown shows it as it is and makes no link."""
    return "".join(f"\\{char}" if char in MARKDOWN else char for char in text)


class Kind(StrEnum):
    """The kinds of config entry."""

    LINKY = "linky"
    ENPHASE = "enphase"
    ENEDIS = "enedis"
    ACCOUNT = "account"
    HOME = "home"
