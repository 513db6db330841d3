/** What the lists of this page share: how fine a series is, and what unfolds. */

import { h } from "../dom.js";
import { levelOf } from "./groups.js";

/** Narrower, each row is a block. */
export const WIDE = 760;

const LEVELS = [1, 2, 3, 4];

/** Return four bars, of which the finer a series is the more are full. */
export const levelsOf = (detail) =>
  h(
    "span",
    { class: "levels", "aria-hidden": "true" },
    LEVELS.map((one) => h("i", { class: one <= levelOf(detail) ? "on" : "" })),
  );

/** Return the bars of a series and the word. */
export const finenessOf = (words, detail) =>
  h("span", { class: "fine" }, levelsOf(detail), words.granularity[detail] ?? detail);

/** Return the button that unfolds what stands under it. */
export const foldOf = (isOpen, onclick, label) =>
  h(
    "button",
    { type: "button", class: "fold", "aria-expanded": String(isOpen), onclick },
    h("ha-icon", {
      icon: isOpen ? "mdi:chevron-down" : "mdi:chevron-right",
      "aria-hidden": "true",
    }),
    label,
  );

/** Return the row that stands for a whole part of the page, on a phone. */
export const wholeOf = (icon, title, under, isOpen, onclick) =>
  h(
    "div",
    { class: "above" },
    h(
      "button",
      { type: "button", class: "whole", "aria-expanded": String(isOpen), onclick },
      h("ha-icon", { icon, "aria-hidden": "true" }),
      h("span", { class: "grow" }, h("strong", null, title), h("span", { class: "under" }, under)),
      h("ha-icon", {
        icon: isOpen ? "mdi:chevron-down" : "mdi:chevron-right",
        "aria-hidden": "true",
      }),
    ),
  );
