/** What a roof gave, or a building used, this month and this year, until yesterday. */

import { periodAt, startOfDay } from "../calendar.js";
import { Card, figure } from "../card.js";
import { h, subline } from "../dom.js";
import { sheetOf } from "../style.js";

const HOUR = 3_600_000;
/** What is told, the first there is largest. */
const TOLD = ["produced", "self_consumed", "consumed", "bought"];
/** A month of which less is known is not summed. */
const ENOUGH = 0.95;

const sheet = sheetOf(`
  .frame { display: flex; gap: 16px; flex-wrap: wrap; }
  ha-card { flex: 1; min-width: 140px; }
`);

export default class Figures extends Card {
  static sheets = [sheet];
  static tag = "div";
  static isOfSite = true;
  static readsEach = HOUR;

  watched = () => [];

  async read() {
    const { zone } = this.formats;
    const end = startOfDay(Date.now(), zone);
    // What is of today is told tomorrow.
    const { begin } = periodAt(end - 1, "year", zone);
    const message = { type: "sen1/energies", site: this.site.id, step: "month", begin, end };
    const { quantities } = await this.hass.callWS(message).catch(() => ({}));
    if (quantities) Object.assign(this, { quantities, end });
    this.redraw();
  }

  content() {
    const { text, quantities, end, formats } = this;
    if (!quantities) return [this.loading()];
    const told = TOLD.filter((name) => quantities[name]);
    const until = text.known_until(formats.date(end - 1, { day: "numeric", month: "long" }));
    return [
      [text.this_month, -1],
      [text.this_year, 0],
    ].map(([title, from]) =>
      h(
        "ha-card",
        this.head(title, until),
        told.map((name) => [
          figure(...this.sum(quantities[name], from)),
          subline(text.quantities[name]),
        ]),
      ),
    );
  }

  /** Return what some months came to, as it is written; of what is not known nothing is said. */
  sum({ values, known }, from) {
    const isKnown = known.slice(from).every((part) => part >= ENOUGH);
    const sum = values.slice(from).reduce((all, one) => all + one, 0);
    return isKnown ? [this.formats.number(sum, 0), "kWh"] : ["–"];
  }
}
