"""A Home Assistant of the testbed asks the gateways that it is told of."""

import json
import os
import subprocess
import sys

from testbed.enedis import SimulatedEnedis
from testbed.translations import PROJECT

ASKED = """
import json
from testbed.enedis import point_gateways
point_gateways()
from custom_components.sen1.enedis.gateways import BASES
print(json.dumps(BASES))
"""


def bases(environment: dict[str, str]) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        check=True,
        text=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_a_home_assistant_asks_the_gateways_of_its_environment() -> None:
    enedis = SimulatedEnedis()
    assert bases(enedis.environment) == enedis.bases
    assert all(base.startswith("https://") for base in bases({}).values())
