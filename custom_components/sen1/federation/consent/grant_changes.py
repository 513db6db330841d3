"""One grant changed in one step, as the pages of its friend would change it."""

from enum import StrEnum
import time

from homeassistant.core import HomeAssistant, callback

from ...commands import Refused
from ...const import CONF_KIND, FRIEND, Kind
from ...protocol.term import GrantData, paused, resumed
from ..config import friend_data


class GrantChange(StrEnum):
    """What may be done with a grant in one step."""

    PAUSE = "pause"
    RESUME = "resume"
    WITHDRAW = "withdraw"


@callback
def async_change_grant(
    hass: HomeAssistant, entry_id: str, subentry_id: str, publication: str, change: GrantChange
) -> None:
    """Change a friend's grant of a publication; raises Refused if there is none.

    The account applies what is decided here as it applies what its pages decide.
    """
    entry = hass.config_entries.async_get_entry(entry_id)
    is_account = entry is not None and entry.data.get(CONF_KIND) == Kind.ACCOUNT
    friend = entry.subentries.get(subentry_id) if entry is not None and is_account else None
    if entry is None or friend is None or friend.subentry_type != FRIEND:
        raise Refused("no_such_grant")
    data = friend_data(friend)
    grants = data.get("grants", [])
    if all(grant["publication"] != publication for grant in grants):
        raise Refused("no_such_grant")
    now = time.time()
    changed = [
        after
        for grant in grants
        if (after := grant if grant["publication"] != publication else _after(grant, change, now))
    ]
    hass.config_entries.async_update_subentry(entry, friend, data={**data, "grants": changed})


def _after(grant: GrantData, change: GrantChange, now: float) -> GrantData | None:
    if change is GrantChange.WITHDRAW:
        return None
    return paused(grant, now) if change is GrantChange.PAUSE else resumed(grant, now)
