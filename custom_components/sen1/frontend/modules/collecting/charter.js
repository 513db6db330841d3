/** The charter of a collection, read where it is asked to be agreed to. */

import { button } from "../card.js";
import { h, subline } from "../dom.js";
import { ticked } from "../fields.js";

/**
 * Return the box with the tick and the text that unfolds. `state` has `agreed`, the charter that is
 * ticked, and `isOpen`; `redraw` is called when it changes.
 */
export function charterBox(
  card,
  { charter, charter_id: id, charter_version: version, charter_at: at },
  state,
  redraw,
) {
  const { text, formats } = card;
  const words = text.member;
  const day = formats.date(Date.parse(at), { day: "numeric", month: "long", year: "numeric" });
  const agree = (isTicked) => {
    state.agreed = isTicked ? id : undefined;
    redraw();
  };
  const fold = () => {
    state.isOpen = !state.isOpen;
    redraw();
  };
  const { title, read, fold: close } = words.charter;
  return h(
    "div.agreeing",
    h(
      "div.line",
      ticked(words.agree, state.agreed === id, agree),
      button(state.isOpen ? close : read, undefined, fold, {
        class: "plain",
        "aria-expanded": String(Boolean(state.isOpen)),
        "aria-label": `${state.isOpen ? close : read}${text.colon}${title}`,
      }),
    ),
    subline(words.charter.version(version, day)),
    state.isOpen &&
      h("div.charter", { tabindex: "0", role: "region", "aria-label": title }, charter),
  );
}
