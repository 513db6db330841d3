"""A fault of ours while something of one friend, series or node is done: it stays with that one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
import logging

from ..protocol.errors import type_and_place

_LOGGER = logging.getLogger(__name__)


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
        self.counts[type_and_place(error)] += 1
        if self.counts[type_and_place(error)] == 1:
            _LOGGER.error(
                "A fault of SEN1: %s. All else goes on; please report it", type_and_place(error)
            )
