"""Programs started for a while: what they need is theirs alone."""

import subprocess
import sys

from testbed.process import free_port

UNLUCKY = """
import random
from testbed.process import free_port

lucky, unlucky = random.randint, iter([{port}])
random.randint = lambda *span: next(unlucky, None) or lucky(*span)
print(free_port())
"""


def test_no_other_process_gets_a_port_before_anybody_listens_on_it() -> None:
    mine = free_port()
    command = [sys.executable, "-c", UNLUCKY.format(port=mine)]
    assert int(subprocess.run(command, check=True, capture_output=True).stdout) != mine
