/** What the bars are compared with: each to take away, and the way to others. */

import { button } from "../card.js";
import { h, s } from "../dom.js";
import { YEAR } from "./spans.js";
import { shortNameOf } from "./words.js";

const DASHES = [undefined, "6 3", "2 3"];

/** Return the dash of one of the lines over the bars. */
export const dashOf = (n) => DASHES[n % DASHES.length];

/** Return how something is drawn, small: outlines, a line with dots, or as the bars are. */
export function markOf(compared, id, isMine = false) {
  if (isMine) return h("span.swatch.mine", { "aria-hidden": "true" });
  if (id === YEAR) return h("span.ghost-mark", { "aria-hidden": "true" });
  const dash = dashOf(compared.filter((one) => one !== YEAR).indexOf(id));
  return s(
    "svg.stroke",
    { viewBox: "0 0 28 12", "aria-hidden": "true" },
    s("path", {
      d: "M0 6H28",
      stroke: "var(--others)",
      "stroke-width": 2.5,
      "stroke-dasharray": dash,
    }),
    s("circle", { cx: 14, cy: 6, r: 4, fill: "var(--others)" }),
  );
}

/** Return chips of `{mark, name, less}`, each to take away, and the button that adds. */
export const chipsOf = ({ text }, all, label, pick) =>
  h(
    "div.chips",
    { role: "group", "aria-label": text.past.compared_with },
    all.map(({ mark, name, less }) =>
      h(
        "span.chosen",
        mark,
        name,
        button("", "mdi:close", less, {
          class: "plain",
          "aria-label": text.past.without(name),
        }),
      ),
    ),
    button(label, "mdi:plus", pick, { class: "full", "aria-haspopup": "dialog" }),
  );

/** Return those of the bars. */
export function chosen(card) {
  const { text, compared, formats, leafed } = card;
  const all = compared.map((id) => ({
    mark: markOf(compared, id),
    name:
      (id === YEAR ? shortNameOf(leafed.before, formats) : card.beside?.told(id).name) ??
      text.loading,
    less: () => card.compare(compared.filter((one) => one !== id)),
  }));
  return chipsOf(card, all, text.past.compare_with, () => card.pick());
}
