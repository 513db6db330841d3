/** Series beside one another, one over the other, or a production over a consumption. */

import { daysIn, PRESETS } from "../calendar.js";
import { button, Card, row } from "../card.js";
import { Compared } from "../compared.js";
import { choices, EARLIER, MODES, periods } from "../comparison/asked.js";
import { coverageOf, lines, stacked } from "../curves.js";
import { h } from "../dom.js";
import { coverage } from "../recorder.js";
import { colours, iconOf } from "../series.js";

/** What becomes of a production and a consumption: its fill and its line. */
const PARTS = [
  ["covered", "production-fill", "production"],
  ["grid", "consumption-fill", "consumption"],
  ["surplus", "injected-fill", "injected"],
];

export default class Comparison extends Card {
  static tag = "div";
  static isSized = true;

  constructor(host) {
    super(host);
    this.compared = new Compared(() => this.redraw());
  }

  configure(config) {
    this.period = undefined;
    this.mode = MODES.includes(config.mode) ? config.mode : "coverage";
    this.how = EARLIER.includes(config.compare) ? config.compare : "";
    super.configure(config);
  }

  watched() {
    return [this.hass.entities, this.hass.devices];
  }

  content() {
    const { zone } = this.formats;
    this.period ??= Compared.period(this.config, zone);
    this.series = Compared.series(this);
    if (!this.series.length) return [h("ha-card", null, this.nothing())];
    this.chosen ??= new Set(this.first());
    this.colours = colours(this.series.filter(({ statistic }) => this.chosen.has(statistic)));
    this.compared.want(this.hass, [...this.chosen], this.period, this.how);
    return [periods(this), choices(this), this.body()];
  }

  nothing() {
    const { text } = this;
    return [
      this.head(text.views.compare),
      this.hass.user.is_admin
        ? this.empty(text.no_series, text.no_series_next)
        : this.locked(text.not_yours, text.not_yours_next),
    ];
  }

  /** Return what is chosen at first: a production and a consumption, of one site if there is one. */
  first() {
    if (this.config.series?.length) return this.series.map(({ statistic }) => statistic);
    const pairOf = (list) =>
      ["production", "consumption"].map((kind) => list.find((one) => one.kind === kind));
    const sites = Map.groupBy(this.series, ({ site }) => site);
    const pairs = [...sites.values()].map(pairOf);
    const pair = pairs.find((both) => both.every(Boolean)) ?? pairOf(this.series);
    const found = pair.filter(Boolean);
    return (found.length ? found : this.series.slice(0, 1)).map(({ statistic }) => statistic);
  }

  /** Look at another period. */
  show(period) {
    this.period = period;
    this.redraw();
  }

  body() {
    const { text, compared } = this;
    const shown = this.series.filter(({ statistic }) => this.chosen.has(statistic));
    if (!shown.length) return h("ha-card", null, this.empty(text.choose));
    if (compared.status === "loading" || !this.width) {
      const offline = !this.hass.connected && this.alert("warning", text.offline);
      return h("ha-card", null, offline, this.loading(300));
    }
    if (compared.status === "error") {
      const again = button(text.again, "mdi:refresh", () => {
        compared.asked = "";
        this.redraw();
      });
      const alert = this.alert("error", text.not_read, compared.error.message, again);
      return h("ha-card", null, alert);
    }
    const known = shown.filter(({ statistic }) => compared.has(statistic));
    if (!known.length) {
      const last = button(text.presets.last_7_days, undefined, () =>
        this.show(PRESETS.last_7_days(Date.now(), this.formats.zone)),
      );
      return h("ha-card", null, this.empty(text.no_data, text.no_data_next, last));
    }
    return [
      compared.status === "offline" && this.alert("warning", text.offline, text.offline_next),
      this.pictureOf(known),
      this.numbers(known),
    ];
  }

  get step() {
    const { compared, text } = this;
    if (compared.drawnStep > compared.step) return text.steps_of.day;
    return text.steps_of[compared.step === 1_800_000 ? "half" : "hour"];
  }

  pictureOf(known) {
    const production = known.find(({ kind }) => kind === "production");
    const uses = known.filter(({ kind }) => kind !== "production" && kind !== "injected");
    const consumption = uses.find(({ site }) => site === production?.site) ?? uses[0];
    if (this.mode === "coverage" && production && consumption) {
      return [
        this.covered(production, consumption),
        this.title("mdi:chart-areaspline", this.text.curve_by_curve),
        this.oneByOne(known),
      ];
    }
    if (this.mode === "side" || known.length === 1) return this.oneByOne(known);
    const make = this.mode === "stack" ? stacked : lines;
    const names = known.map(({ name }) => name).join(", ");
    return h(
      "ha-card",
      { class: "gap" },
      this.head(names, this.step),
      this.legend(known),
      make(`${names}: ${this.step}`, {
        ...this.given(340),
        lines: known.map((one) => this.line(one)),
      }),
      this.note(),
    );
  }

