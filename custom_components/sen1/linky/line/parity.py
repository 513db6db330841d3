"""The parity of each character, which the TIC sends in the eighth bit and serial drivers lose.

A port opened 7E1 hands on characters of wrong parity like any others. So ports are opened 8N1,
the same on the wire, and the parity is looked at here: a damaged bit 6, which the checksum of a
group never sees, is seen.

Pure: bytes in, bytes out.
"""

from .tic import SUB

WINDOW = 512
"""Bytes after which is decided whether parity is sent; half a second at 9600 bauds."""

_ODD = bytes(char for char in range(0x100) if char.bit_count() % 2)
_LOW = bytes(range(0x80))
_TO_SUB = bytes(ord(SUB) if char in _ODD else char for char in range(0x100))


class ParityCheck:
    """Turns characters of wrong parity into SUB, where parity is sent at all.

    Some readers send seven bits and a zero: there is nothing to check, and all passes.
    """

    def __init__(self) -> None:
        self.is_sent = False
        self._bytes = 0
        self._high = 0
        self._high_and_even = 0

    def strip(self, data: bytes) -> bytes:
        """Return the characters, of which SUB is none of the TIC's."""
        high = data.translate(None, _LOW)
        self._bytes += len(data)
        self._high += len(high)
        self._high_and_even += len(high.translate(None, _ODD))
        if self._bytes >= WINDOW:
            # About half of all characters need the bit; of noise, half have it by chance.
            self.is_sent = (
                4 * self._high >= self._bytes and 10 * self._high_and_even >= 9 * self._high
            )
            self._bytes = self._high = self._high_and_even = 0
        return data.translate(_TO_SUB) if self.is_sent else data
