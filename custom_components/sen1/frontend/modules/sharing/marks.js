/** How a friend's key stands, as a mark with its word, and the six numbers that tell a key. */

import { h, listOf } from "../dom.js";
import { STANDINGS } from "./groups.js";

const ICONS = {
  verified: "mdi:shield-check",
  seen: "mdi:shield-outline",
  unknown: "mdi:shield-sync-outline",
  stopped: "mdi:alert",
};

const iconOf = (standing, properties) =>
  h("ha-icon", { icon: ICONS[standing], class: `key ${standing}`, ...properties });

/** Return the mark of a standing, which a screen reader says; nothing of one that is not known. */
export const markOf = (words, standing) =>
  standing in ICONS &&
  h(
    "span",
    { role: "img", "aria-label": words.standing[standing], title: words.standing[standing] },
    iconOf(standing),
  );

/** Return what the marks of a list mean, each once. */
export function legendOf(words, standings) {
  const present = STANDINGS.toReversed().filter((one) => one in ICONS && standings.includes(one));
  return (
    present.length > 0 &&
    listOf("legend keys-told", present, (one) =>
      h("li", iconOf(one, { "aria-hidden": "true" }), words.standing[one]),
    )
  );
}

/** Return the six numbers of a key, as they are read aloud. */
export const sixOf = (numbers) =>
  h(
    "ol.six",
    numbers.map((one) => h("li", one)),
  );