  given(height, width = this.width - 34) {
    return {
      period: this.compared.period,
      step: this.compared.drawnStep,
      formats: this.formats,
      width: Math.max(260, width),
      height,
    };
  }

  line(one) {
    return {
      ...this.colours.get(one.statistic),
      values: this.compared.drawn(one.statistic),
      ghost: this.compared.ghost(one.statistic),
      name: one.name,
    };
  }

  legend(known) {
    return h(
      "ul",
      { class: "legend" },
      known.map((one) => {
        const { line, dash } = this.colours.get(one.statistic);
        return h(
          "li",
          null,
          h("span", {
            class: "stroke",
            style: `border-top: 3px ${dash ? "dashed" : "solid"} ${line}`,
          }),
          one.name,
        );
      }),
    );
  }

  note() {
    const { compared, text, formats } = this;
    if (!compared.before) return false;
    const { begin, end } = compared.before;
    return h("p", { class: "note" }, text.dotted(formats.range(begin, end)));
  }

  covered(production, consumption) {
    const { text, formats, compared } = this;
    const { values, step } = compared;
    const found = coverage(values[production.statistic], values[consumption.statistic], step);
    const answer = text.covered_at(formats.percent(100 * found.share));
    const used = consumption.site === "mine" ? lowered(consumption.name) : consumption.name;
    const names = [text.kinds.production, text.kinds.consumption, text.surplus];
    return h(
      "ha-card",
      { class: "gap" },
      this.head(text.over(production.name, used), this.step),
      h(
        "div",
        { class: "figures" },
        h(
          "div",
          null,
          h("div", { class: "answer" }, answer),
          this.coveredBefore(production, consumption),
        ),
        h("div", { class: "grow" }, this.parts(found)),
      ),
      coverageOf(answer, {
        ...this.given(320),
        production: compared.drawn(production.statistic),
        consumption: compared.drawn(consumption.statistic),
        ghost: compared.ghost(consumption.statistic),
        names: this.width > 500 ? names : undefined,
      }),
      this.width <= 500 && this.legend([production, consumption]),
      this.note(),
    );
  }

  /** Return which share was covered in the earlier period. */
  coveredBefore(production, consumption) {
    const { text, formats } = this;
    const { before, old, oldStep } = this.compared;
    if (!before) return false;
    const { share } = coverage(old[production.statistic], old[consumption.statistic], oldStep);
    if (!Number.isFinite(share)) return false;
    const period = formats.range(before.begin, before.end);
    return h("p", { class: "under" }, `${period}${text.colon}${formats.percent(100 * share)}`);
  }

  /** Return a bar of what is covered, bought and left over, and the three in words. */
  parts(found) {
    const { text, formats } = this;
    const sum = found.covered + found.grid + found.surplus;
    const part = ([name, fill, line]) =>
      h("span", {
        class: name === "surplus" ? "hatched" : "",
        style: `flex: ${found[name] / sum}; ${paint(fill, line)}`,
      });
    const words = ([name, fill, line]) => {
      const energy = formats.quantity(found[name], "kWh", digitsOf(found[name]));
      return h("li", null, swatch(name, fill, line), text.parts[name](energy));
    };
    return [
      h(
        "div",
        { class: "bar", "aria-hidden": "true" },
        PARTS.filter(([name]) => found[name] > 0).map(part),
      ),
      h("ul", { class: "legend" }, PARTS.map(words)),
    ];
  }

  oneByOne(known) {
    const most = ({ statistic }) => maximum(this.compared.drawn(statistic));
    const top = Math.max(...known.filter(({ site }) => site === known[0].site).map(most));
    return known.map((one) => {
      const hasOwnScale = most(one) < top / 3 || most(one) > top;
      return this.alone(one, hasOwnScale);
    });
  }

  /** Return one series with what is known of its site. */
  alone(one, hasOwnScale) {
    const { text, formats, compared } = this;
    const isWide = this.width > 700;
    const width = isWide ? this.width * 0.68 - 34 : this.width - 34;
    const found = compared.summary(one.statistic);
    const energy = formats.quantity(found.energy, "kWh", digitsOf(found.energy));
    const change = this.change(one);
    const byHowMuch = change ? ` (${change})` : "";
    const scale = hasOwnScale ? `, ${text.own_scale}` : "";
    return h(
      "div",
      { class: isWide ? "pair" : "pair narrow" },
      this.sheet(one, found),
      h(
        "ha-card",
        null,
        this.head(text.kinds[one.kind] ?? one.name, one.name, `${energy}${byHowMuch}${scale}`),
        lines(`${one.name}: ${this.step}`, { ...this.given(200, width), lines: [this.line(one)] }),
      ),
    );
  }

