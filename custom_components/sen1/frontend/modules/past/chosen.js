/** What the bars are compared with: each to take away, and the way to others. */

import { button } from "../card.js";
import { h, note, s } from "../dom.js";
import { asker } from "../opener.js";
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

/** Return those of the bars; of what a friend shares no more, how to ask for it again. */
export function chosen(card) {
  const { text, compared, formats, leafed, beside } = card;
  const told = (id) =>
    id === YEAR ? { name: shortNameOf(leafed.before, formats) } : (beside?.told(id) ?? {});
  const all = compared.map((id) => {
    const { name = text.loading, isOver } = told(id);
    return {
      mark: markOf(compared, id),
      name: isOver ? h("s", name) : name,
      less: () => card.compare(compared.filter((one) => one !== id)),
    };
  });
  const over = compared.map(told).filter(({ isOver }) => isOver);
  return [
    chipsOf(card, all, text.past.compare_with, () => card.pick()),
    over.map(({ name, friendId }) =>
      note(text.past.shared_no_more(name), " ", asker(card, text.past.ask_again, friendId)),
    ),
  ];
}
