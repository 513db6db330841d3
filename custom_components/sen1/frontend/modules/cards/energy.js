/** The energy of a day, a month or a year: in which tariff period, from where, and what it cost. */

import { fromField, periodAt } from "../calendar.js";
import { Card, figure } from "../card.js";
import { h } from "../dom.js";
import { first, having, tariffs } from "../installation.js";

/** Tones of one hue: cheap hours pale, dear ones full; the words beside them tell which is which. */
const isCheap = (tariff) => /off_peak|normal|weekend|low_season|summer/.test(tariff);

export default class Energy extends Card {
  get period() {
    return this.config.period ?? "day";
  }

  get entities() {
    const of = (key) => first(this.hass, `${key}_${this.period}`);
    return {
      bought: of("bought"),
      used: of("self_consumed"),
      sold: of("sold"),
      consumed: of("consumed"),
      cost: of("cost"),
      income: of("income"),
    };
  }

  get ofTariffs() {
    return [`energy_of_tariff_${this.period}`, `cost_of_tariff_${this.period}`];
  }

  watched() {
    return [...super.watched(), ...this.statesOf(having(this.hass, ...this.ofTariffs))];
  }

  content() {
    const { text, formats, period } = this;
    const entities = this.entities;
    const { begin } = periodAt(Date.now(), period, formats.zone);
    const head = this.head(text[`this_${period}`], this.name(begin));
    if (!entities.bought) return [head, this.empty(text.no_home, text.no_home_next)];
    const bought = this.value(entities.bought);
    const used = this.value(entities.used);
    if (bought === undefined) return [head, this.empty(text.no_data)];
    const bill = this.state(entities.cost)?.attributes;
    const rows = this.rows(bought, bill);
    if (used !== undefined) {
      rows.push({
        name: text.from_roof,
        energy: used,
        fill: "--production-fill",
        line: "--production",
      });
    }
    const total = rows.reduce((sum, { energy }) => sum + energy, 0);
    const paid = bill?.energy_cost;
    const digits = period === "year" && total >= 10_000 ? 0 : 1;
    return [
      head,
      h(
        "div",
        { class: "figures" },
        figure(formats.number(total, digits), "kWh"),
        paid !== undefined && h("div", { class: "figure second" }, formats.money(paid, 1)),
      ),
      h("div", { class: "bar", "aria-hidden": "true" }, total > 0 && this.parts(rows, total)),
      this.table(rows, total, digits, bill),
      this.notes(entities, bill),
    ];
  }

  /** Return the bar's parts, as wide as their energies. */
  parts(rows, total) {
    return rows
      .filter(({ energy }) => energy > 0)
      .map(({ energy, fill, line }) =>
        h("span", {
          style: `flex: ${energy / total}; background: var(${fill}); border-color: var(${line})`,
        }),
      );
  }

  table(rows, total, digits, bill) {
    const { text, formats, entities } = this;
    const sold = this.value(entities.sold);
    const swatch = (fill, line) =>
      h("span", { class: "swatch", style: `background: var(${fill}); border-color: var(${line})` });
    const row = ({ name, energy, cost, fill, line }) =>
      h(
        "tr",
        null,
        h("th", { scope: "row" }, fill && swatch(fill, line), name),
        h("td", null, formats.number(energy, digits)),
        bill && h("td", null, cost === undefined ? "" : formats.number(cost, 1)),
      );
    const head = h(
      "tr",
      null,
      h("th", { scope: "col" }, h("span", { class: "hidden" }, text.source)),
      h("th", { scope: "col", class: "number" }, "kWh"),
      bill && h("th", { scope: "col", class: "number" }, formats.symbol),
    );
    const injected = {
      name: text.injected,
      energy: sold,
      cost: this.negative(entities.income),
      fill: "--injected-fill",
      line: "--injected",
    };
    return h(
      "table",
      null,
      h("thead", null, head),
      h(
        "tbody",
        null,
        rows.map(row),
        rows.length > 1 && row({ name: text.total, energy: total, cost: bill?.energy_cost }),
      ),
      sold !== undefined && h("tfoot", null, row(injected)),
    );
  }

  /** Return a row for each tariff period, or one for all that came from the grid. */
  rows(bought, bill) {
    const known = tariffs(this.hass, ...this.ofTariffs);
    if (!known.length) {
      return [
        {
          name: this.text.from_grid,
          energy: bought,
          cost: bill?.energy_cost,
          fill: "--consumption-fill",
          line: "--consumption",
        },
      ];
    }
    return known.map(({ tariff, name, energy, cost }) => ({
      name,
      energy,
      cost,
      fill: isCheap(tariff) ? "--consumption-fill" : "--consumption",
      line: "--consumption",
    }));
  }

  negative(income) {
    const value = this.value(income);
    return value === undefined ? undefined : -value;
  }

  /** Say which period it is; since when it is counted if that is later than it began. */
  name(begin) {
    const date = (time) =>
      this.formats.date(time, { day: "numeric", month: "long", year: "numeric" });
    const counted = this.counted();
    if (counted > begin) return this.text.since(date(counted));
    if (this.period === "day") {
      return this.formats.date(begin, {
        weekday: "long",
        day: "numeric",
        month: "long",
        year: "numeric",
      });
    }
    if (this.period === "month") {
      return this.formats.date(begin, { month: "long", year: "numeric" });
    }
    return this.text.since(date(begin));
  }

  counted() {
    const begin = this.state(this.entities.bought)?.attributes.begin;
    return begin && fromField(begin, this.formats.zone);
  }

  /** Say what the period before came to, and what is to be paid besides the energy. */
  notes({ consumed, bought, cost }, bill) {
    const { text, formats } = this;
    const last = this.state(consumed ?? bought)?.attributes.last_period;
    return [
      bill?.subscription > 0 &&
        h(
          "p",
          { class: "note" },
          text.with_subscription(formats.money(bill.subscription), formats.money(this.value(cost))),
        ),
      last > 0 &&
        h(
          "p",
          { class: "note" },
          text[`last_${this.period}_was`](formats.quantity(last, "kWh", 1)),
        ),
    ];
  }
}
