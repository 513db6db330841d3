/** The power of today over what is usual at each quarter of an hour; or yesterday beside such days. */

import { periodAt } from "../calendar.js";
import { Card, figure } from "../card.js";
import { hatch, outlined, textAt } from "../chart.js";
import { lines } from "../curves.js";
import { h, haIcon, note, subline } from "../dom.js";
import { ENERGY_DIGITS } from "../formats.js";
import { first } from "../installation.js";
import { bandOf, curveOf, usualOf } from "../usual.js";

const MINUTE = 60_000;
const HEIGHT = 230;
const OUTLINED = outlined(4);
const ICONS = {
  usual: "mdi:check-circle",
  above: "mdi:arrow-up-circle",
  below: "mdi:arrow-down-circle",
};
/** The hour near the end of the day under which the band is named. */
const NAMED_AT = 21;

export default class Usual extends Card {
  static isSized = true;
  static isOfSite = true;
  static words = ["year"];

  get entities() {
    const day = !this.config.entity && first(this.here, "usual_yesterday");
    return { usual: first(this.here, "usual"), day };
  }

  content() {
    const { text, told, site } = this;
    const words = text.usual;
    if (!site) return [this.head(words.title), this.empty(text.no_meter, text.no_meter_next)];
    const day = this.hass.states[this.entities.day];
    if (day) return this.ofDay(day);
    this.fetch();
    const head = this.head(words.title, this.under());
    if (!told) return [head, this.loading(HEIGHT)];
    if (!told.begins) return [head, this.empty(words.nothing, words.nothing_next)];
    const band = bandOf(told);
    return [
      head,
      told.now ? this.now(told.now) : subline(words.too_few(told.days)),
      this.width && this.curve(told, band),
      h(
        "ul",
        { class: "legend above" },
        h("li", null, swatch("var(--consumption)", 3), words.today),
        band && h("li", null, swatch("var(--consumption-pale)", 12), this.days(told)),
      ),
    ];
  }

  ofDay({ state, attributes: told }) {
    const { formats, text } = this;
    const words = text.usual;
    const { begin } = periodAt(Date.now(), "day", formats.zone, -1);
    const head = this.head(words.title_of_day, this.under(begin));
    if (!(state in words.states)) {
      const why = told.energy === null ? text.no_data : words.too_few(told.days);
      return [head, this.empty(text.not_known_yet, why)];
    }
    return [head, this.now({ state, ...told }), note(this.days(told))];
  }

  under(at = new Date()) {
    const { formats, site, config } = this;
    const name = this.hass.states[config.entity]?.attributes.friendly_name ?? site.name;
    return `${name}${this.text.usual.comma}${formats.longDate(at)}`;
  }

  now({ state, power, energy, low, high }) {
    const { formats, text } = this;
    const words = text.usual;
    const isDay = energy !== undefined;
    const [value, unit, digits] = isDay ? [energy, "kWh", ENERGY_DIGITS] : [power, "W", 0];
    const range = words[isDay ? "range_of_day" : "range"](
      formats.number(low, digits),
      formats.quantity(high, unit, digits),
    );
    return h(
      "div",
      { class: "keys" },
      h(
        "div",
        null,
        figure(formats.number(value, digits), unit),
        subline(isDay ? text.quantities.bought : words.these_minutes),
      ),
      h(
        "div",
        null,
        h(
          "p",
          { class: state === "usual" ? "good" : "" },
          haIcon(ICONS[state]),
          ` ${words.states[state]}`,
        ),
        subline(range),
      ),
    );
  }

  /** Say which days the band is made of. */
  days({ day_kind: kind, temperatures }) {
    const { formats, text } = this;
    const words = text.usual;
    const write = (value) => formats.quantity(value, "°C");
    if (!temperatures) return words.one_in_two(words.kinds[kind], words.season);
    const [from, to] = temperatures;
    const range = to === null ? words.from(write(from)) : words.between(from, write(to));
    return words.one_in_two(words.kinds[kind], range);
  }

  curve(told, band) {
    const { formats, text, width } = this;
    const period = periodAt(Date.now(), "day", formats.zone);
    const { values, step } = curveOf(told);
    const last = values.findLastIndex((one) => !Number.isNaN(one));
    const stripes = hatch("unusual", "var(--bad)", "none", 0.8);
    const look = { fill: stripes.fill, "fill-opacity": 0.5 };
    return lines(text.usual.title, {
      period,
      step,
      formats,
      width: width - 34,
      height: HEIGHT,
      isNarrow: width < 420,
      room: 1.1,
      bands: told.unusual.map(({ begin, end }) => ({ begin, end, look })),
      usual: band,
      lines: [{ values, line: "var(--consumption)", pale: "none" }],
      now: last >= 0 && { time: +period.begin + (last + 0.5) * step, value: values[last] },
      over: (frame) => [
        stripes.defs,
        band && this.nameOf(band, period, frame),
        told.unusual.map((span) => this.unusual(span, frame)),
      ],
    });
  }

  /** Write under the band what it is. */
  nameOf({ low, step }, { begin }, frame) {
    const at = Math.round((NAMED_AT * 4 * 900_000) / step);
    if (Number.isNaN(low[at] ?? NaN)) return false;
    const y = Math.min(frame.bottom - 3, frame.y(low[at]) + frame.size * 1.4);
    return textAt(frame.x(+begin + at * step), y, this.text.usual.habit, { style: OUTLINED });
  }

  unusual({ begin, end }, frame) {
    const { formats, text } = this;
    const isRight = frame.x(end) > frame.width * 0.7;
    const x = isRight ? frame.x(begin) - 4 : frame.x(end) + 4;
    const anchor = isRight ? "end" : "start";
    const times = text.usual.times(formats.time(new Date(begin)), formats.time(new Date(end)));
    return [
      textAt(x, frame.above + frame.size, text.usual.unusual, {
        anchor,
        "font-weight": 700,
        style: `fill: var(--bad); ${OUTLINED}`,
      }),
      textAt(x, frame.above + frame.size * 2.3, times, { anchor, style: OUTLINED }),
    ];
  }

  /** Read the day again with each five minutes, and when where the power is becomes another. */
  fetch() {
    const { hass, site } = this;
    const { entity } = this.config;
    const { state } = hass.states[this.entities.usual] ?? {};
    const turn = Math.floor(Date.now() / (5 * MINUTE));
    return this.fetchOnce([site.id, entity, state, turn], async () => ({
      told: await usualOf(hass, site, entity ? { entity } : {}),
    }));
  }
}

const swatch = (colour, height) =>
  h("span", {
    class: "swatch",
    style: `background: ${colour}; height: ${height}px`,
    "aria-hidden": "true",
  });
