"""The whole line, as anyone runs it: two meters, two servers, two Home Assistants."""

from collections.abc import Sequence
from pathlib import Path
import subprocess
import sys

import pytest

TOP = Path(__file__).parents[2]
CAPTURE = TOP.parent / "shared" / "captures" / "hist_tempo_mono_10frames.bin"


def demo(*arguments: str | Path) -> tuple[int, str]:
    """Run `scripts/demo` as it runs once `scripts/setup` is done; return its status and output."""
    command: Sequence[str | Path] = [sys.executable, "-m", "testbed.demo", *arguments]
    with subprocess.Popen(
        command, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            output, _ = process.communicate()
        finally:
            process.terminate()
    return process.returncode, output


@pytest.mark.timeout(1500)
def test_the_demo_shows_the_truth_at_friends_and_in_figures_and_a_withdrawal_stops_it() -> None:
    status, output = demo("--check")
    assert status == 0, output


@pytest.mark.timeout(300)
@pytest.mark.skipif(not CAPTURE.exists(), reason="the recordings are not beside the repository")
def test_a_recorded_meter_reaches_the_friend_with_its_last_values() -> None:
    status, output = demo("--check", "--capture", CAPTURE)
    assert status == 0, output
