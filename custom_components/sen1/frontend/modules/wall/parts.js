/** What a screen for a whole room is made of. */

import { h, haIcon } from "../dom.js";

const SQUARES = 100;

/** Return a figure with what it tells, as a card at the foot. */
export const figureCard = (icon, value, said, colour, more) =>
  h(
    "ha-card",
    haIcon(icon, colour && { style: `color: var(${colour})` }),
    h("div", h("p.big", value), h("p.words", said), more),
  );

/** Draw a share as a hundred squares, that children count, each with the look of its number. */
export const squares = (look) =>
  h(
    "div.squares",
    { "aria-hidden": "true" },
    Array.from({ length: SQUARES }, (_, i) => h("span", { class: look(i) })),
  );
