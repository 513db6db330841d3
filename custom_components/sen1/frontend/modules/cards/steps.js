/** What comes next and what is waited for, one click away: nothing when all is done. */

import { Card } from "../card.js";
import { h, subline } from "../dom.js";
import { Next, tell } from "../next.js";
import { fewOf } from "../waiting.js";

export default class Steps extends Card {
  static words = ["next"];
  static tag = "div";
  static readsEach = 15_000;

  constructor(host) {
    super(host);
    this.next = new Next(this);
  }

  read = () => this.next.read();

  content() {
    const { text, formats } = this;
    const { rows } = this.next;
    if (!rows) return [];
    const few = fewOf(rows, this.config?.steps);
    if (!few.length) return [subline(text.next_steps.all_done)];
    return [
      h(
        "div",
        { class: "columns auto" },
        few.map((row) => this.tile(tell(row, text, formats))),
      ),
    ];
  }
}
