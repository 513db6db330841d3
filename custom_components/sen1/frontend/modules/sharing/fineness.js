/** How fine a series is: the finer, the more it tells. */

import { h } from "../dom.js";

/** Of four levels; the finest stand first. */
const FINENESS = { live: 4, PT10M: 3, PT30M: 3, PT1H: 3, P1D: 2, P1Y: 1 };
export const FINEST_FIRST = Object.keys(FINENESS);
const LEVELS = [1, 2, 3, 4];

export const levelOf = (detail) => FINENESS[detail] ?? 4;

/** Return four bars, of which the finer a series is the more are full. */
export const levelsOf = (detail) =>
  h(
    "span.levels",
    { "aria-hidden": "true" },
    LEVELS.map((one) => h("i", { class: one <= levelOf(detail) ? "on" : "" })),
  );

/** Return the bars of a series and the word. */
export const finenessOf = (words, detail) =>
  h("span.fine", levelsOf(detail), words.granularity[detail] ?? detail);
