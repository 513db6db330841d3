"""What a gateway's token says of itself (a JWT), read without checking its signature.

The gateway checks it; this only spares it the tokens that cannot be right. Pure.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt


class NotAToken(ValueError):
    """The text is not a token."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Who a token is for, and until when."""

    ends: datetime
    serial: str | None
    """Of the gateway it is for, if it tells."""
    lasts: timedelta
    """From its making to its end; a day if it does not tell when it was made."""

    @property
    def renewed_from(self) -> datetime:
        """Return when to ask for the next one: a month, or a twelfth of its time, before its end.

        An owner's token lasts a year, an installer's twelve hours.
        """
        return self.ends - min(self.lasts / 12, timedelta(days=30))

    def is_ending(self, now: datetime) -> bool:
        """Return whether the time for another has come, and some more for trying."""
        return now >= self.renewed_from + min(self.lasts / 48, timedelta(days=7))


def claims_of(token: str) -> Claims:
    """Read a token; raises NotAToken."""
    try:
        said = jwt.decode(token, options={"verify_signature": False})
        ends = datetime.fromtimestamp(said["exp"], UTC)
        made = datetime.fromtimestamp(said.get("iat", said["exp"] - 86400), UTC)
    except (jwt.PyJWTError, ValueError, KeyError, TypeError, OverflowError, OSError) as err:
        raise NotAToken from err
    serial = said.get("aud")
    return Claims(
        ends=ends,
        serial=serial if isinstance(serial, str) and serial.isdigit() else None,
        lasts=ends - made,
    )
