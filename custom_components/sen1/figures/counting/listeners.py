"""Who is told of a change: one that fails ends no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
import logging
from pathlib import Path
import traceback

from homeassistant.core import CALLBACK_TYPE, callback

_LOGGER = logging.getLogger(__name__)

PACKAGE = Path(__file__).parents[2]


@contextmanager
def isolated() -> Iterator[None]:
    """Let a fault end here, and say which it is and where: no name, no value."""
    try:
        yield
    except Exception as error:
        _LOGGER.error("A figure could not be worked out: %s", fault_in(error))


def fault_in(error: Exception) -> str:
    """Return the type of a fault and its place: in this package, and beyond where it lies there."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(PACKAGE)]
    places = dict.fromkeys(
        f"{Path(frame.filename).relative_to(PACKAGE)}:{frame.lineno}"
        if frame in ours
        else f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno}"
        for frame in (*ours[-1:], *frames[-1:])
    )
    return f"{type(error).__name__} at {', '.join(places)}"


class Listeners[*Arguments]:
    """Those who listen to one thing."""

    def __init__(self) -> None:
        self._all: list[Callable[[*Arguments], None]] = []

    def __bool__(self) -> bool:
        """Tell whether anybody listens."""
        return bool(self._all)

    @callback
    def add(self, listener: Callable[[*Arguments], None]) -> CALLBACK_TYPE:
        """Call a listener from now on; return how to stop."""
        self._all.append(listener)
        return lambda: self._all.remove(listener)

    @callback
    def tell(self, *arguments: *Arguments) -> None:
        """Call each."""
        for listener in self._all.copy():
            with isolated():
                listener(*arguments)
