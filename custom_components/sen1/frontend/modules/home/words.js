/** Words that several parts of Home say alike. */

import { h, haIcon } from "../dom.js";

/** Return the sentence of how much more or less something was than another time. */
export function beside({ text, formats }, by, than, digits) {
  const isMore = by > 0;
  const energy = formats.energy(Math.abs(by), digits);
  return h(
    "p",
    { class: "beside-it" },
    haIcon(isMore ? "mdi:arrow-up" : "mdi:arrow-down"),
    h("span", null, text.home[isMore ? "more_than" : "less_than"](energy, than)),
  );
}
