"""A serial port whose bytes are handed over when a test says so: a day takes no longer than its
decoding."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import serialx


class _Reader(asyncio.StreamReader):
    """Knows when all it was given has been taken."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = asyncio.Event()

    async def read(self, n: int = -1) -> bytes:
        self.waits.set()
        data = await super().read(n)
        self.waits.clear()
        return data


class _Writer:
    """The other way of the port, which a TIC output does not have."""

    def close(self) -> None:
        """There is nothing to close."""

    async def wait_closed(self) -> None:
        """There is nothing to wait for."""


class Port:
    """A port that opens at once, at any speed."""

    url = "socket://port.invalid:1"

    def __init__(self) -> None:
        self.openings = 0
        self._opened = asyncio.Event()
        self._reader: _Reader

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Let serialx open this port, whatever the address."""
        # Debugging remembers where each callback came from, three times the work of a frame.
        asyncio.get_running_loop().set_debug(False)
        true = serialx.open_serial_connection
        serialx.open_serial_connection = self._open  # type: ignore[assignment]
        try:
            yield
        finally:
            serialx.open_serial_connection = true

    async def hand(self, data: bytes) -> None:
        """Hand over less than a read's worth, and return when it has been dealt with."""
        await self._opened.wait()
        await self._reader.waits.wait()
        self._reader.waits.clear()
        self._reader.feed_data(data)
        await self._reader.waits.wait()

    async def _open(self, **settings: Any) -> tuple[asyncio.StreamReader, _Writer]:
        self._reader = _Reader()
        self.openings += 1
        self._opened.set()
        return self._reader, _Writer()
