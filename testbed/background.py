"""An event loop in a thread of its own, for what outlives a test.

with Background() as background:
    servers = background.do(start())
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
import threading
from typing import Any, Self

WORKERS = 4


class Background:
    """Run coroutines in the thread's loop; what they start goes on between two of them."""

    def __init__(self) -> None:
        # Not `new_event_loop`: under test, that is Home Assistant's, which guards its executor.
        self._loop = asyncio.SelectorEventLoop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="testbed")
        self._executor = ThreadPoolExecutor(WORKERS)

    def __enter__(self) -> Self:
        """Start the thread, and those of its executor: none begins within a test."""
        gate = threading.Barrier(WORKERS + 1)
        for _ in range(WORKERS):
            self._executor.submit(gate.wait)
        gate.wait()
        self._loop.set_default_executor(self._executor)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop them."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._executor.shutdown()
        self._loop.close()

    def do[T](self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Return what a coroutine returns; cancel it when waiting for it ends otherwise."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        finally:
            future.cancel()
