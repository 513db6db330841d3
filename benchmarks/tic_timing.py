"""Time TIC decoders in turn over the same frames; runs where the peers are installed.

The decoder's path comes as argument and the frames of each kind as JSON on standard input; CPU
seconds per frame leave as JSON, by kind and decoder, a number for each block of frames.
"""

from collections.abc import Callable
import importlib.util
import io
import json
import sys
import time
from types import ModuleType

import serial_teleinfo
import teleinfo

BLOCK = 20
"""Frames timed together, long enough for the clock and short enough to take turns often."""

PIECE = 16
"""Bytes that a USB adapter delivers at a time, at 9600 baud: it waits for 16 ms."""


def main() -> None:
    timings = {}
    for kind, texts in json.load(sys.stdin).items():
        decoders = {"sen1": whole(), "sen1.cold": cold(), "sen1.pieces": in_pieces()}
        if not kind.startswith("standard"):
            decoders |= {"pyteleinfo": teleinfo.decode, "serial-teleinfo": by_line}
        timings[kind] = time_in_turn(decoders, [text.encode() for text in texts])
    print(json.dumps(timings))


def time_in_turn(
    decoders: dict[str, Callable[[bytes], object]], frames: list[bytes]
) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in decoders}
    for first in range(0, len(frames), BLOCK):
        block = frames[first : first + BLOCK]
        for name, decode in decoders.items():
            begin = time.process_time()
            for frame in block:
                decode(frame)
            times[name].append((time.process_time() - begin) / BLOCK)
    return times


def load() -> ModuleType:
    """Load the decoder anew: what it remembers of past groups must not serve another's turn."""
    spec = importlib.util.spec_from_file_location("tic", sys.argv[1])
    assert spec is not None
    assert spec.loader is not None  # it is a file of Python
    tic = importlib.util.module_from_spec(spec)
    sys.modules["tic"] = tic
    spec.loader.exec_module(tic)
    return tic


def whole() -> Callable[[bytes], object]:
    feed: Callable[[bytes], object] = load().TicDecoder().feed
    return feed


def cold() -> Callable[[bytes], object]:
    tic = load()
    decoder = tic.TicDecoder()

    def decode(frame: bytes) -> object:
        tic._parse.cache_clear()
        return decoder.feed(frame)

    return decode


def in_pieces() -> Callable[[bytes], object]:
    feed = whole()

    def decode(frame: bytes) -> None:
        for begin in range(0, len(frame), PIECE):
            feed(frame[begin : begin + PIECE])

    return decode


def by_line(frame: bytes) -> dict[str, str]:
    # Its client reads up to each LF; that of the next frame ends this one.
    lines = io.BytesIO(frame[2:] + b"\x02\n")
    return {label: value for label, value, _ in map(serial_teleinfo.parse_line, lines)}


if __name__ == "__main__":
    main()
