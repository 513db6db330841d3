"""The table of docs/units.md; `python -m tests.repository.units_page` writes it anew."""

from homeassistant.components.sensor.const import DEVICE_CLASS_UNITS

from custom_components.sen1.history.units import DIMENSIONLESS, OF_DEVICE_CLASS, WIRES, Wire

from .package import PROJECT

PAGE = PROJECT / "docs" / "units.md"

HEADING = "| Home Assistant | SenML | on the wire |\n| --- | --- | --- |\n"
"""Above the table; what is above that is written by hand."""


def rows() -> list[str]:
    """Return the rows of the table, in alphabetical order."""
    found = [_row(unit, None, wire) for unit, wire in WIRES.items()]
    found += [_row(unit, of_class, wire) for (of_class, unit), wire in OF_DEVICE_CLASS.items()]
    known = {unit for units in DEVICE_CLASS_UNITS.values() for unit in units if unit is not None}
    found += [f"| {unit} | none | as text |" for unit in known if unit not in WIRES]
    found.append(f"| no unit | `{DIMENSIONLESS}` | the same |")
    return sorted(found, key=str.lower)


def page() -> str:
    """Return the page as it should be."""
    return PAGE.read_text().partition(HEADING)[0] + HEADING + "\n".join(rows()) + "\n"


def _row(unit: str | None, device_class: str | None, wire: Wire) -> str:
    name = unit or "no unit"
    if device_class is not None:
        name += f" ({device_class.replace('_', ' ')})"
    if wire.is_same:
        how = "the same"
    else:
        how = f"times {wire.scale:.9g}"
        if wire.offset:
            how += f" {'minus' if wire.offset < 0 else 'plus'} {abs(wire.offset):.9g}"
    return f"| {name} | `{wire.unit}` | {how} |"


if __name__ == "__main__":
    PAGE.write_text(page())
