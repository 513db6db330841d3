/** A bar that is as long as its part of a whole. */

import { h } from "./dom.js";

/** Return a bar as long as its part of a whole; what it stands for is said beside it. */
export const barOf = (part, look = "") =>
  h("span", {
    class: `bar-of ${look}`,
    style: `width: ${100 * Math.min(1, Math.max(0, part || 0))}%`,
    "aria-hidden": "true",
  });
