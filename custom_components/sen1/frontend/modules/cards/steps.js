/** What awaits this person, one press away: nothing when all is done. */

import { Card } from "../card.js";
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
    const rows = this.turn.content();
    return [rows && [this.title("mdi:gesture-tap", this.text.next_steps.turn), rows]];
  }
}
