"""Wait for what happens, not for a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until[T](condition: Callable[[], T], what: str, within: float = 30) -> T:
    """Return the condition's first true value; `TimeoutError` tells what it was last.

    The condition is looked at 50 times a second: it may join things of several processes.
    `within` is in seconds.
    """
    last = condition()
    try:
        async with asyncio.timeout(within):
            while not last:
                await asyncio.sleep(0.02)
                last = condition()
    except TimeoutError:
        raise TimeoutError(f"{what}: not within {within:g} s") from None
    return last
