"""What the demo's check needs to be right: a whole day before it, and logs that are read right."""

from datetime import datetime

import pytest

from testbed.demo import day_ends_in, is_of_itself
from testbed.household import PARIS


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        ("2026-11-29T23:44:59", None),
        ("2026-11-29T23:45:00", 900),
        ("2026-11-29T23:59:37", 23),
        ("2026-11-30T00:00:00", None),
        ("2026-11-30T00:01:00", None),
        # The days on which the clock changes.
        ("2026-10-24T23:50:00", 600),
        ("2027-03-28T23:50:00", 600),
    ],
)
def test_a_check_is_not_begun_that_would_go_past_midnight(now: str, seconds: int | None) -> None:
    remains = day_ends_in(datetime.fromisoformat(now).replace(tzinfo=PARIS))
    assert (remains and remains.total_seconds()) == seconds


ENDED = """2026-11-30 00:20:02.453 CRITICAL (SyncWorker_21) [concurrent.futures] Exception in worker
Traceback (most recent call last):
  File "python3.14/concurrent/futures/thread.py", line 109, in _worker
    work_item = work_queue.get_nowait()
_queue.Empty

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "%s/concurrent/futures/thread.py", line 116, in _worker
    work_item = work_queue.get(block=True)
%s"""


@pytest.mark.parametrize(
    ("logged", "is_of_home_assistant"),
    [
        (ENDED % ("python3.14", "SystemExit"), True),
        (ENDED % ("python3.14", "MemoryError"), False),
        (ENDED % ("custom_components/sen1", "SystemExit"), False),
        ("0 ERROR () [homeassistant] Error doing job: ClientConnectionResetError", True),
        ("0 ERROR () [homeassistant] Error doing job: Task exception was never retrieved", False),
    ],
)
def test_an_error_that_is_left_out_is_of_home_assistant_alone(
    logged: str, is_of_home_assistant: bool
) -> None:
    assert is_of_itself(logged) is is_of_home_assistant
