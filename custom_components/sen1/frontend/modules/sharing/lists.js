/** What the lists of this page share: from where on they are wide, and what unfolds. */

import { button, Part } from "../card.js";
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
  button(label, isOpen ? "mdi:chevron-down" : "mdi:chevron-right", onclick, {
    class: "fold",
    "aria-expanded": String(isOpen),
  });

/** Return what is told in a row that is pressed as a whole, and the arrow that says where it leads. */
export const wayOf = (icon, title, under, arrow = "mdi:chevron-right") => [
  haIcon(icon),
  h("span.grow", h("strong", title), h("span.under", under)),
  haIcon(arrow),
];
