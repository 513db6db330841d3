/** Questions in a dialogue over the page: before what cannot be undone, and for two dates. */

import { button } from "./card.js";
import { h } from "./dom.js";

/** Ask in a dialogue over the page; return whether the answer was yes. The safe answer has the focus. */
export function confirmed(card, { title, body, yes, no }) {
  return new Promise((resolve) => {
    const close = (answer) => () => dialog.close(answer);
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
      h("p", null, body),
      h(
        "div",
        { class: "chips end" },
        button(no, undefined, close(""), { autofocus: true }),
        button(yes, undefined, close("yes"), { class: "danger" }),
      ),
    );
    card.root.append(dialog);
    dialog.showModal();
  });
}

/**
 * Ask for two dates, the last one included and none after `last`; return them as fields write them, or
 * undefined.
 */
export function datesAsked(card, { title, body, dates: [begin, end], last, yes, no }) {
  return new Promise((resolve) => {
    const field = (label, value, properties) => {
      const input = h("input", { type: "date", required: true, max: last, value, ...properties });
      return [input, h("label", null, label, input)];
    };
    const [from, fromLabel] = field(card.text.from, begin);
    const [to, toLabel] = field(card.text.to, end, { min: begin });
    from.onchange = () => {
      to.min = from.value;
    };
    const dialog = h(
      "dialog",
      {
        class: card.frame.className,
        "aria-labelledby": "dates",
        onclose: () => {
          dialog.remove();
          resolve(dialog.returnValue === "yes" ? [from.value, to.value] : undefined);
        },
      },
      h("h2", { id: "dates" }, title),
      h("p", null, body),
      h(
        "form",
        { method: "dialog" },
        fromLabel,
        toLabel,
        h(
          "div",
          { class: "chips end" },
          button(no, undefined, () => dialog.close("")),
          h("button", { type: "submit", value: "yes", class: "full" }, yes),
        ),
      ),
    );
    card.root.append(dialog);
    dialog.showModal();
  });
}
