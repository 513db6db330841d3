/** What is to be thought of before a link is made. */

import { callout } from "../card.js";

/** Return a box that warns, with what follows. */
export const warningOf = (what, more) =>
  callout({ look: "warning", icon: "mdi:alert", role: "status" }, what, more);
