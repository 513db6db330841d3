"""What the figures of a group are called: a collection's members, by what they were asked for; the
homes of a group that the household made of its friends' series.

Known to whoever publishes, for which of them may be given on, as to whoever makes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Any

from ...const import COLLECTED, DOMAIN


class GroupKey(StrEnum):
    """What is told of a group."""

    SUM = "sum"
    MEAN = "mean"
    """Per home."""
    MEDIAN = "median"
    PER_AREA = "per_area"
    PER_PERSON = "per_person"
    REPORTING = "reporting"
    """How many homes have reported."""
    GIVEN = "given"
    """The mean, as it is given on: the only one that may be shared."""


OF_FRIENDS = "homes"
"""What is told of a group of friends, be it used or produced."""

UNIQUE_ID = re.compile(
    rf"([0-9a-z]{{16,26}})_(consumption|production|{OF_FRIENDS})_({'|'.join(GroupKey)})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class GroupName:
    """One figure of a group."""

    group: str
    """The id of the collection, or of the subentry in lower case."""
    what: str
    key: GroupKey

    @property
    def unique_id(self) -> str:
        """The unique id of its entity."""
        return f"{self.group}_{self.what}_{self.key}"

    @property
    def statistic_id(self) -> str:
        """Its long-term statistic."""
        return f"{COLLECTED}{self.unique_id}"

    @property
    def is_given(self) -> bool:
        """Whether it may be given on."""
        return self.key is GroupKey.GIVEN


def group_name_of(platform: str, unique_id: str) -> GroupName | None:
    """Return what an entity tells of a group; None: it is of none."""
    found = UNIQUE_ID.fullmatch(unique_id) if platform == DOMAIN else None
    return None if found is None else GroupName(found[1], found[2], GroupKey(found[3]))


def given_name(data: Mapping[str, Any]) -> GroupName | None:
    """Return the mean of a group that a publication is of, as it is given on; None: of none."""
    name = group_name_of(data.get("platform", ""), data.get("unique_id", ""))
    return name if name is not None and name.is_given else None
