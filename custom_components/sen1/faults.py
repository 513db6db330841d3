"""A fault of ours: it ends what it happened in, and nothing of another friend, series or figure."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
import logging
from pathlib import Path
from traceback import walk_tb

_LOGGER = logging.getLogger(__name__)

HERE = Path(__file__)
PACKAGE = HERE.parent

COUNTS: Counter[str] = Counter()
"""Faults by type and place, since the start; diagnostics show them."""


def note_fault(fault: BaseException) -> None:
    """Count a fault, and log it the first time, without a name or a value; of several, each."""
    if isinstance(fault, BaseExceptionGroup):
        for one in fault.exceptions:
            note_fault(one)
        return
    what = type_and_place(fault)
    COUNTS[what] += 1
    if COUNTS[what] == 1:
        _LOGGER.error("A fault of SEN1: %s. All else goes on; please report it", what)


@contextmanager
def contained() -> Iterator[None]:
    """Let nothing that is raised here end anything else."""
    try:
        yield
    except Exception as error:
        note_fault(error)


def type_and_place(fault: BaseException) -> str:
    """Return what a log may say of a fault of ours: its class, and the line of ours it came from.

    What it says itself may name a friend, an entity or a value.
    """
    if isinstance(fault, BaseExceptionGroup):
        return ", ".join(type_and_place(one) for one in fault.exceptions)
    places = [
        f" at {path.relative_to(PACKAGE)}:{line}"
        for frame, line in walk_tb(fault.__traceback__)
        if (path := Path(frame.f_code.co_filename)).is_relative_to(PACKAGE) and path != HERE
    ]
    return type(fault).__name__ + "".join(places[-1:])
