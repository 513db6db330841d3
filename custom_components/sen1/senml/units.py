"""The two registries of SenML units: what may stand in `u` and `bu`."""

from typing import NamedTuple

# fmt: off
PRIMARY = frozenset({
    # RFC 8428, section 12.1
    "m", "kg", "g", "s", "A", "K", "cd", "mol", "Hz", "rad", "sr", "N", "Pa", "J", "W", "C", "V",
    "F", "Ohm", "S", "Wb", "T", "H", "Cel", "lm", "lx", "Bq", "Gy", "Sv", "kat", "m2", "m3", "l",
    "m/s", "m/s2", "m3/s", "l/s", "W/m2", "cd/m2", "bit", "bit/s", "lat", "lon", "pH", "dB",
    "dBW", "Bspl", "count", "/", "%", "%RH", "%EL", "EL", "1/s", "1/min", "beat/min", "beats",
    "S/m",
    # RFC 8798, section 2
    "B", "VA", "VAs", "var", "vars", "J/m", "kg/m3", "deg",
})
# fmt: on
"""Units any reader knows."""


class SecondaryUnit(NamedTuple):
    """A unit derived from a primary one: `primary value = value * scale + offset`."""

    primary: str
    scale: float
    offset: float = 0


SECONDARY = {
    # RFC 8798, section 3
    "ms": SecondaryUnit("s", 1 / 1000),
    "min": SecondaryUnit("s", 60),
    "h": SecondaryUnit("s", 3600),
    "MHz": SecondaryUnit("Hz", 1_000_000),
    "kW": SecondaryUnit("W", 1000),
    "kVA": SecondaryUnit("VA", 1000),
    "kvar": SecondaryUnit("var", 1000),
    "Ah": SecondaryUnit("C", 3600),
    "Wh": SecondaryUnit("J", 3600),
    "kWh": SecondaryUnit("J", 3_600_000),
    "varh": SecondaryUnit("vars", 3600),
    "kvarh": SecondaryUnit("vars", 3_600_000),
    "kVAh": SecondaryUnit("VAs", 3_600_000),
    "Wh/km": SecondaryUnit("J/m", 3.6),
    "KiB": SecondaryUnit("B", 1024),
    "GB": SecondaryUnit("B", 1e9),
    "Mbit/s": SecondaryUnit("bit/s", 1_000_000),
    "B/s": SecondaryUnit("bit/s", 8),
    "MB/s": SecondaryUnit("bit/s", 8_000_000),
    "mV": SecondaryUnit("V", 1 / 1000),
    "mA": SecondaryUnit("A", 1 / 1000),
    "dBm": SecondaryUnit("dBW", 1, -30),
    "ug/m3": SecondaryUnit("kg/m3", 1e-9),
    "mm/h": SecondaryUnit("m/s", 1 / 3_600_000),
    "m/h": SecondaryUnit("m/s", 1 / 3600),
    "ppm": SecondaryUnit("/", 1e-6),
    "/100": SecondaryUnit("/", 1 / 100),
    "/1000": SecondaryUnit("/", 1 / 1000),
    "hPa": SecondaryUnit("Pa", 100),
    "mm": SecondaryUnit("m", 1 / 1000),
    "cm": SecondaryUnit("m", 1 / 100),
    "km": SecondaryUnit("m", 1000),
    "km/h": SecondaryUnit("m/s", 1 / 3.6),
}
"""Units only a reader of version 26 knows (RFC 9100, feature "Secondary Units")."""
