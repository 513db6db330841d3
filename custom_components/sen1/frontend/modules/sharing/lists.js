/** What the lists of this page share: from where on they are wide, and what unfolds. */

import { button, Part } from "../card.js";
import { h, haIcon, listOf } from "../dom.js";
import { markOf } from "./marks.js";

/** Narrower, each row is a block. */
export const WIDE = 760;

/** From so many rows on, they can be sought by name. */
export const SEARCHED = 11;
/** The key of the row behind which small groups stand. */
export const OTHERS = "others";

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

  /** Return what unfolds what is of a friend, with the mark of the key. */
  headOf = (key, label, standing) =>
    h("div.head", this.fold(key, label), markOf(this.card.text.trust, standing));

  /** Return groups, and those that stand behind one `row`. */
  grouped = (shown, others, draw, row) =>
    h(
      "ul.folded.grouped",
      shown.map(draw),
      others.length > 0 &&
        h("li", row(others), this.isOpen(OTHERS) && listOf("folded", others, draw)),
    );
}

/** Return the button that unfolds what stands under it. */
export const foldOf = (isOpen, onclick, label) =>
  button(label, isOpen ? "mdi:chevron-down" : "mdi:chevron-right", onclick, {
    class: "fold",
    "aria-expanded": String(isOpen),
  });

/**
 * Return a small button of a row; `of` says whose it is to who does not see the row. One without a label
 * beside its icon says it when it is pointed at.
 */
export const rowButton = ({ text }, label, icon, of, onclick, { isIcon, look, disabled } = {}) =>
  button(!isIcon && label, icon, onclick, {
    class: ["small", isIcon && "icon", look].filter(Boolean).join(" "),
    title: isIcon && label,
    "aria-label": `${label}${text.colon}${of}`,
    disabled,
  });

/** Return what is told in a row that is pressed as a whole, and the arrow that says where it leads. */
export const wayOf = (icon, title, under, arrow = "mdi:chevron-right") => [
  haIcon(icon),
  h("span.grow", h("strong", title), h("span.under", under)),
  haIcon(arrow),
];