  /** Return by how much the energy changed, or undefined where there is none to compare with. */
  change({ statistic }) {
    const change = this.compared.change(statistic);
    return change === undefined ? undefined : this.formats.percent(100 * change, 1, true);
  }

  /** Return what is known of the site behind a series. */
  sheet(one, found) {
    const { text, formats } = this;
    const sheet = one.sheet ?? {};
    const rows = [
      one.friend && [text.sheet.friend, one.friend],
      sheet.building && [text.sheet.building, sheet.building],
      sheet.commune && [text.sheet.commune, sheet.commune],
      sheet.peak_power && [text.sheet.peak_power, formats.quantity(sheet.peak_power, "kWc", 1)],
      sheet.modules && [text.sheet.modules, sheet.modules],
      sheet.inverters && [text.sheet.inverters, sheet.inverters],
      sheet.year && [text.sheet.year, String(sheet.year)],
      sheet.expected && [text.sheet.expected, formats.quantity(sheet.expected, "kWh")],
      [text.maximum, `${formats.quantity(found.max, "kW", 2)}, ${this.moment(found.at)}`],
    ].filter(Boolean);
    const page = /^https:\/\//.test(sheet.link ?? "") && sheet.link;
    return h(
      "ha-card",
      null,
      h(
        "header",
        null,
        h("ha-icon", {
          icon: iconOf(one.kind),
          "aria-hidden": "true",
          style: `color: ${this.colours.get(one.statistic).line}`,
        }),
        h(
          "div",
          { class: "grow" },
          h("h2", null, one.name),
          h("p", { class: "under" }, text.kinds[one.kind]),
        ),
      ),
      h(
        "div",
        { class: "rows" },
        rows.map(([name, value]) => row(name, value)),
      ),
      page &&
        h(
          "a",
          { class: "link", href: page, target: "_blank", rel: "noreferrer" },
          text.project_page,
        ),
    );
  }

  moment(time) {
    const { formats } = this;
    const days = daysIn(this.compared.period);
    if (days <= 1) return formats.time(time);
    const options = days > 8 ? { day: "numeric", month: "short" } : { weekday: "short" };
    return `${formats.date(time, options)} ${formats.time(time)}`;
  }

  numbers(known) {
    const { text, formats, compared } = this;
    const number = (label, className) =>
      h("th", { scope: "col", class: `number ${className ?? ""}` }, label);
    const head = h(
      "tr",
      null,
      h("th", { scope: "col" }, text.one_series),
      number(`${text.min} kW`),
      number(`${text.mean} kW`),
      number(`${text.max_short} kW`),
      number(text.at_max, "wide"),
      number("kWh"),
      compared.before && [number(`${text.earlier_short} kWh`, "wide"), number(text.change)],
    );
    const rows = known.map((one) => this.row(one));
    return h(
      "ha-card",
      { class: "gap" },
      this.head(text.min_mean_max, formats.range(compared.period.begin, compared.period.end)),
      h("table", null, h("thead", null, head), h("tbody", null, rows)),
    );
  }

  row(one) {
    const { formats, compared } = this;
    const found = compared.summary(one.statistic);
    const before = compared.earlier(one.statistic);
    const colour = this.colours.get(one.statistic).line;
    const energyOf = ({ energy }) => formats.number(energy, digitsOf(energy));
    return h(
      "tr",
      null,
      h(
        "th",
        { scope: "row" },
        h("span", { class: "swatch", style: `background: ${colour}` }),
        one.name,
      ),
      [found.min, found.mean, found.max].map((value) => h("td", null, formats.number(value, 2))),
      h("td", { class: "wide" }, this.moment(found.at)),
      h("td", null, energyOf(found)),
      compared.before && [
        h("td", { class: "wide" }, before ? energyOf(before) : "–"),
        h("td", null, this.change(one) ?? "–"),
      ],
    );
  }
}

const paint = (fill, line) => `background-color: var(--${fill}); border-color: var(--${line})`;
const swatch = (part, fill, line) =>
  h("span", {
    class: `swatch ${part === "surplus" ? "hatched" : ""}`,
    style: paint(fill, line),
  });
const lowered = (name) => name.charAt(0).toLowerCase() + name.slice(1);
const digitsOf = (kwh) => (kwh < 10_000 ? 1 : 0);

/** Return the greatest value; what is not known is none. */
function maximum(values) {
  let most = 0;
  for (const value of values) {
    if (value > most) most = value;
  }
  return most;
}
