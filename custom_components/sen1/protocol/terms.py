"""The terms of a grant: what for, how long, and what a friend may do with what it receives.

A field of theirs is here in each of its shapes: as the household decides it (`TermsData`), as it is
told and acknowledged (its attribute), and as both are kept (`asdict`).
"""

from dataclasses import dataclass
from datetime import datetime
import re
from typing import Annotated, NotRequired, Self, TypedDict

from .attributes import TIME, AttributeForm, days
from .limits import MAX_TEXT

PURPOSES = ("display", "ranking", "investment", "challenge", "workshop")
"""What a reading may be granted for."""

RETENTION = re.compile(r"P([1-9]\d{0,4})D")
"""A retention in days: ISO 8601 allows other forms, in which a month has no fixed length."""

SHORTENED: AttributeForm[str] = AttributeForm(lambda text: text[:MAX_TEXT])


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

    until: Annotated[float | None, TIME] = None
    """Unix seconds; the end is not included."""
    purpose: Annotated[str, SHORTENED] = ""
    retention_days: Annotated[int | None, days(RETENTION), "retention"] = None
    """Days the friend may keep a reading; None: no bound was said."""
    may_forward: Annotated[bool, AttributeForm("true".__eq__, lambda _: "true"), "forward"] = False
    """Whether the friend may share it further."""
    notice: Annotated[str, SHORTENED] = ""
    """What names the text that was shown to whoever granted it."""

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
