/** What the year will have come to: used so far, still to come, how sure, and beside last year. */

import { Card } from "../card.js";
import { closedRows, restOf } from "../closing.js";
import { columnHead, h, note, subline, tableOf, tableRow } from "../dom.js";
import { ENERGY_DIGITS, inWords } from "../formats.js";
import { gaugeSheet, yearGauge } from "../homepage/pictures.js";
import { first, having, tariffs } from "../installation.js";

const OF_TARIFFS = ["forecast_energy_of_tariff", "forecast_cost_of_tariff"];

export default class Forecast extends Card {
  static words = ["year"];
  static isOfSite = true;
  static sheets = [gaugeSheet];

  get entities() {
    const { here } = this;
    return { energy: first(here, "forecast_energy"), cost: first(here, "forecast_cost") };
  }

  watched() {
    return [...super.watched(), ...this.statesOf(having(this.here, ...OF_TARIFFS))];
  }

  content() {
    const { text, formats } = this;
    const words = text.forecast;
    const { energy, cost } = this.entities;
    const year = new Date().getFullYear();
    const total = this.value(energy);
    if (total === undefined) {
      return [this.head(text.forecast_of(year)), this.empty(words.not_yet, words.not_yet_next)];
    }
    const told = this.state(energy).attributes;
    const { low, high, last_year: last, change } = told;
    const range = words.nine_in_ten(formats.number(low), formats.quantity(high, "kWh"));
    const by = last > 0 ? Math.round(total) - Math.round(last) : undefined;
    return [
      this.head(text.forecast_of(year), words.if_so),
      h(
        "div.figures",
        h(
          "div",
          h("p.figure", words.around, " ", formats.number(total), h("small", " kWh")),
          subline(range),
        ),
        by !== undefined &&
          h(
            "p.end",
            words.than(
              text[by < 0 ? "less" : "more"](formats.quantity(Math.abs(by), "kWh")),
              year - 1,
            ),
          ),
      ),
      yearGauge(told, [words.used(formats.energy(told.so_far))]),
      this.table(total, last, change, this.state(cost)),
    ];
  }

  /** Return a row for each tariff period, one for the subscription, and the total they add up to. */
  table(total, last, change, bill) {
    const { text, formats } = this;
    const words = text.forecast;
    const year = new Date().getFullYear();
    const cost = bill && parseFloat(bill.state);
    const known = tariffs(this.here, ...OF_TARIFFS);
    const subscription = bill?.attributes.subscription;
    if (!known.length && subscription > 0) {
      const energy = { name: text.quantities.bought, energy: total, last_year: last, change };
      known.push({ ...energy, cost: cost - subscription });
    }
    if (subscription > 0) known.push({ name: words.subscription, cost: subscription });
    const columns = { energy: [0, total], last_year: [ENERGY_DIGITS, last], cost: [0, cost] };
    const of = (key) => known.map((one) => one[key]);
    const rests = Object.entries(columns)
      .filter(([, [, sum]]) => Number.isFinite(sum))
      .map(([key, [digits, sum]]) => [key, restOf(of(key), sum, digits)]);
    if (rests.some(([, rest]) => rest)) {
      known.push({ name: text.no_tariff, ...Object.fromEntries(rests) });
    }
    const number = (value, digits) => (Number.isFinite(value) ? formats.number(value, digits) : "");
    const write = ({ name, energy, last_year, change: by, cost: amount }) =>
      tableRow(
        name,
        h("td.wide", number(last_year, ENERGY_DIGITS)),
        h("td", number(energy)),
        h("td", energy === null ? "" : inWords(by, this)),
        cost !== undefined && h("td", number(amount)),
      );
    const heads = [
      h("td"),
      columnHead(`${year - 1}, kWh`, "number wide"),
      columnHead(words.foreseen(year), "number"),
      columnHead(text.change, "number"),
      cost !== undefined && columnHead(`${words.cost}, ${formats.symbol}`, "number"),
    ];
    const sums = write({ name: text.total, energy: total, last_year: last, change, cost });
    return [
      tableOf(null, heads, [closedRows(known, columns).map(write), sums]),
      cost !== undefined && note(words.taxes),
    ];
  }
}
