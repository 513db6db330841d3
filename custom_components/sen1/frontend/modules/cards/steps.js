/** What comes next and what is waited for, one click away: nothing when all is done. */

import { Card } from "../card.js";
import { subline } from "../dom.js";
import { Turn } from "../turn.js";

export default class Steps extends Card {
  static words = ["next"];
  static tag = "div";
  static readsEach = 15_000;

  constructor(host) {
    super(host);
    this.turn = new Turn(this);
  }

  read = () => this.turn.read();

  content() {
    if (!this.turn.next.rows) return [];
    return [this.turn.content() || subline(this.text.next_steps.all_done)];
  }
}
