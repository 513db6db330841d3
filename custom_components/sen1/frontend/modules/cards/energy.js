/** The energy of a day, a month or a year: where it came from, what it cost. */

import { Card } from "../card.js";
import { periodAt } from "../calendar.js";
import { h } from "../dom.js";
import { first } from "../installation.js";

export default class Energy extends Card {
  get period() {
    return this.config.period ?? "day";
  }

  get entities() {
    const of = (key) => first(this.hass, `${key}_${this.period}`);
    return { bought: of("bought"), used: of("self_consumed"), sold: of("sold"), consumed: of("consumed") };
  }

  watched() {
    return Object.values(this.entities).map((id) => this.hass.states[id]);
  }

  content() {
    const { text, formats, period } = this;
    const entities = this.entities;
    const { begin } = periodAt(Date.now(), period, this.formats.zone);
    const head = this.head(text[`this_${period}`], this.name(begin));
    if (!entities.bought) return [head, this.empty(text.no_home, text.no_home_next)];
    const bought = this.value(entities.bought), used = this.value(entities.used), sold = this.value(entities.sold);
    if (bought === undefined) return [head, this.empty(text.no_data)];
    const rows = [
      [text.from_grid, bought, "consumption-fill", "consumption"],
      used !== undefined && [text.from_roof, used, "production-fill", "production"],
    ].filter(Boolean);
    const total = rows.reduce((sum, [, value]) => sum + value, 0);
    return [
      head,
      h("div", { class: "figures" }, h("div", { class: "figure" }, formats.number(total, 1), h("small", null, " kWh"))),
      h("div", { class: "bar", "aria-hidden": "true" },
        total > 0 && rows.map(([, value, fill, line]) =>
          h("span", { style: `flex: ${value / total}; background: var(--${fill}); border-color: var(--${line})` }))),
      h("table", null,
        h("thead", null, h("tr", null, h("th", { scope: "col" }, h("span", { class: "hidden" }, text.source)), h("th", { scope: "col", class: "number" }, "kWh"))),
        h("tbody", null, rows.map(([name, value, fill, line]) =>
          h("tr", null,
            h("th", { scope: "row" }, h("span", { class: "swatch", style: `background: var(--${fill}); border-color: var(--${line})` }), name),
            h("td", null, formats.number(value, 1)))),
          h("tr", null, h("th", { scope: "row" }, text.total), h("td", null, formats.number(total, 1)))),
        sold !== undefined && h("tfoot", null, h("tr", null,
          h("th", { scope: "row" }, h("span", { class: "swatch", style: "background: var(--injected-fill); border-color: var(--injected)" }), text.injected),
          h("td", null, formats.number(sold, 1))))),
      this.before(entities),
    ];
  }

  name(begin) {
    if (this.period === "day") return this.formats.date(begin, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
    if (this.period === "month") return this.formats.date(begin, { month: "long", year: "numeric" });
    return this.text.since(this.formats.date(begin, { day: "numeric", month: "long", year: "numeric" }));
  }

  /** Say what the period before came to, from the grid. */
  before({ consumed, bought }) {
    const last = this.state(consumed ?? bought)?.attributes.last_period;
    return last > 0 && h("p", { class: "note" }, this.text[`last_${this.period}_was`](this.formats.quantity(last, "kWh", 1)));
  }
}
