/** The square code of a link as a picture; dark on white in any theme, or no camera reads it. */

import { s } from "../dom.js";

/** Modules of white that a reader needs around the code (ISO/IEC 18004). */
const QUIET = 4;

/** Return the picture of rows of `0` and `1`. */
export function qrOf(rows, label) {
  const side = rows.length + 2 * QUIET;
  const path = rows.flatMap((row, y) =>
    [...row.matchAll(/1+/g)].map(
      ({ index, 0: { length } }) => `M${index + QUIET} ${y + QUIET}h${length}v1h-${length}z`,
    ),
  );
  return s(
    "svg.qr",
    { viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label },
    s("rect", { width: side, height: side, fill: "#fff" }),
    s("path", { d: path.join(""), fill: "#141414", "shape-rendering": "crispEdges" }),
  );
}
