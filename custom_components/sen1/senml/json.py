"""SenML in JSON: `application/senml+json` (RFC 8428, section 5)."""

from collections.abc import Iterable, Iterator, Mapping
import json
from typing import Any, NoReturn

from .pack import pack
from .records import MAX_LENGTH, BrokenRule, Record, SenmlError, finite, utf8
from .resolve import Notation, resolve


def decode_json(text: str | bytes, *, now: float | None = None) -> list[Record]:
    """Return the resolved records of a pack, oldest first.

    Relative times count from `now`, a Unix time in seconds (the clock's when None).
    Raises SenmlError.
    """
    if len(text) > MAX_LENGTH:
        raise SenmlError(f"longer than {MAX_LENGTH} characters")
    try:
        packed = _DECODER.decode(text if isinstance(text, str) else text.decode())
    except SenmlError:
        raise
    except ValueError:
        raise SenmlError("not JSON") from None
    except RecursionError:
        raise SenmlError("nested deeper than any SenML") from None
    if not isinstance(packed, list):
        raise SenmlError("not an array of records")
    return resolve(_fields(packed), _NOTATION, now)


def encode_json(records: Iterable[Record]) -> str:
    """Return the compact pack of the records.

    Records in time order read back equal. Raises SenmlError on one that no reader would take.
    """
    return _ENCODER.encode(pack(records))


def _fields(packed: list[Any]) -> Iterator[Mapping[str, Any]]:
    for position, pairs in enumerate(packed, 1):
        # Freed as it is read: to free a large pack in one go holds all else up.
        packed[position - 1] = None
        if type(pairs) is not tuple:
            raise SenmlError("not an object", position)
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise SenmlError("a field is there twice", position)
        yield fields


def _pairs(pairs: list[tuple[str, Any]]) -> tuple[tuple[str, Any], ...]:
    # In Python, such that a large pack gives way to what else runs, which C does not.
    return tuple(pairs)


def _refuse_constant(_constant: str) -> NoReturn:
    raise SenmlError("NaN and Infinity are not JSON")


def _boolean(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise BrokenRule("not a boolean")
    return raw


_DECODER = json.JSONDecoder(
    # Objects as tuples of pairs: arrays stay apart from them, and doubled keys visible.
    object_pairs_hook=_pairs,
    parse_constant=_refuse_constant,
)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_NOTATION = Notation(finite, _boolean, utf8)
