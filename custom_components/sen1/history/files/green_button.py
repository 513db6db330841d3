"""Green Button (NAESB ESPI): an Atom feed of energies, as utilities and gateways give it.

Pure. A block of readings lies below the meter reading whose links lead to what they are: a table
is made of both.
"""

from collections.abc import Iterator

from .documents import Element

UNITS = {"72": "Wh", "38": "W", "61": "VA", "42": "m³", "134": "L"}
"""`uom`."""

AGGREGATIONS = {"1": "index", "3": "index", "9": "index"}
"""`accumulationBehaviour`: bulk quantity, cumulative and summation are what an index showed."""

EXTREMES = {"8": "maximum", "9": "maximum", "11": "maximum"}
"""`dataQualifier`: what is neither a sum nor a mean."""

DIRECTIONS = {"1": "CONS", "19": "PROD"}
"""`flowDirection`: forward, reverse."""


def lines_of(feed: Iterator[Element]) -> Iterator[list[str]]:
    """Yield a heading and the lines of a feed. Raises NotUnderstood and DangerousFile."""
    blocks: dict[str, list[dict[str, str]]] = {}
    links: dict[str, list[str]] = {}
    kinds: dict[str, dict[str, str]] = {}
    address, told = "", dict[str, str]()
    related, readings = list[str](), list[dict[str, str]]()
    for name, attributes, text in feed:
        match name:
            case "link" if attributes.get("rel") == "self":
                address = attributes.get("href", "")
            case "link":
                related.append(attributes.get("href", ""))
            case "IntervalReading":
                readings.append(told)
                told = {}
            case "entry":
                if readings:
                    blocks[address], readings = readings, []
                if related:
                    links[address], related = related, []
                if "uom" in told:
                    kinds[address] = told
                told = {}
            case _:
                told[name] = text
    of_meter = {
        meter: kinds[link] for meter, others in links.items() for link in others if link in kinds
    }
    only = next(iter(kinds.values())) if len(kinds) == 1 else {}
    yield ["identifiant prm", "grandeur metier", "unite", "aggregation", "begin", "pas", "value"]
    for address, block in blocks.items():
        meter = address.partition("/IntervalBlock")[0]
        kind = of_meter.get(meter, only)
        for reading in block:
            yield [
                meter.partition("/MeterReading")[0],
                DIRECTIONS.get(kind.get("flowDirection", ""), ""),
                UNITS.get(kind.get("uom", ""), ""),
                EXTREMES.get(kind.get("dataQualifier", ""))
                or AGGREGATIONS.get(kind.get("accumulationBehaviour", ""), ""),
                reading.get("start", ""),
                f"PT{reading.get('duration', '')}S",
                f"{reading.get('value', '')}e{kind.get('powerOfTenMultiplier') or 0}",
            ]
