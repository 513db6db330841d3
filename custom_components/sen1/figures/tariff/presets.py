"""The regulated French prices, to fill in a form with: they are in a file of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
import json
from pathlib import Path

from .contract import Option

FILE = Path(__file__).with_name("tarif_bleu.json")


@dataclass(frozen=True, slots=True)
class Preset:
    """The prices of an option since a day, for some subscribed powers."""

    begin: date
    option: Option
    prices: Mapping[str, float]
    subscriptions: Mapping[float, float]
    """Subscribed power, kVA → per month."""


def read_presets() -> list[Preset]:
    """Read the file, oldest prices first."""
    rows = json.loads(FILE.read_text("utf-8"))["rows"]
    return sorted(
        (
            Preset(
                date.fromisoformat(row["begin"]),
                Option(row["option"]),
                {name: float(price) for name, price in row["prices"].items()},
                {float(power): float(price) for power, price in row["subscriptions"].items()},
            )
            for row in rows
        ),
        key=lambda preset: preset.begin,
    )


def newest(presets: Sequence[Preset], option: Option, power: float) -> Preset | None:
    """Return the last of some prices, oldest first, of an option at a subscribed power (kVA)."""
    return next(
        (p for p in reversed(presets) if p.option is option and power in p.subscriptions), None
    )
