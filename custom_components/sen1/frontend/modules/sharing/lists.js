/** What lists of rows share: from where on they are wide, and what is pressed. */

import { button } from "../card.js";
import { h, haIcon } from "../dom.js";
import { inOne } from "../formats.js";

/** Narrower, each row is a block. */
export const WIDE = 760;

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
    class: inOne(["small", isIcon && "icon", look], " "),
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
