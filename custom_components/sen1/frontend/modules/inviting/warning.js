/** What is to be thought of before a link is made. */

import { h, haIcon } from "../dom.js";

/** Return a box that warns, with what follows. */
export const warningOf = (what, more) =>
  h(
    "div",
    { class: "alert warning", role: "status" },
    haIcon("mdi:alert"),
    h("div", null, h("strong", null, what), more && h("p", null, more)),
  );
