"""The whole line, as anyone runs it, with a recording as its meter."""

from collections.abc import Sequence
from pathlib import Path
import subprocess
import sys

import pytest

TOP = Path(__file__).parents[2]
CAPTURE = TOP.parent / "shared" / "captures" / "hist_tempo_mono_10frames.bin"


@pytest.mark.timeout(300)
@pytest.mark.skipif(not CAPTURE.exists(), reason="the recordings are not beside the repository")
def test_a_recorded_meter_reaches_the_friend_with_its_last_values() -> None:
    # As `scripts/demo` runs it once `scripts/setup` is done.
    arguments = ("--check", "--capture", CAPTURE)
    command: Sequence[str | Path] = [sys.executable, "-m", "testbed.demo", *arguments]
    with subprocess.Popen(
        command, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            output, _ = process.communicate()
        finally:
            process.terminate()
    assert process.returncode == 0, output
