"""What is tried until it is answered, each thing by itself."""

import asyncio
from collections import Counter
from contextlib import suppress

from custom_components.sen1.federation.participating.attempts import Attempts

from ..conftest import until


async def test_each_thing_is_tried_once_and_from_the_beginning_where_that_is_asked() -> None:
    begun, ended = Counter[str](), Counter[str]()
    there = ["quick", "slow"]

    async def attempt(one: str) -> None:
        begun[one] += 1
        try:
            if one == "slow":
                await asyncio.Event().wait()
        finally:
            ended[one] += 1

    attempts = Attempts(lambda: there, attempt)
    running = asyncio.create_task(attempts.run())
    await until(lambda: begun == {"quick": 1, "slow": 1})
    attempts.anew("slow")
    await until(lambda: begun == {"quick": 1, "slow": 2})
    assert ended == {"quick": 1, "slow": 1}
    there.remove("slow")
    attempts.anew("slow")
    there.append("late")
    await until(lambda: begun == {"quick": 1, "slow": 2, "late": 1} and ended["slow"] == 2)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
