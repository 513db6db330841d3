"""A fault of ours stays where it is, and tells its type and place only."""

import asyncio
from collections import Counter

import pytest

from custom_components.sen1.faults import contained, note_fault, type_and_place
from custom_components.sen1.protocol.stamps import parse_stamp

SECRET = "Bob's roof 640 W"


def test_what_is_contained_ends_nothing_and_is_told_once_without_its_words(
    caplog: pytest.LogCaptureFixture, faults: Counter[str]
) -> None:
    for _ in range(3):
        with contained():
            parse_stamp(SECRET)
    (record,) = caplog.records
    assert "Bob" not in record.getMessage() + str(record.exc_info)
    assert "ValueError at protocol/stamps.py:" in record.getMessage()
    assert list(faults.values()) == [3]


def test_faults_that_come_together_are_each_counted(faults: Counter[str]) -> None:
    several = ExceptionGroup("two", [KeyError(SECRET), ExceptionGroup("", [ValueError()])])
    note_fault(several)
    assert faults == {"KeyError": 1, "ValueError": 1}
    assert type_and_place(several) == "KeyError, ValueError"


async def test_a_task_that_is_cancelled_is_no_fault() -> None:
    async def wait() -> None:
        with contained():
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
