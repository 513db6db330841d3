"""What stands between a statement and the wire: where it is signed and sealed, and opened again.

Neither is done yet: what is said is what goes. All that two installations say to each other passes
here, so that it is done in this place alone (docs/developers.md names who calls). What goes
to and comes from those who have no keys does not: data nodes, proxies of 2019, plain clients.
"""

from xml.etree.ElementTree import Element


def seal(statement: Element) -> Element:
    """Return what goes over the wire for a statement: an element of the same tag."""
    return statement


def open(payload: Element) -> Element:  # noqa: A001 - what undoes `seal` is called so (RFC 9180)
    """Return the statement that came over the wire."""
    return payload
