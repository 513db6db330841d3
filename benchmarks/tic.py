"""TIC: our decoder beside pyteleinfo and serial-teleinfo, and its share of a core.

The frames follow each other as a simulated household's evening passes, so that as many groups
change from one frame to the next as at home. All decoders run in turn in one process. Neither
peer reads the standard mode; serial-teleinfo is asked for text only. "cold" is our decoder with
nothing remembered of the frame before, "pieces" our decoder fed 16 bytes at a time.
"""

from datetime import datetime
import json
from pathlib import Path
import statistics

from benchmarks import peers
from benchmarks.report import Report
from testbed.contracts import BASE, TEMPO
from testbed.household import PARIS, Household
from testbed.tic_groups import Kind, Mode
from testbed.tic_meter import FRAME_GAP_S, TicMeter

FRAMES = 2000
DECODER = Path(__file__).parents[1] / "custom_components" / "sen1" / "linky" / "line" / "tic.py"
TIMING = Path(__file__).with_name("tic_timing.py")
KINDS = (
    Kind.HISTORIC_BASE,
    Kind.HISTORIC_HC,
    Kind.HISTORIC_TEMPO,
    Kind(Mode.HISTORIC, TEMPO, phases=3),
    Kind.STANDARD_HC,
    Kind.STANDARD_PRODUCER,
    Kind(Mode.STANDARD, BASE, phases=3),
    Kind(Mode.STANDARD, TEMPO, phases=3, is_producer=True),
    Kind.PME_PMI,
)
OURS = ("sen1", "sen1.cold", "sen1.pieces")
EVENING = datetime(2026, 11, 24, 18, 45, tzinfo=PARIS)
AFTERNOON = datetime(2026, 6, 1, 15, tzinfo=PARIS)


def main() -> None:
    report = Report()
    meters = {kind: consecutive_frames(kind) for kind in KINDS}
    frames = {
        str(kind): [frame.decode("ascii") for frame in sent] for kind, (_, sent) in meters.items()
    }
    timings = json.loads(peers.run(TIMING.read_text(), str(DECODER), text=json.dumps(frames)))
    for kind, (baud, sent) in meters.items():
        medians = {name: statistics.median(times) for name, times in timings[str(kind)].items()}
        for name, seconds in medians.items():
            report.add(f"tic.{kind}.{name}", seconds * 1e6, "us/frame")
        if peer := min(medians.keys() - OURS, key=medians.__getitem__, default=None):
            ratios = [
                ours / theirs
                for ours, theirs in zip(
                    timings[str(kind)]["sen1"], timings[str(kind)][peer], strict=True
                )
            ]
            report.add(f"tic.{kind}.over_{peer}", statistics.median(ratios), "ratio", "<=1.0")
        line_time_s = statistics.mean(map(len, sent)) * 10 / baud + FRAME_GAP_S
        report.add(f"tic.{kind}.core", 100 * medians["sen1"] / line_time_s, "%", "<=0.01")
    report.exit()


def consecutive_frames(kind: Kind) -> tuple[int, list[bytes]]:
    """Return the line's speed, and frames as they leave a meter one after the other."""
    elapsed_s = 0.0
    is_producer = kind.is_producer
    household = Household(
        scale=8 if kind.mode is Mode.PME_PMI else 1,
        solar_peak_w=3000 if is_producer else 0,
        begin=AFTERNOON if is_producer else EVENING,
        clock=lambda: elapsed_s,
    )
    meter = TicMeter(kind, household)
    frames = []
    for _ in range(FRAMES):
        frames.append(meter.frame())
        elapsed_s += len(frames[-1]) * 10 / meter.baud + FRAME_GAP_S
    return meter.baud, frames


if __name__ == "__main__":
    main()
