"""Times as they are written, and compared as text: to the millisecond, in UTC."""

from datetime import UTC, datetime

from .limits import LATEST


def stamp(time: float) -> str:
    """Return Unix seconds as `2026-11-24T12:00:30.120Z`."""
    moment = datetime.fromtimestamp(time, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_stamp(text: str) -> float:
    """Return the Unix seconds of an ISO 8601 time that names its offset.

    Raises ValueError on anything else; a naive time is refused, and one outside 1970 to 2100.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without an offset")
    time = round(moment.timestamp(), 3)
    if not 0 <= time < LATEST:
        raise ValueError("a time outside 1970 to 2100")
    return time
