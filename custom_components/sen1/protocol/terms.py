"""The terms of a grant: what for, how long, and what a friend may do with what it receives.

A field of theirs is here in each of its shapes: as the household decides it (`TermsData`), as it is
told and acknowledged (its attribute), and as both are kept (`asdict`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
import re
from typing import NotRequired, Self, TypedDict

from .limits import MAX_TEXT
from .stamps import parse_stamp, stamp

PURPOSES = ("display", "ranking", "investment", "challenge", "workshop")
"""What a reading may be granted for."""

RETENTION = re.compile(r"P([1-9]\d{0,4})D")
"""A retention in days: ISO 8601 allows other forms, in which a month has no fixed length."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The text that was shown to whoever granted: whoever has it can compute the hash again."""

    language: str
    version: str
    """Of SEN1."""
    path: str
    """Where its parts are among the texts."""
    hash: str
    """Base64 of the SHA-256 of its parts, a line each (docs/protocol.md)."""

    def written(self) -> str:
        """Return what a grant says of it."""
        return f"{self.language} {self.version} {self.path} {self.hash}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return what a text names, or None."""
        parts = text.split(" ")
        return cls(*parts) if len(parts) == 4 else None


class TermsData(TypedDict):
    """What a household decides of a grant, whatever it is of; times are ISO 8601 in UTC."""

    until: str
    purpose: str
    retention_days: NotRequired[int]
    may_forward: NotRequired[bool]
    notice: NotRequired[str]
    """What names the text that was shown, as `Notice` writes it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is told of a grant with its state, and repeated by who acknowledges it."""

    until: float | None = None
    """Unix seconds; the end is not included."""
    purpose: str = ""
    retention_days: int | None = None
    """Days the friend may keep a reading; None: no bound was said."""
    may_forward: bool = False
    """Whether the friend may share it further."""
    notice: str = ""
    """What names the text that was shown to whoever granted it."""

    def to_attributes(self) -> dict[str, str]:
        """Return the attributes of a `<grant>`, or of a `<grant-seen>`."""
        attributes = {}
        if self.until is not None:
            attributes["until"] = stamp(self.until)
        if self.purpose:
            attributes["purpose"] = self.purpose
        if self.retention_days is not None:
            attributes["retention"] = f"P{self.retention_days}D"
        if self.may_forward:
            attributes["forward"] = "true"
        if self.notice:
            attributes["notice"] = self.notice
        return attributes

    @classmethod
    def from_attributes(cls, attributes: Mapping[str, str]) -> Self:
        """Return the terms that a friend tells or acknowledges; raises ValueError."""
        until, retention = attributes.get("until"), attributes.get("retention")
        days = None if retention is None else RETENTION.fullmatch(retention)
        if retention is not None and days is None:
            raise ValueError(f"retention {retention[:MAX_TEXT]!r}")
        return cls(
            until=None if until is None else parse_stamp(until),
            purpose=attributes.get("purpose", "")[:MAX_TEXT],
            retention_days=None if days is None else int(days[1]),
            may_forward=attributes.get("forward") == "true",
            notice=attributes.get("notice", "")[:MAX_TEXT],
        )

    @classmethod
    def from_data(cls, data: TermsData) -> Self:
        """Return the terms that the household decided."""
        return cls(
            until=datetime.fromisoformat(data["until"]).timestamp(),
            purpose=data["purpose"],
            retention_days=data.get("retention_days"),
            may_forward=data.get("may_forward", False),
            notice=data.get("notice", ""),
        )


UNSAID = Terms()
"""Those of a grant that is over."""
