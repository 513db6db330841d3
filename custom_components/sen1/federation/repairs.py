"""Which flow answers which issue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigEntry

from .access import CONF_ASKED
from .access_flow import AccessRequestFlow
from .config import CONF_JID, DATA_NODE, PROXY, PUBLICATION
from .consent_flow import ConsentFlow
from .reminding import CONF_FRIEND, RenewFlow
from .requests import FriendRequestFlow
from .source_flow import SourceMissingFlow
from .unplaced_flow import UnplacedFlow


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
