/** A day as small as a word: its shape, and how it stands now. */

import { areaPath, dot, Frame, hatch, linePath, places } from "../chart.js";
import { s } from "../dom.js";

const SIZE = { width: 58, height: 26 };

/** Return the curve of a day so far; a building that is silent is hatched from its last value on. */
export function sparkline(values, { begin, end }, step, isSilent) {
  const frame = new Frame({
    ...SIZE,
    begin,
    end,
    top: Math.max(...values.filter(Number.isFinite), 0) || 1,
    left: 1,
    right: 3,
    above: 3,
    size: 0,
  });
  const [curve] = places([values], begin, step, frame);
  const last = curve.findLast(([, value]) => !Number.isNaN(value));
  if (!last) return undefined;
  const now = frame.x(Date.now());
  const silence = hatch("silence", "var(--axis)", "none");
  return s(
    "svg.spark",
    { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, "aria-hidden": "true" },
    s("path", { d: areaPath(curve, null, frame), fill: "var(--consumption-pale)" }),
    s("path", { d: linePath(curve, frame), fill: "none", stroke: "var(--consumption)" }),
    isSilent && [
      silence.defs,
      s("rect", {
        x: last[0],
        y: 0,
        width: Math.max(0, now - last[0]),
        height: SIZE.height,
        fill: silence.fill,
      }),
    ],
    !isSilent && dot(last[0], frame.y(last[1]), 2, "var(--consumption)"),
    s("line", { x1: 0, x2: SIZE.width, y1: 25.5, y2: 25.5, stroke: "var(--axis)" }),
  );
}
