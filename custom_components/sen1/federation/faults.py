"""A fault of ours while something of one friend, series or node is done: it stays with that one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
import logging
from pathlib import Path
from traceback import walk_tb

_LOGGER = logging.getLogger(__name__)

PACKAGE = Path(__file__).parent.parent


class Faults:
    """Count faults by type and place; each is logged once, without a name or a value."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    @contextmanager
    def contained(self) -> Iterator[None]:
        """Let nothing that is raised here end anything else."""
        try:
            yield
        except Exception as error:
            self.note(error)

    def note(self, error: BaseException) -> None:
        """Note a fault; of several together, each."""
        if isinstance(error, BaseExceptionGroup):
            for one in error.exceptions:
                self.note(one)
            return
        place = f"{type(error).__name__} at {place_of(error)}"
        self.counts[place] += 1
        if self.counts[place] == 1:
            _LOGGER.error("A fault of SEN1: %s. All else goes on; please report it", place)


def place_of(error: BaseException) -> str:
    """Return the file and the line of ours where an error came from.

    The message of an error, and the last line of its traceback, may tell a name or a value.
    """
    places = [
        f"{Path(frame.f_code.co_filename).relative_to(PACKAGE)}:{line}"
        for frame, line in walk_tb(error.__traceback__)
        if PACKAGE in Path(frame.f_code.co_filename).parents
    ]
    return places[-1] if places else "a library"
