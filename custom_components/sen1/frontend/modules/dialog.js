/** A question before what cannot be undone. */

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
