"""What several checks read."""

import json
from typing import Any

import pytest

from .package import PACKAGE


@pytest.fixture
def manifest() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((PACKAGE / "manifest.json").read_text())
    return read
