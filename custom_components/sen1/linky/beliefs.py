"""What is believed of what a meter says: damage that its checksums let through is kept out.

No Home Assistant but the tables of rows; time is an argument, in seconds of a clock that only goes
on.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from .labels.contracts import text_of
from .labels.plausibility import (
    STEADY,
    IndexCheck,
    RepeatCheck,
    fastest,
    is_measurable,
    steady_part,
    subscribed_va,
)
from .labels.presence import LabelPresence, is_whole
from .labels.rows import Row
from .labels.table import ABSENT, COUNTED_BY, KEYS_OF, PERIOD_ROWS, ROWS, respelled, spelling
from .labels.values import LabelValue
from .line.identity import IDENTIFIERS
from .line.tic import MAX_GROUPS, Frame, Group, Mode

TWICE = 2
"""How often a label is heard before it is taken for no damage."""


class Beliefs:
    """Keeps the last value of each key; what it takes gives the keys that are told by it."""

    def __init__(self, stale: float, restarted: Callable[[str], None]) -> None:
        """`stale`: seconds for a value no longer sent; `restarted` is told of an index anew."""
        self.values: dict[str, LabelValue] = {}
        """By key: empty from a loss of the link to the next whole frame."""
        self.labels: Counter[str] = Counter()
        """How often each was heard, with a good checksum."""
        self.refused: Counter[str] = Counter()
        """Good groups whose value was not believed, by reason."""
        self._stale = stale
        self._restarted = restarted
        self._is_lost = False
        self._mode: Mode | None = None
        self._presence = LabelPresence()
        self._heard: dict[str, float] = {}
        self._checks: dict[str, IndexCheck] = {}
        self._repeats: dict[str, RepeatCheck] = {}
        self._doubtful: set[str] = set()
        self._allowed_va: int | None = None

    def lose(self) -> None:
        """Forget every value until a whole frame comes: groups alone may be rests in noise."""
        self._is_lost = True
        self.values.clear()
        self._heard.clear()

    def take(self, group: Group, now: float) -> list[str]:
        """Take a group; return the keys that it tells."""
        label = spelling(group.label)
        if len(self.labels) >= MAX_GROUPS:
            # In years of noise, damaged labels are many, but hardly one comes again.
            self.labels = Counter({one: n for one, n in self.labels.items() if n >= TWICE})
        self.labels[label] += 1
        repeats = self._repeats.setdefault(label, RepeatCheck()) if label in STEADY else None
        told: list[str] | None = None
        if repeats is None or repeats.believes(steady_part(label, group)):
            told = [] if self._is_lost else self._read(label, group, now)
        if told is None:
            self._doubtful.add(label)
            return []
        self._doubtful.discard(label)
        return told

    def take_frame(self, frame: Frame, now: float) -> tuple[Frame, list[str]] | None:
        """Take a whole frame; return what of it is believed and the keys it tells, if anything."""
        received = respelled(frame)
        labels = received.groups.keys() - set(IDENTIFIERS)
        if any(self.labels[label] < TWICE for label in labels):
            # A label that nobody knows may be a damaged one.
            received = replace(received, is_damaged=True)
        believed = replace(
            received,
            groups={
                label: group
                for label, group in received.groups.items()
                if label in IDENTIFIERS
                or (self.labels[label] >= TWICE and label not in self._doubtful)
            },
        )
        if not labels & believed.groups.keys():
            return None
        told: list[str] = []
        if believed.mode is not self._mode:
            self._mode = believed.mode
            keys = {row.key for row in ROWS[believed.mode]}
            told += self._forget([key for key in self.values if key not in keys])
        if self._is_lost:
            self._is_lost = False
            for label, group in believed.groups.items():
                told += self._read(label, group, now) or ()
        self._allowed_va = subscribed_va(self.values) or self._allowed_va
        # The period and its index of one frame: else one might be taken for that of another.
        for label, counts in COUNTED_BY.items():
            row = PERIOD_ROWS.get((label, text_of(believed, counts) or ""))
            if row is not None and (counted := believed.groups.get(label)) is not None:
                told += [row.key] if self._accept(row.key, [row], counted, now) else []
        return believed, told + self._miss(received, now)

    def _read(self, label: str, group: Group, now: float) -> list[str] | None:
        """Return the keys by which the group is read, None if it was not believed."""
        keys = KEYS_OF.get(label, {})
        # A value that is not believed was damaged, and so may be the time beside it.
        if label in keys and not self._accept(label, keys[label], group, now):
            return None
        told = [
            key for key, rows in keys.items() if key == label or self._accept(key, rows, group, now)
        ]
        return told if told or not keys else None

    def _accept(self, key: str, rows: list[Row], group: Group, now: float) -> bool:
        """Keep a value that has the form of its label and is plausible; tell if it was."""
        value = next((v for r in rows if (v := r.read(group, self.values)) is not None), None)
        if value is None:
            self.refused["form"] += 1
            return False
        if not is_measurable(key, value):
            self.refused["range"] += 1
            return False
        if not self._follows(key, rows[0].fastest, value, now):
            return False
        self.values[key] = value
        self._heard[key] = now
        return True

    def _follows(self, key: str, otherwise: float | None, value: LabelValue, now: float) -> bool:
        """Return whether an index follows the last one; anything else does."""
        if otherwise is None or not isinstance(value, int):
            return True
        check = self._checks.setdefault(key, IndexCheck(otherwise))
        check.fastest = fastest(key, self._allowed_va, otherwise)
        restarts = check.restarts
        if not check.believes(value, now):
            if key in self.values:  # else it is a first one, that only waits for the next
                self.refused["plausibility"] += 1
            return False
        if check.restarts > restarts:
            self._restarted(key)
        return True

    def _miss(self, frame: Frame, now: float) -> list[str]:
        """Take note of what the meter no longer sends: "no" if that is what it means."""
        absent = self._presence.absent(frame)
        meaning = ABSENT[frame.mode]
        told = [
            key
            for key, (labels, value) in meaning.items()
            if labels <= absent and self.values.get(key) != value
        ]
        for key in told:
            self._heard.pop(key, None)
            self.values[key] = meaning[key][1]
        if not is_whole(frame):
            # A three-phase meter in overload: the rest will come again.
            return told
        stale = (key for key, heard in self._heard.items() if now - heard > self._stale)
        return told + self._forget([key for key in stale if key not in meaning])

    def _forget(self, keys: list[str]) -> list[str]:
        for key in keys:
            self._heard.pop(key, None)
            del self.values[key]
        return keys
