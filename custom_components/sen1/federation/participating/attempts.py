"""What is tried until it is answered: several things at once, each in a task of its own."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any


class Attempts:
    """Try at each thing there is, once, and again from the beginning where that is asked."""

    def __init__(
        self,
        there: Callable[[], Iterable[str]],
        attempt: Callable[[str], Coroutine[Any, Any, None]],
    ) -> None:
        self._there, self._attempt = there, attempt
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._news = asyncio.Event()

    def anew(self, one: str) -> None:
        """Begin anew with something, without a delay, or leave it once it is there no more."""
        if (task := self._tasks.pop(one, None)) is not None:
            task.cancel()
        self._news.set()

    async def run(self) -> None:
        """Try at all there is, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            try:
                while True:
                    for one in [one for one in self._there() if one not in self._tasks]:
                        self._tasks[one] = tasks.create_task(self._attempt(one))
                    self._news.clear()
                    await self._news.wait()
            finally:
                self._tasks.clear()
