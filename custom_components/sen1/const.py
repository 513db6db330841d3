"""Names shared by every part: this module imports nothing of the package."""

from __future__ import annotations

from enum import StrEnum

DOMAIN = "sen1"

CONF_KIND = "kind"
"""What a config entry is; in `entry.data`, a value of `Kind`."""


class Kind(StrEnum):
    """The kinds of config entry."""

    LINKY = "linky"
    ENPHASE = "enphase"
    ACCOUNT = "account"
    HOME = "home"
