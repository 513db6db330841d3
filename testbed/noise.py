"""What lines do to bytes: bits flip, bytes are lost, others come from nowhere."""

import random

from testbed.tic_meter import Transmitter, Write

BITS = 7
"""The eighth is the parity's."""


class Noise:
    """Damages bytes at a given rate, the same ones for the same seed."""

    def __init__(self, rate: float, seed: int = 54) -> None:
        self.rate = rate
        self._chance = random.Random(seed)

    def __call__(self, data: bytes) -> bytes:
        """Return what is left of these bytes."""
        heard = bytearray()
        for byte in data:
            if self._chance.random() < self.rate:
                heard += self._damaged(byte)
            else:
                heard.append(byte)
        return bytes(heard)

    def _damaged(self, byte: int) -> bytes:
        match self._chance.randrange(5):
            case 0:
                return b""
            case 1:
                return bytes([byte, self._chance.randrange(128)])
            case 2:
                return bytes([self._chance.randrange(128)])
            case _:
                return bytes([byte ^ 1 << self._chance.randrange(BITS)])


class NoisyLine(Transmitter):
    """A meter at the end of a bad line; its noise may be changed while it speaks."""

    def __init__(self, meter: Transmitter, noise: Noise) -> None:
        super().__init__(meter.baud)
        self.meter = meter
        self.noise = noise

    async def run(self, write: Write) -> None:
        await self.meter.run(lambda data: write(self.noise(data)))
