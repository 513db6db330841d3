"""The attributes of an element, read strictly: what has not its form is refused, and so the whole.

Pure. Of what an organiser and its members say to one another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
import re
from typing import NoReturn

from .errors import PayloadRefused
from .limits import MAX_TEXT, check_text
from .stamps import parse_stamp

WHOLE = re.compile(r"\d{1,10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Attributes:
    """What is said by name; each reader raises PayloadRefused."""

    said: Mapping[str, str]
    reason: str
    """What a refusal is counted by."""

    def __contains__(self, name: str) -> bool:
        """Return whether something is said."""
        return name in self.said

    def refuse(self, what: str) -> NoReturn:
        """Refuse the whole for one of its parts."""
        raise PayloadRefused(self.reason, what)

    def matching(self, name: str, pattern: re.Pattern[str]) -> str:
        """Return a text of a form."""
        text = self.said.get(name, "")
        if not pattern.fullmatch(text):
            self.refuse(name)
        return text

    def text(self, name: str, most: int = MAX_TEXT) -> str:
        """Return a text that has something in it."""
        return self.content(self.said.get(name), name, most)

    def content(self, text: str | None, what: str, most: int) -> str:
        """Return what stands in an element, if there is something."""
        text = (text or "").strip()
        if not text:
            self.refuse(f"{what} is missing")
        return check_text(text, what, most)

    def whole(self, name: str, least: int, most: int) -> int:
        """Return a whole number within bounds."""
        number = int(self.matching(name, WHOLE))
        if not least <= number <= most:
            self.refuse(name)
        return number

    def number(self, name: str, pattern: re.Pattern[str], least: float, most: float) -> float:
        """Return a number of a form, within bounds."""
        number = float(self.matching(name, pattern))
        if not least <= number <= most:
            self.refuse(name)
        return number

    def time(self, name: str) -> float:
        """Return a time, in Unix seconds."""
        try:
            return parse_stamp(self.said.get(name, ""))
        except ValueError:
            self.refuse(name)

    def day(self, name: str, pattern: re.Pattern[str]) -> date:
        """Return a day of a form: a week, or a day of the year, is a date to Python too."""
        try:
            return date.fromisoformat(self.matching(name, pattern))
        except ValueError:
            self.refuse(name)
