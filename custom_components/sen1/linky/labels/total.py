"""The energy withdrawn under whatever contract: it goes on when the contract's indexes change.

Pure.
"""

from collections.abc import Mapping
from typing import Any


class Total:
    """The sum of a contract's indexes, and of what was withdrawn under those before.

    Another contract counts in other registers, that stand anywhere: without this, the change
    would look like megawatt-hours drawn in a second.
    """

    def __init__(self, kept: Mapping[str, Any] | None = None) -> None:
        kept = kept or {}
        self._labels = tuple(kept.get("labels", ()))
        self._last: int | None = kept.get("last")
        self._before: int | None = kept.get("before", 0)

    @property
    def kept(self) -> dict[str, Any]:
        """Return what makes the same total again after a restart."""
        return {"labels": list(self._labels), "last": self._last, "before": self._before}

    def of(self, labels: tuple[str, ...], values: Mapping[str, object]) -> int | None:
        """Return the total, Wh, of a contract with these indexes; None while one lacks."""
        if labels != self._labels:
            if self._last is not None:
                self._before = None  # known with the first sum of the new indexes
            self._labels = labels
        indexes = [value for label in labels if isinstance(value := values.get(label), int)]
        if not labels or len(indexes) < len(labels):
            return None
        if self._before is None:
            self._before = (self._last or 0) - sum(indexes)
        self._last = self._before + sum(indexes)
        return self._last
