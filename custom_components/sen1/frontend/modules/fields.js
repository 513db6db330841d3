/** What is filled in: fields under their names, lists to choose from, boxes to tick. */

import { h } from "./dom.js";

/** Return a control under its name, and what stands below both, such as help. */
export const field = (label, control, ...below) =>
  h("div.field", h("label", h("span", label), control), below);

/** Return a control of a dialogue under its name. */
export const labelled = (label, control) => h("label.labelled", h("span", label), control);

/** Return the options of a list, each of `[value, title]` and more attributes; one of them is chosen. */
export const optionsOf = (all, chosen) =>
  all.map(([value, title, more]) =>
    h("option", { value, selected: value === chosen, ...more }, title),
  );

/** Return a list to choose from; `choose` is given the value as text, and the list. */
export const selectOf = (all, chosen, choose, properties) =>
  h(
    "select",
    { ...properties, onchange: ({ target }) => choose(target.value, target) },
    optionsOf(all, chosen),
  );

/** Return a box to tick; `turn` is told whether it is ticked. */
export const checkbox = (checked, turn, properties) =>
  h("input", {
    type: "checkbox",
    checked,
    ...properties,
    onchange: ({ target }) => turn(target.checked),
  });

/** Return a box to tick before what it is for. */
export const ticked = (label, checked, turn, { look = "", ...properties } = {}) =>
  h("label", { class: `ticked ${look}` }, checkbox(checked, turn, properties), label);

/** Return a field whose text is taken as it is typed. */
export const typed = (value, take, properties) =>
  h("input", { value, ...properties, oninput: ({ target }) => take(target.value) });

/** Return the field for the words that are sought in a list. */
export const searchField = (label, query, seek) =>
  typed(query, seek, { type: "search", placeholder: label, "aria-label": label });

/** Return what a box does: as it is ticked something is in a set, and then follows what that is for. */
export const ticking = (set, one, follow) => (isIn) => {
  turn(set, one, isIn);
  follow();
};

/** Put something into a set, or take it out. */
export function turn(set, one, isIn) {
  if (isIn) set.add(one);
  else set.delete(one);
}
