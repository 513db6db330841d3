"""Write docs/labels.md from the integration's own tables: python -m testbed.label_table."""

from collections.abc import Iterator
import json
from pathlib import Path
from typing import Any

from custom_components.sen1.linky.labels.periods import PME_PMI_PERIODS
from custom_components.sen1.linky.labels.rows import BinarySensorRow, SensorRow
from custom_components.sen1.linky.labels.table import ROWS, SENSORS
from custom_components.sen1.linky.line.tic import Mode

PROJECT = Path(__file__).parents[1]
PAGE = PROJECT / "docs" / "labels.md"
TRANSLATIONS = PROJECT / "custom_components" / "sen1" / "translations"

HEAD = """# Labels

*Written by `python -m testbed.label_table` from the tables of `linky/labels/table.py` and
`linky/labels/flags.py`.*

Every label of a Linky's two modes and of a PME-PMI meter, and what becomes of it in Home Assistant.
The key ends in the entity's unique id; a label that tells several things has several keys. *Off*
means that the entity is there but has to be enabled on the page of its device: few people need it.

**Kept** is what stands still and is kept while the meter does not send it. **No** is what a label
that comes and goes means while it is absent. An index is offered by the Energy dashboard as long as
its entity is on: those that count the same energy once more, the distributor's (`EASD…`) and the
second tariff of a PME-PMI, are off so that nobody adds them twice. What counts only for ten minutes
or stands at the end of a billing period has no state class, and is never offered.
"""

NUMBERS = {Mode.HISTORIC: "ADCO", Mode.STANDARD: "ADSC", Mode.PME_PMI: "ADS"}
"""The labels of the meter's own number."""

TITLES = {
    Mode.HISTORIC: "Historic mode (Linky, and older electronic meters)",
    Mode.STANDARD: "Standard mode (Linky)",
    Mode.PME_PMI: "PME-PMI",
}
PERIODS_HEAD = """## Tariff periods of a PME-PMI

What `PTCOUR1` and `PTCOUR2` write, and the state and end of keys it becomes. The meanings are those
that two decoders of others, written apart, give them; `HP` and `HC` are in neither, and are read as
in the other modes. In a real meter's frames we have only seen `HPE`: if yours means something else
by one, tell us.

| code | period | période | state |
| --- | --- | --- | --- |
"""

PERIOD = {"en": "for each tariff period", "fr": "pour chaque période tarifaire"}


def page() -> str:
    """Return the page."""
    texts = {
        language: json.loads((TRANSLATIONS / f"{language}.json").read_text())["entity"]
        for language in ("en", "fr")
    }
    parts = [HEAD]
    for mode in Mode:
        lines = dict.fromkeys(_lines(mode, texts))
        parts.append(
            f"## {TITLES[mode]}\n\n"
            "| label | entity | entité | unit | default | absent | key |\n"
            "| --- | --- | --- | --- | --- | --- | --- |\n" + "\n".join(lines) + "\n"
        )
    states = [
        texts[language]["sensor"]["tariff_period_in_force"]["state"] for language in ("en", "fr")
    ]
    parts.append(
        PERIODS_HEAD
        + "".join(
            f"| `{code}` | {' | '.join(names[key] for names in states)} | `{key}` |\n"
            for code, key in PME_PMI_PERIODS.items()
        )
    )
    return "\n".join(parts)


def _lines(mode: Mode, texts: dict[str, Any]) -> Iterator[str]:
    number = ("serial number of the device", "numéro de série", "", "", "", "")
    yield f"| `{NUMBERS[mode]}` | {' | '.join(number)} |"
    for row in sorted(ROWS[mode], key=lambda row: _place(mode, row)):
        platform = "sensor" if row in SENSORS[mode] else "binary_sensor"
        names = [_name(row, texts[language][platform], language) for language in ("en", "fr")]
        key = row.key if row.period is None else f"{row.labels[0]}_{{period}}"
        labels = ", ".join(f"`{label}`" for label in row.labels) or "computed"
        cells = [labels, *names, _unit(row), _default(mode, row), _absent(row), f"`{key}`"]
        yield f"| {' | '.join(cells)} |"


def _place(mode: Mode, row: SensorRow | BinarySensorRow) -> int:
    """Return where the sensors of the row's label begin, so that its flags stand beside them."""
    labels = [label for sensor in SENSORS[mode] for label in sensor.labels or (sensor.key,)]
    label = (row.labels or (row.key,))[0]
    return labels.index(label) if label in labels else len(labels)


def _name(row: SensorRow | BinarySensorRow, texts: dict[str, dict[str, str]], language: str) -> str:
    name = texts[row.translation_key or ""]["name"].format_map(row.translation_placeholders or {})
    if row.period is None:
        return name
    return f"{name.replace(row.period, '…')} ({PERIOD[language]})"


def _unit(row: SensorRow | BinarySensorRow) -> str:
    if not isinstance(row, SensorRow):
        return "on/off"
    return row.native_unit_of_measurement or {
        "timestamp": "time",
        "enum": "one of several",
    }.get(row.device_class or "", "")


def _default(mode: Mode, row: SensorRow | BinarySensorRow) -> str:
    variants = {
        other.entity_registry_enabled_default for other in ROWS[mode] if other.key == row.key
    }
    if len(variants) == 2:
        return "on once announced"
    return "on" if row.entity_registry_enabled_default else "off"


def _absent(row: SensorRow | BinarySensorRow) -> str:
    if row.period is not None:
        return "kept"
    return "" if row.absent is None else "no"


def main() -> None:
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
