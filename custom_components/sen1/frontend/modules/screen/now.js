/** The power of this moment; the curve of the day is not given to who has but a link. */

import { Card, figure } from "../card.js";
import { wattsOf } from "../home/now.js";
import { powerOf } from "../installation.js";
import { isRoof } from "../sites.js";

export default class Now extends Card {
  static isOfSite = true;
  static words = ["home"];

  get entities() {
    return { power: powerOf(this.here, this.site) };
  }

  content() {
    const { text, formats, site, entities } = this;
    const watts = wattsOf(this, entities.power);
    const at = formats.time(new Date(this.hass.states[entities.power]?.last_updated ?? Date.now()));
    return [
      this.head(text.home.now[isRoof(site) ? "production" : "consumption"], undefined, at),
      watts === undefined
        ? this.alert("warning", text.home.meter_silent)
        : figure(formats.number(watts), "W"),
    ];
  }
}
