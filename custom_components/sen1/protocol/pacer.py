"""The rate budget of an account (a token bucket, with time as an argument).

Public servers throttle at 3 to 10 kB/s and throttled stanzas delay everything behind them,
so the account stays well under: 1 kB/s on average, one burst after a quiet time.
"""

RATE = 1000.0
"""Bytes a second, on average."""

BURST = 16_384
"""Bytes that may go at once after a quiet time; Debian's ejabberd lets 20,000 through."""

CATCH_UP_MOST = 8.0
"""How many times the average a backlog may go while the server answers at once."""

PROMPT = 0.3
SLOW = 1.0
"""Seconds: an answer within the first says that the server has room, after the second, none."""


class Pacer:
    """Say when so many bytes may go.

    A backlog leaves a reserve to live readings, and goes as fast as the server lets: a server that
    throttles reads late and so answers late.
    """

    def __init__(self, rate: float = RATE, burst: int = BURST) -> None:
        self._average = rate
        self._burst = burst
        self._tokens = float(burst)
        self._at: float | None = None
        self.rate = rate
        """Bytes a second, now."""

    def wait(self, size: int, now: float, *, reserve: int = 0) -> float:
        """Return the seconds until `size` bytes may go, leaving `reserve` bytes of the burst."""
        self._refill(now)
        needed = min(size + reserve, self._burst)
        return max(0.0, (needed - self._tokens) / self.rate)

    def spend(self, size: int, now: float) -> None:
        """Take `size` bytes off the budget."""
        self._refill(now)
        self._tokens -= size

    def answered(self, seconds: float, *, is_backlog: bool) -> None:
        """Take how long the server took; without a backlog the average is the rule."""
        if not is_backlog:
            self.rate = self._average
        elif seconds > SLOW:
            self.rate = max(self._average, self.rate / 2)
        elif seconds < PROMPT:
            self.rate = min(self._average * CATCH_UP_MOST, self.rate * 1.25)

    def available(self, now: float) -> int:
        """Return the bytes that may go now."""
        self._refill(now)
        return int(self._tokens)

    def _refill(self, now: float) -> None:
        if self._at is not None:
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self.rate)
        self._at = now
