/** What the year will have come to: used so far, still to come, how sure, and beside last year. */

import { Card, figure } from "../card.js";
import { axes, dot, Frame, picture, scaleTo, textAt } from "../chart.js";
import { closed, restOf } from "../closing.js";
import { columnHead, h, note, s, subline, tableOf, tableRow } from "../dom.js";
import { ENERGY_DIGITS, inWords } from "../formats.js";
import { first, having, tariffs } from "../installation.js";

const HEIGHT = 104;
const BAR = 26;
const OF_TARIFFS = ["forecast_energy_of_tariff", "forecast_cost_of_tariff"];

export default class Forecast extends Card {
  static words = ["home"];
  static isSized = true;
  static isOfSite = true;

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
    const { low, high, so_far: used, last_year: last, change } = this.state(energy).attributes;
    return [
      h(
        "div",
        { class: "figures" },
        h(
          "div",
          null,
          figure(formats.number(total), "kWh"),
          subline(words.nine_in_ten(formats.number(low), formats.quantity(high, "kWh"))),
        ),
        change !== null &&
          change !== undefined &&
          h(
            "div",
            { class: "end" },
            h("p", { class: "figure" }, inWords(change, this)),
            subline(words.than(year - 1, formats.energy(last))),
          ),
      ),
      this.width && this.bar({ total, low, high, last, used, year }),
      this.table(total, last, change, this.state(cost)),
    ];
  }

  bar({ total, low, high, last, used, year }) {
    const { formats } = this;
    const words = this.text.forecast;
    const scale = scaleTo(Math.max(high, last ?? 0, total) * 1.02);
    const width = this.width - 34;
    const frame = new Frame({
      width,
      height: HEIGHT,
      begin: 0,
      end: scale.top,
      top: 1,
      left: 4,
      right: 30,
    });
    const { x } = frame;
    const top = 32;
    const middle = top + BAR / 2;
    const usedSoFar = words.used(formats.energy(used));
    const likely = words.nine_in_ten(formats.number(low), formats.quantity(high, "kWh"));
    const labels = this.labels(scale.ticks).filter((_, i) => width > 420 || i % 2 === 0);
    const mark = (at, name, className) => textAt(x(at), 14, name, { class: className });
    const stretch = (to, fill) => {
      const width = Math.max(0, x(to) - x(0));
      const place = { x: x(0), y: top, width, height: BAR, rx: 3 };
      return s("rect", { ...place, fill, stroke: to === total && "var(--consumption)" });
    };
    const stroke = (from, to, y1, y2, more) =>
      s("line", { x1: x(from), x2: x(to), y1, y2, stroke: "var(--text)", ...more });
    const isWide = x(used) - x(0) > 180;
    const isApart = last && Math.abs(x(last) - x(total)) > 34;
    return picture(
      frame,
      `${usedSoFar}, ${likely}`,
      axes(frame, { ticks: [], write: String, unit: "", marks: scale.ticks, labels }),
      stretch(total, "var(--consumption-pale)"),
      stretch(used, "var(--consumption)"),
      isWide &&
        textAt(x(0) + 8, middle + 4, usedSoFar, {
          anchor: "start",
          style: "fill: var(--on-line); font-size: 12px",
        }),
      last && stroke(last, last, top - 8, top + BAR + 8, { "stroke-dasharray": "3 3" }),
      stroke(low, high, middle, middle, { "stroke-width": 2 }),
      [low, high].map((end) => stroke(end, end, middle - 6, middle + 6, { "stroke-width": 2 })),
      dot(x(total), middle, 5, "var(--text)"),
      isApart && mark(last, String(year - 1)),
      mark(total, String(year), "strong"),
    );
  }

  /** Return what stands under the bar: the last number with its unit, none beyond the edges. */
  labels(ticks) {
    const { formats } = this;
    const labels = ticks.map((tick) => ({
      time: tick,
      text: formats.number(tick),
      anchor: "middle",
    }));
    labels[0].anchor = "start";
    Object.assign(labels.at(-1), { text: formats.quantity(ticks.at(-1), "kWh"), anchor: "end" });
    return labels;
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
    const columns = Object.entries({
      energy: [0, total],
      last_year: [ENERGY_DIGITS, last],
      cost: [0, cost],
    });
    const of = (key) => known.map((one) => one[key]);
    const rests = columns
      .filter(([, [, sum]]) => Number.isFinite(sum))
      .map(([key, [digits, sum]]) => [key, restOf(of(key), sum, digits)]);
    if (rests.some(([, rest]) => rest)) {
      known.push({ name: text.no_tariff, ...Object.fromEntries(rests) });
    }
    const [energies, lasts, costs] = columns.map(([key, [digits, sum]]) =>
      closed(of(key), digits, sum ?? undefined),
    );
    const rows = known.map((one, i) => ({
      ...one,
      energy: energies[i],
      last_year: lasts[i],
      cost: costs[i],
    }));
    const number = (value, digits) => (Number.isFinite(value) ? formats.number(value, digits) : "");
    const changed = (by) => inWords(by, this);
    const write = ({ name, energy, last_year, change: by, cost: amount }) =>
      tableRow(
        name,
        h("td", { class: "wide" }, number(last_year, ENERGY_DIGITS)),
        h("td", null, number(energy)),
        h("td", null, energy === null ? "" : changed(by)),
        cost !== undefined && h("td", null, number(amount)),
      );
    const heads = [
      h("td", null),
      columnHead(`${year - 1}, kWh`, "number wide"),
      columnHead(words.foreseen(year), "number"),
      columnHead(text.change, "number"),
      cost !== undefined && columnHead(`${words.cost}, ${formats.symbol}`, "number"),
    ];
    const sums = write({ name: text.total, energy: total, last_year: last, change, cost });
    return [tableOf(null, heads, [rows.map(write), sums]), cost !== undefined && note(words.taxes)];
  }
}
