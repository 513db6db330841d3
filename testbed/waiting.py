"""Wait for what happens, not for a time."""

import asyncio
from collections.abc import Awaitable, Callable
import inspect
from typing import Any, overload


@overload
async def until[T](
    condition: Callable[[], Awaitable[T | None]], what: str, within: float = 30
) -> T: ...


@overload
async def until[T](condition: Callable[[], T | None], what: str, within: float = 30) -> T: ...


async def until(condition: Callable[[], Any], what: str, within: float = 30) -> Any:
    """Return the condition's first true value; a `TimeoutError` names what did not happen.

    The condition is looked at 50 times a second: it may join things of several processes.
    `within` is in seconds.
    """
    try:
        async with asyncio.timeout(within):
            while True:
                value = condition()
                if inspect.isawaitable(value):
                    value = await value
                if value:
                    return value
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise TimeoutError(f"{what}: not within {within:g} s") from None
