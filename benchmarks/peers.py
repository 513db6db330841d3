"""The libraries we measure ourselves beside, in an environment of their own made on first use."""

from pathlib import Path
import subprocess
import sys

REQUIREMENTS = ("kpn-senml==1.0.1", "pyteleinfo==0.4.0", "serial-teleinfo==1.0.1")

_ENVIRONMENT = Path(__file__).resolve().parents[1] / ".venv-peers"
_UV = Path(sys.executable).with_name("uv")  # Home Assistant requires it
_PYTHON = _ENVIRONMENT / "bin" / "python"


def run(script: str, *arguments: str, text: str = "") -> str:
    """Run a script where the peers are, `text` on its standard input; return what it prints."""
    if not _PYTHON.exists():
        _call(_UV, "venv", "--quiet", "--python", sys.executable, _ENVIRONMENT)
    _call(_UV, "pip", "install", "--quiet", "--python", _PYTHON, *REQUIREMENTS)
    return _call(_PYTHON, "-c", script, *arguments, text=text)


def _call(*command: str | Path, text: str = "") -> str:
    return subprocess.run(command, input=text, check=True, stdout=subprocess.PIPE, text=True).stdout
