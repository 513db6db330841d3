/** Home of a town: all its buildings, until one is chosen, which has a home as any other. */

import { asked } from "../address.js";
import { Card } from "../card.js";
import { placeRow } from "../place.js";

export default class Town extends Card {
  static tag = "div";
  static isOfSite = true;
  cards = {};

  get isAll() {
    return !asked("site");
  }

  watched = () => [];

  async take(hass) {
    await super.take(hass);
    for (const one of Object.values(this.cards)) one.hass = hass;
  }

  content() {
    return this.isAll ? [placeRow(this), this.one("buildings")] : [this.one("home")];
  }

  /** Return a card of ours, made once it is shown. */
  one(name) {
    if (!this.cards[name]) {
      this.cards[name] = document.createElement(`sen1-${name}-card`);
      this.cards[name].setConfig({ home: "home" });
    }
    this.cards[name].hass = this.hass;
    return this.cards[name];
  }
}
