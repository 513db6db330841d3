"""SenML packs of sensor measurements, in XML and JSON (RFC 8428).

Reading gives resolved records in time order: base fields never leave this package.
Writing gives the compact form, which reads back as the same records.
"""

from .json import decode_json, encode_json
from .records import Record, SenmlError
from .units import PRIMARY, SECONDARY, SecondaryUnit
from .xml import NAMESPACE, decode_xml, encode_xml, from_element, to_element

__all__ = [
    "NAMESPACE",
    "PRIMARY",
    "SECONDARY",
    "Record",
    "SecondaryUnit",
    "SenmlError",
    "decode_json",
    "decode_xml",
    "encode_json",
    "encode_xml",
    "from_element",
    "to_element",
]
