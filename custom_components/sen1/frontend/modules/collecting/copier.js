/** A button that copies what an element of a dialogue shows, and says so. */

import { button } from "../card.js";
import { copied } from "../copying.js";
import { h } from "../dom.js";

export class Copier {
  /** Copy for a card; `redraw` is called once it is done. */
  constructor(card, redraw) {
    Object.assign(this, { card, redraw, done: undefined });
  }

  /** Return the button, and what it says once it was pressed. */
  content(id, label, text) {
    const words = this.card.text.collecting.organiser;
    const copy = async () => {
      const isCopied = await copied(this.card.root.getElementById(id), text());
      this.done = { id, said: isCopied ? words.copied : words.selected };
      this.redraw();
    };
    const said = this.done?.id === id && this.done.said;
    return [
      button(label, "mdi:content-copy", copy, { class: "strong" }),
      h("span", { role: "status", class: said ? "said" : "" }, said),
    ];
  }
}
