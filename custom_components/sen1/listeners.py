"""Who is told of a change: one that fails ends no other."""

from collections.abc import Callable

from homeassistant.core import CALLBACK_TYPE, callback

from .faults import contained


class Listeners[*Arguments]:
    """Those who listen to one thing."""

    def __init__(self) -> None:
        self._all: list[Callable[[*Arguments], None]] = []

    def __bool__(self) -> bool:
        """Return whether anybody listens."""
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
            with contained():
                listener(*arguments)
