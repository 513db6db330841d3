"""What several checks read."""

import json
from typing import Any

import pytest

from .package import PACKAGE


@pytest.fixture
def manifest() -> dict[str, Any]:
    return json.loads((PACKAGE / "manifest.json").read_text())
