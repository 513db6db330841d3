"""Which flow answers which issue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigEntry

from .config import CONF_JID, PROXY, PUBLICATION
from .requests import FriendRequestFlow
from .source_flow import SourceMissingFlow
from .unplaced_flow import UnplacedFlow


def fix_flow(entry: ConfigEntry, data: Mapping[str, Any]) -> RepairsFlow:
    """Return the flow of an issue by what it is about."""
    if PUBLICATION in data:
        return SourceMissingFlow(entry, data[PUBLICATION])
    if PROXY in data:
        return UnplacedFlow(entry, data[PROXY])
    return FriendRequestFlow(entry, data[CONF_JID])
