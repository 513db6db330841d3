/** What the lists of this page share: from where on they are wide, and what unfolds. */

import { Part } from "../card.js";
import { h, haIcon } from "../dom.js";

/** Narrower, each row is a block. */
export const WIDE = 760;

/** Lists of a card in which parts unfold, each by its key. */
export class Folding extends Part {
  toggled = new Set();

  isOpen(key) {
    return this.toggled.has(key);
  }

  toggle(key) {
    if (!this.toggled.delete(key)) this.toggled.add(key);
    this.card.redraw();
  }

  /** Return the button that unfolds a part. */
  fold = (key, label) => foldOf(this.isOpen(key), () => this.toggle(key), label);
}

/** Return the button that unfolds what stands under it. */
export const foldOf = (isOpen, onclick, label) =>
  h(
    "button",
    { type: "button", class: "fold", "aria-expanded": String(isOpen), onclick },
    haIcon(isOpen ? "mdi:chevron-down" : "mdi:chevron-right"),
    label,
  );

/** Return the row that stands for a whole part of the page. */
export const wholeOf = (icon, title, under, isOpen, onclick) =>
  h(
    "button",
    { type: "button", class: "whole", "aria-expanded": String(isOpen), onclick },
    haIcon(icon),
    h("span", { class: "grow" }, h("strong", null, title), h("span", { class: "under" }, under)),
    haIcon(isOpen ? "mdi:chevron-down" : "mdi:chevron-right"),
  );
