/** What awaits this person, the oldest first: on Home and among what one does with others. */

import { h } from "./dom.js";
import { Next, tell } from "./next.js";
import { fewOf } from "./waiting.js";

/** A part of a card, which calls `read` as often as it reads, and has the words `next`. */
export class Turn {
  constructor(card) {
    Object.assign(this, { card, next: new Next(card) });
  }

  read = () => this.next.read();

  /** How many things await this person. */
  get count() {
    return fewOf(this.next.rows ?? []).length;
  }

  /** Return a row for each, or nothing. */
  content() {
    const { card } = this;
    const few = fewOf(this.next.rows ?? []);
    if (!few.length) return false;
    return h(
      "div",
      { class: "columns auto" },
      few.map((row) => card.tile(tell(row, card.text, card.formats))),
    );
  }
}
