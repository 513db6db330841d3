"""Unix times, as the clocks of the house show them."""

from datetime import datetime

from homeassistant.util import dt as dt_util


def local(at: float) -> datetime:
    """Return a Unix time as a local one."""
    return dt_util.as_local(dt_util.utc_from_timestamp(at))


def local_iso(at: float | None) -> str | None:
    """Return a Unix time as ISO 8601 with the local offset, as commands answer it."""
    return None if at is None else local(at).isoformat(timespec="seconds")
