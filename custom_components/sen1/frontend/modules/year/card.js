/** What the cards of the year share: a site, their words, and what it answered. */

import { Card } from "../card.js";
import { Answers } from "./answers.js";
import { sheet } from "./style.js";

export class YearCard extends Card {
  static words = ["year"];
  static isOfSite = true;
  static sheets = [sheet];

  answers = new Answers(this);

  watched() {
    return [this.hass.entities];
  }
}
