/** What both pages of a challenge ask, and when: as soon as a board that is received or told changes. */

import { Asking } from "../asking.js";
import { todayIn } from "./scores.js";

/** A card of the challenges: it is read anew by events and as the day changes. */
export class AskingChallenges extends Asking {
  static page = "challenge";
  static asks = "sen1/challenges";
  static words = ["challenge"];
  static readsEach = undefined;

  connect() {
    super.connect();
    this.redraw();
  }

  disconnect() {
    super.disconnect();
    // Whoever comes back sees what it is then.
    this.asked = undefined;
  }

  draw() {
    super.draw();
    // What failed is asked for again as the clock of cards rings.
    this.readIfChanged(this.failed);
  }

  async read() {
    this.asked = this.seenNow();
    this.isReading = true;
    try {
      await super.read();
    } finally {
      this.isReading = false;
    }
  }

  /** Read once there is somebody who looks, and whenever there may be something else to tell. */
  readIfChanged(again) {
    if (!this.isShown || this.isReading) return;
    const seen = this.seenNow();
    const isSame =
      this.asked?.length === seen.length && seen.every((one, i) => one === this.asked[i]);
    if (again || !isSame) this.read();
  }

  seenNow = () => [this.hass.connected, todayIn(this.formats.zone), ...this.watched()];

  /** Return the states of our entities that bear a board, hidden ones too. */
  watched() {
    const { states, entities } = this.hass;
    // The cheap question first: a page looks at every change of a state.
    return Object.entries(states)
      .filter(
        ([id, { attributes }]) =>
          attributes.board !== undefined && entities[id]?.platform === "sen1",
      )
      .map(([, state]) => state);
  }
}
