"""A fault of ours stays where it is, and tells its type and place only."""

from __future__ import annotations

import asyncio

import pytest

from custom_components.sen1.federation.faults import Faults
from custom_components.sen1.protocol.model import parse_stamp

SECRET = "Bob's roof 640 W"


def test_what_is_contained_ends_nothing_and_is_told_once_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    faults = Faults()
    for _ in range(3):
        with faults.contained():
            parse_stamp(SECRET)
    assert len(caplog.records) == 1
    (record,) = caplog.records
    assert "Bob" not in record.getMessage() + str(record.exc_info)
    assert "ValueError at protocol/model.py:" in record.getMessage()
    assert list(faults.counts.values()) == [3]


def test_faults_that_come_together_are_each_counted() -> None:
    faults = Faults()
    faults.note(ExceptionGroup("two", [KeyError(SECRET), ExceptionGroup("", [ValueError()])]))
    assert faults.counts == {"KeyError": 1, "ValueError": 1}


async def test_a_task_that_is_cancelled_is_no_fault() -> None:
    faults = Faults()

    async def wait() -> None:
        with faults.contained():
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not faults.counts
