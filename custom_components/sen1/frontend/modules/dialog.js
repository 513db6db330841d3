/** Questions in a dialogue over the page: before what cannot be undone, and for two dates. */

import { button } from "./card.js";
import { h } from "./dom.js";

/** Ask over the page, with `controls` that close with an answer; return whether it was yes. */
function asked(card, { title, body }, controls) {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      {
        class: card.frame.className,
        "aria-labelledby": "question",
        onclose: () => {
          dialog.remove();
          resolve(dialog.returnValue === "yes");
        },
      },
      h("h2", { id: "question" }, title),
      h("p", body),
      controls((answer) => () => dialog.close(answer)),
    );
    card.root.append(dialog);
    dialog.showModal();
  });
}

/** Ask in a dialogue over the page; return whether the answer was yes. The safe answer has the focus. */
export const confirmed = (card, { title, body, yes, no }) =>
  asked(card, { title, body }, (close) =>
    h(
      "div.chips.end",
      button(no, undefined, close(""), { autofocus: true }),
      button(yes, undefined, close("yes"), { class: "danger" }),
    ),
  );

/**
 * Ask for two dates, the last one included and none after `last`; return them as fields write them, or
 * undefined.
 */
export async function datesAsked(card, { title, body, dates: [begin, end], last, yes, no }) {
  const field = (value, properties) =>
    h("input", { type: "date", required: true, max: last, value, ...properties });
  const from = field(begin);
  const to = field(end, { min: begin });
  from.onchange = () => {
    to.min = from.value;
  };
  const isAnswered = await asked(card, { title, body }, (close) =>
    h(
      "form",
      { method: "dialog" },
      h("label", card.text.from, from),
      h("label", card.text.to, to),
      h(
        "div.chips.end",
        button(no, undefined, close("")),
        h("button.full", { type: "submit", value: "yes" }, yes),
      ),
    ),
  );
  return isAnswered ? [from.value, to.value] : undefined;
}
