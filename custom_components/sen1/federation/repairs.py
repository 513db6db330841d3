"""Which flow answers which issue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigEntry

from .config import CONF_JID, DATA_NODE, PROXY, PUBLICATION
from .consent.reminder import CONF_FRIEND
from .pages.fix_access_request import AccessRequestFlow
from .pages.fix_consent import ConsentFlow
from .pages.fix_friend_request import FriendRequestFlow
from .pages.fix_renewal import RenewFlow
from .pages.fix_source import SourceMissingFlow
from .pages.fix_unplaced import UnplacedFlow
from .publish.catalogue_server import CONF_ASKED


def fix_flow(entry: ConfigEntry, data: Mapping[str, Any]) -> RepairsFlow:
    """Return the flow of an issue by what it is about."""
    if CONF_ASKED in data:
        return AccessRequestFlow(entry, data[CONF_JID], data[CONF_ASKED])
    if CONF_FRIEND in data:
        return RenewFlow(entry, data[CONF_FRIEND])
    if PUBLICATION in data:
        return SourceMissingFlow(entry, data[PUBLICATION])
    if DATA_NODE in data:
        return ConsentFlow(entry, data[DATA_NODE])
    if PROXY in data:
        return UnplacedFlow(entry, data[PROXY])
    return FriendRequestFlow(entry, data[CONF_JID])
