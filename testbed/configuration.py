"""The configuration folder of a Home Assistant of the testbed, as after its onboarding."""

import json
from pathlib import Path
from typing import Any

from homeassistant.const import MAJOR_VERSION, MINOR_VERSION

type Json = dict[str, Any]

CUSTOM_COMPONENTS = Path(__file__).parents[1] / "custom_components"
BLUEPRINTS = Path(__file__).parents[1] / "blueprints" / "automation" / "sen1"

# Not `default_config`: it looks for devices on the network, and calls the cloud.
INTEGRATIONS = (
    "config",
    "energy",
    "frontend",
    "history",
    "input_boolean",
    "logbook",
    "my",
    "recorder",
    "sun",
)

# The port of the pages moved from YAML to a store of its own; in YAML, it raises a repair issue.
HTTP_IS_STORED = (MAJOR_VERSION, MINOR_VERSION) >= (2026, 10)


def link_blueprints(folder: Path) -> None:
    """Bring ours, and only ours: Home Assistant writes its own beside them."""
    automation = folder / "blueprints" / "automation"
    automation.mkdir(parents=True)
    (automation / "sen1").symlink_to(BLUEPRINTS)


def write_configuration(
    folder: Path, *, name: str, host: str, port: int, db_url: str | None = None
) -> None:
    """Fill an empty folder: what `hass` reads at its first start.

    The recorder's database is the one of `db_url`, else a file in the folder.

    All of the onboarding is done but its first step, the user: the one step that needs nothing
    from outside.
    """
    (folder / "custom_components").symlink_to(CUSTOM_COMPONENTS)
    link_blueprints(folder)
    (folder / "automations.yaml").write_text("[]")
    (folder / "configuration.yaml").write_text(_yaml(name, host, port, db_url))
    storage = folder / ".storage"
    storage.mkdir()
    _store(storage, "onboarding", 4, 1, {"done": ["core_config", "analytics", "integration"]})
    if HTTP_IS_STORED:
        _store(storage, "http", 2, 2, _http(host, port))


def _yaml(name: str, host: str, port: int, db_url: str | None) -> str:
    options: dict[str, Json] = {"recorder": {"commit_interval": 1}}
    if db_url is not None:
        options["recorder"]["db_url"] = db_url
    if not HTTP_IS_STORED:
        options["http"] = {"server_host": host, "server_port": port}
    lines = [f"{domain}: {json.dumps(options.pop(domain, {}))}" for domain in INTEGRATIONS]
    lines += [f"{domain}: {json.dumps(option)}" for domain, option in options.items()]
    return f"""\
homeassistant:
  name: {name}
  latitude: 47.75
  longitude: -3.37
  elevation: 20
  time_zone: Europe/Paris
  unit_system: metric
  country: FR
  currency: EUR
logger:
  default: warning
  logs:
    custom_components.sen1: info
    # Programs and libraries for cameras, which we have none of.
    haffmpeg: critical
    homeassistant.components.camera: critical
    homeassistant.bootstrap: info
automation: !include automations.yaml
{"\n".join(lines)}
"""


def _http(host: str, port: int) -> Json:
    return {
        "stable": {
            "server_host": [host],
            "server_port": port,
            "cors_allowed_origins": [],
            "ip_ban_enabled": True,
            "login_attempts_threshold": -1,
            "ssl_profile": "modern",
            "use_x_frame_options": True,
            "created_at": "2026-11-24T00:00:00+00:00",
            "error": None,
            "error_message": None,
        },
        "pending": None,
        "yaml_migration_done": True,
    }


def _store(storage: Path, key: str, version: int, minor: int, data: Json) -> None:
    content = {"version": version, "minor_version": minor, "key": key, "data": data}
    (storage / key).write_text(json.dumps(content))
