/** The power drawn against what the contract allows: how far it is from the cut-off. */

import { Card, row } from "../card.js";
import { hatch, picture, textAt } from "../chart.js";
import { h, s } from "../dom.js";
import { first, subscribedPower } from "../installation.js";

const WIDTH = 240;
const HEIGHT = 142;
const RADIUS = 92;
const THICK = 20;
/** Share of what is subscribed from which the ring is hatched. */
const NEAR = 0.9;

export default class Wattmeter extends Card {
  static isOfSite = true;
  static words = ["home"];

  get entities() {
    const { here } = this;
    const of = (...keys) => first(here, ...keys);
    return {
      power: this.config.entity ?? of("apparent_power"),
      amperes: of("subscribed_current"),
      current: of("current"),
      sent: of("apparent_power_injected"),
      max: of("apparent_power_max_today"),
      maxTime: of("apparent_power_max_today_time"),
      contract: of("contract"),
    };
  }

  content() {
    const { text, formats } = this;
    const entities = this.entities;
    if (!entities.power) {
      return [this.head(text.wattmeter), this.empty(text.no_meter, text.no_meter_next)];
    }
    const power = this.value(entities.power);
    if (power === undefined) {
      return [
        this.head(text.wattmeter),
        this.alert("warning", text.meter_silent, text.meter_silent_next),
      ];
    }
    const kva = power / 1000;
    const limit = this.config.limit ?? subscribedPower(this.hass, this.here, this.site);
    const max = this.value(entities.max);
    const contract = this.state(entities.contract);
    return [
      limit && this.ring(kva, limit, max && max / 1000),
      !limit && h("p", { class: "figure" }, formats.power(kva)),
      h(
        "div",
        { class: "rows" },
        limit && row(text.margin, formats.power(Math.max(0, limit - kva))),
        this.current(entities, power),
        max !== undefined &&
          row(text.day_max, `${formats.power(max / 1000)}${this.at(entities.maxTime)}`),
        contract && row(text.contract, contract.state),
      ),
    ];
  }

  current({ current, sent, amperes }, power) {
    const { text, formats } = this;
    const value = this.value(current);
    const most = this.value(amperes);
    if (value === undefined) return false;
    const now = formats.quantity(value, "A");
    // A producer's meter counts the amperes of both ways in one.
    if (power === 0 && this.value(sent) > 0) return row(text.current_sent, now);
    return row(text.current, most ? `${now} ${text.of} ${formats.quantity(most, "A")}` : now);
  }

  at(entity) {
    const state = this.state(entity);
    return state ? ` ${this.text.at} ${this.formats.time(new Date(state.state))}` : "";
  }

  ring(kva, limit, max) {
    const { text, formats } = this;
    const share = formats.percent((100 * kva) / limit);
    const used = `${share} ${text.of} ${formats.quantity(limit, "kVA", limit % 1 ? 1 : 0)}`;
    const part = Math.min(1, Math.max(0, kva / limit));
    const frame = { width: WIDTH, height: HEIGHT };
    const stripes = hatch("near", "var(--bad)", "var(--bad-back)");
    const tick = max !== undefined && Math.min(1, max / limit);
    return h(
      "div",
      { class: "ring" },
      picture(
        frame,
        `${formats.power(kva)}, ${used}`,
        stripes.defs,
        s("path", { d: arc(0, 1), fill: "var(--grid)" }),
        s("path", { d: arc(NEAR, 1), fill: stripes.fill, stroke: "var(--bad)" }),
        part > 0 && s("path", { d: arc(0, part), fill: "var(--consumption)" }),
        tick !== false && [
          s("path", { d: line(tick), stroke: "var(--text)", "stroke-width": 2 }),
          written(place(tick, RADIUS + 18), text.max, { anchor: tick < 0.5 ? "end" : "start" }),
        ],
        written(place(NEAR, RADIUS + 10), formats.percent(100 * NEAR), {
          anchor: "start",
          style: "fill: var(--bad)",
        }),
        written({ x: WIDTH / 2, y: 96 }, formats.power(kva), {
          style: "font-size: 26px",
          class: "strong",
        }),
        written({ x: WIDTH / 2, y: 116 }, used, { style: "font-size: 12px" }),
        written({ x: WIDTH / 2 - RADIUS + THICK / 2, y: HEIGHT - 4 }, "0"),
        written(
          { x: WIDTH / 2 + RADIUS - THICK / 2, y: HEIGHT - 4 },
          formats.quantity(limit, "kVA"),
        ),
      ),
    );
  }
}

const written = ({ x, y }, text, more) => textAt(x, y, text, more);

const place = (part, radius) => ({
  x: WIDTH / 2 - radius * Math.cos(Math.PI * part),
  y: HEIGHT - 18 - radius * Math.sin(Math.PI * part),
});

const point = (part, radius) => {
  const { x, y } = place(part, radius);
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
};

function arc(from, to) {
  const inner = RADIUS - THICK;
  const there = `M${point(from, RADIUS)}A${RADIUS} ${RADIUS} 0 0 1 ${point(to, RADIUS)}`;
  const back = `L${point(to, inner)}A${inner} ${inner} 0 0 0 ${point(from, inner)}Z`;
  return there + back;
}

const line = (part) => `M${point(part, RADIUS - THICK - 4)}L${point(part, RADIUS + 6)}`;
