"""What every benchmark prints: a line a figure, `name value unit target ok|short`."""

import operator

_COMPARISONS = {"<=": operator.le, ">=": operator.ge}


class Report:
    """Prints figures as they come, and remembers whether one fell short of its target."""

    def __init__(self) -> None:
        self.is_short = False

    def add(self, name: str, value: float, unit: str, target: str | None = None) -> None:
        """Print a figure. A target reads `<=1.2` or `>=5`; without one the figure only informs."""
        verdict = "-"
        if target is not None:
            reached = _COMPARISONS[target[:2]](value, float(target[2:]))
            verdict = "ok" if reached else "short"
            self.is_short |= not reached
        print(f"{name} {value:.4g} {unit} {target or '-'} {verdict}", flush=True)

    def exit(self) -> None:
        """Leave the program, with status 1 when a figure fell short."""
        raise SystemExit(1 if self.is_short else 0)
