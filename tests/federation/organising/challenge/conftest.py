"""A challenge of the cooperative's."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.util import dt as dt_util

from custom_components.sen1.federation.config import AskData
from custom_components.sen1.protocol.collecting.challenge import (
    Challenge,
    Energy,
    Rule,
    challenge_data,
)

from ...conftest import Home
from ..conftest import change, collect, current


def challenge(**said: Any) -> Challenge:
    """Return a challenge of eight weeks, of which the fourth begins today."""
    begin = dt_util.now().date() - timedelta(days=21)
    action = (begin, begin + timedelta(days=55))
    terms: dict[str, Any] = {
        "rule": Rule.PERCENTAGE,
        "reference": (action[0] - timedelta(weeks=52), action[1] - timedelta(weeks=52)),
        "action": action,
        "teams": ("Cormorans", "Loutres"),
        "energies": (Energy.ELECTRICITY,),
    }
    return Challenge(**terms | said)


def compete(organiser: Home, asks: Sequence[AskData] = (), **said: Any) -> ConfigSubentry:
    """Let an account organise a challenge, which asks for nothing else unless that is said."""
    subentry = collect(organiser, asks)
    data = challenge_data(challenge(**said))
    change(organiser, subentry, challenge=data, purpose="challenge")
    return current(organiser, subentry)
