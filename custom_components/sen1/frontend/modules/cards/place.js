/** Whose figures the page below shows. */

import { Card } from "../card.js";
import { placeRow } from "../place.js";

export default class Place extends Card {
  static tag = "div";
  static isOfSite = true;

  content = () => [placeRow(this)];
}
