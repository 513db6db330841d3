/** Texts put on the clipboard, also where the browser has none for pages without encryption. */

import { button } from "./card.js";
import { h } from "./dom.js";

/** Buttons that copy what an element of a card shows, of which the last pressed says so. */
export class Copier {
  /** Copy for a card; `redraw` is called once it is done. */
  constructor(card, redraw) {
    Object.assign(this, { card, redraw, done: undefined });
  }

  /** Forget what was copied: something else is shown. */
  renew() {
    this.done = undefined;
  }

  /** Return the button that copies a text, which the element of an id shows, and what it says then. */
  content(id, label, text, look = "strong") {
    const { card } = this;
    const copy = async () => {
      const isCopied = await copied(card.root.getElementById(id), text());
      this.done = { id, said: isCopied ? card.text.copied : card.text.selected };
      this.redraw();
    };
    const said = this.done?.id === id && this.done.said;
    return [
      button(label, "mdi:content-copy", copy, { class: look }),
      h("span", { role: "status", class: said ? "said" : "" }, said),
    ];
  }
}

/** Copy a text; return whether that was done. If not, the element is selected, so that one can. */
async function copied(element, text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not there over plain http, or not allowed.
    return copiedBySelecting(element, text);
  }
}

function copiedBySelecting(element, text) {
  getSelection().selectAllChildren(element);
  const put = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", put);
  const isCopied = document.execCommand("copy");
  document.removeEventListener("copy", put);
  return isCopied;
}
