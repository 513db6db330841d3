"""The demo's check has a whole day before it, or waits for the next."""

from datetime import datetime

import pytest

from testbed.demo import day_ends_in
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
