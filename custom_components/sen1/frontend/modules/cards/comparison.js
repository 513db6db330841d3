/** Series beside one another, one over the other, or a production over a consumption. */

import { daysIn, fromField, move, PRESETS, span, toField } from "../calendar.js";
import { button, Card } from "../card.js";
import { Compared } from "../compared.js";
import { coverageOf, lines, stacked } from "../curves.js";
import { h } from "../dom.js";
import { coverage, summary } from "../recorder.js";
import { colours } from "../series.js";

const MODES = ["overlay", "side", "stack", "coverage"];
const ICONS = {
  production: "mdi:white-balance-sunny",
  consumption: "mdi:home",
  bought: "mdi:transmission-tower-export",
  injected: "mdi:transmission-tower-import",
};
const EARLIER = ["before", "week", "year"];
/** More curves than this on one picture cannot be told apart. */
const MOST = 6;

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
    return [this.periods(), this.choices(), this.body()];
  }

  nothing() {
    const { text } = this;
    const isGuest = !this.hass.user.is_admin;
    return [
      this.head(text.views.compare),
      isGuest
        ? h(
            "div",
            { class: "empty" },
            h("ha-icon", { icon: "mdi:lock", "aria-hidden": "true" }),
            h("p", null, text.not_yours),
            h("p", { class: "under" }, text.not_yours_next),
          )
        : this.empty(text.no_series, text.no_series_next),
    ];
  }

  /** Return what is chosen at first: a production and a consumption, of one site if there is one. */
  first() {
    if (this.config.series?.length) return this.series.map(({ statistic }) => statistic);
    const of = (kind, list) => list.find((one) => one.kind === kind);
    const sites = Map.groupBy(this.series, ({ site }) => site);
    const pair = [...sites.values()]
      .map((list) => [of("production", list), of("consumption", list)])
      .find(([a, b]) => a && b) ?? [of("production", this.series), of("consumption", this.series)];
    const found = pair.filter(Boolean);
    return (found.length ? found : this.series.slice(0, 1)).map(({ statistic }) => statistic);
  }

  // What is asked

  periods() {
    const { text, formats } = this,
      { zone } = formats;
    const set = (period) => {
      this.period = period;
      this.redraw();
    };
    const isAt = (preset) =>
      +preset.begin === +this.period.begin && +preset.end === +this.period.end;
    const last = new Date(+this.period.end - 1);
    const choose = (from, to) =>
      from < to && set(span(from, zone, 0, Math.max(1, Math.round((to - from) / 86_400_000))));
    return [
      h(
        "ha-card",
        { class: "periods" },
        h("ha-icon", { icon: "mdi:calendar", "aria-hidden": "true" }),
        h(
          "h2",
          { "aria-live": "polite", class: "grow" },
          formats.range(this.period.begin, this.period.end),
        ),
        h(
          "label",
          { class: "wide" },
          h("span", { class: "hidden" }, text.from),
          h("input", {
            type: "date",
            value: toField(this.period.begin, zone),
            onchange: ({ target }) =>
              target.value && choose(fromField(target.value, zone), this.period.end),
          }),
        ),
        h(
          "label",
          { class: "wide" },
          h("span", { class: "hidden" }, text.to),
          h("input", {
            type: "date",
            value: toField(last, zone),
            onchange: ({ target }) =>
              target.value &&
              choose(this.period.begin, span(fromField(target.value, zone), zone, 0, 1).end),
          }),
        ),
        button("", "mdi:chevron-left", () => set(move(this.period, -1, zone)), {
          "aria-label": text.previous,
        }),
        button("", "mdi:chevron-right", () => set(move(this.period, 1, zone)), {
          "aria-label": text.next,
        }),
      ),
      h(
        "div",
        { class: "chips many", role: "group", "aria-label": text.periods },
        Object.entries(PRESETS).map(([name, of]) => {
          const preset = of(Date.now(), zone);
          return button(text.presets[name], undefined, () => set(preset), {
            class: "small",
            "aria-pressed": String(isAt(preset)),
          });
        }),
      ),
    ];
  }

  choices() {
    const { text } = this;
    const toggle = ({ statistic }) => {
      if (!this.chosen.delete(statistic) && this.chosen.size < MOST) this.chosen.add(statistic);
      this.redraw();
    };
    return [
      h(
        "div",
        { class: "chips" },
        h(
          "div",
          { class: "chips", role: "group", "aria-label": text.modes_of },
          MODES.map((mode) =>
            button(
              text.modes[mode],
              undefined,
              () => {
                this.mode = mode;
                this.redraw();
              },
              { class: "small", "aria-pressed": String(this.mode === mode) },
            ),
          ),
        ),
        h(
          "label",
          null,
          h("span", { class: "hidden" }, text.compared_with),
          h(
            "select",
            {
              onchange: ({ target }) => {
                this.how = target.value;
                this.redraw();
              },
            },
            ["", ...EARLIER].map((how) =>
              h("option", { value: how, selected: this.how === how }, text.earlier[how || "none"]),
            ),
          ),
        ),
        this.config.wall &&
          this.link(location.pathname.replace(/[^/]*$/, this.config.wall), text.wall.show),
      ),
      !this.config.series?.length &&
        this.series.length > 1 &&
        h(
          "div",
          { class: "chips many", role: "group", "aria-label": text.series },
          this.series.map((one) =>
            button(one.name, ICONS[one.kind] ?? "mdi:chart-line", () => toggle(one), {
              class: "small",
              "aria-pressed": String(this.chosen.has(one.statistic)),
              disabled: !this.chosen.has(one.statistic) && this.chosen.size >= MOST,
            }),
          ),
        ),
    ];
  }

  // What is shown

  body() {
    const { text, compared } = this;
    const shown = (this.shown = this.series.filter(({ statistic }) => this.chosen.has(statistic)));
    if (!shown.length) return h("ha-card", null, this.empty(text.choose));
    if (compared.status === "loading" || !this.width) return h("ha-card", null, this.loading(300));
    if (compared.status === "error") {
      return h(
        "ha-card",
        null,
        this.alert(
          "error",
          text.not_read,
          compared.error.message,
          button(text.again, "mdi:refresh", () => {
            compared.asked = "";
            this.redraw();
          }),
        ),
      );
    }
    const known = shown.filter(({ statistic }) => compared.has(statistic));
    if (!known.length) {
      return h(
        "ha-card",
        null,
        this.empty(
          text.no_data,
          text.no_data_next,
          button(text.presets.last_7_days, undefined, () => {
            this.period = PRESETS.last_7_days(Date.now(), this.formats.zone);
            this.redraw();
          }),
        ),
      );
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
    const consumption =
      known.find(
        ({ kind, site }) =>
          kind !== "production" && kind !== "injected" && site === production?.site,
      ) ?? known.find(({ kind }) => kind !== "production" && kind !== "injected");
    if (this.mode === "coverage" && production && consumption) {
      return [
        this.covered(production, consumption),
        this.title("mdi:chart-areaspline", this.text.curve_by_curve),
        this.oneByOne(known),
      ];
    }
    if (this.mode === "side" || known.length === 1) return this.oneByOne(known);
    const make = this.mode === "stack" ? stacked : lines;
    const label = `${known.map(({ name }) => name).join(", ")}: ${this.step}`;
    return h(
      "ha-card",
      { class: "gap" },
      this.head(namesOf(known), this.step),
      this.legend(known),
      make(label, { ...this.given(340), lines: known.map((one) => this.line(one)) }),
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
    return (
      compared.before &&
      h(
        "p",
        { class: "note" },
        text.dotted(formats.range(compared.before.begin, compared.before.end)),
      )
    );
  }

  covered(production, consumption) {
    const { text, formats, compared } = this;
    const { values, old, step } = compared;
    const found = coverage(values[production.statistic], values[consumption.statistic], step);
    const before =
      compared.before &&
      coverage(old[production.statistic], old[consumption.statistic], compared.oldStep);
    const parts = [
      ["covered", "production-fill", "production"],
      ["grid", "consumption-fill", "consumption"],
      ["surplus", "injected-fill", "injected"],
    ];
    const sum = found.covered + found.grid + found.surplus;
    const answer = text.covered_at(formats.percent(100 * found.share));
    return h(
      "ha-card",
      { class: "gap" },
      this.head(
        text.over(
          production.name,
          consumption.site === "mine" ? lowered(consumption.name) : consumption.name,
        ),
        this.step,
      ),
      h(
        "div",
        { class: "figures" },
        h(
          "div",
          null,
          h("div", { class: "answer" }, answer),
          before &&
            Number.isFinite(before.share) &&
            h(
              "p",
              { class: "under" },
              `${formats.range(compared.before.begin, compared.before.end)}${text.colon}${formats.percent(100 * before.share)}`,
            ),
        ),
        h(
          "div",
          { class: "grow" },
          h(
            "div",
            { class: "bar", "aria-hidden": "true" },
            sum > 0 &&
              parts.map(
                ([part, fill, line]) =>
                  found[part] > 0 &&
                  h("span", {
                    class: part === "surplus" ? "hatched" : "",
                    style: `flex: ${found[part] / sum}; background-color: var(--${fill}); border-color: var(--${line})`,
                  }),
              ),
          ),
          h(
            "ul",
            { class: "legend" },
            parts.map(([part, fill, line]) =>
              h(
                "li",
                null,
                h("span", {
                  class: `swatch ${part === "surplus" ? "hatched" : ""}`,
                  style: `background-color: var(--${fill}); border-color: var(--${line})`,
                }),
                text.parts[part](formats.quantity(found[part], "kWh", digitsOf(found[part]))),
              ),
            ),
          ),
        ),
      ),
      coverageOf(answer, {
        ...this.given(320),
        production: compared.drawn(production.statistic),
        consumption: compared.drawn(consumption.statistic),
        ghost: compared.ghost(consumption.statistic),
        names:
          this.width > 500
            ? [text.kinds.production, text.kinds.consumption, text.surplus]
            : undefined,
      }),
      this.width <= 500 && this.legend([production, consumption]),
      this.note(),
    );
  }

  oneByOne(known) {
    const isWide = this.width > 700;
    const top = Math.max(
      ...known
        .filter(({ site }) => site === known[0].site)
        .map(({ statistic }) => maximum(this.compared.drawn(statistic))),
    );
    return known.map((one) => {
      const { text, formats, compared } = this;
      const found = summary(compared.values[one.statistic], compared.period.begin, compared.step);
      const own =
        maximum(compared.drawn(one.statistic)) < top / 3 ||
        maximum(compared.drawn(one.statistic)) > top;
      const width = isWide ? this.width * 0.68 - 34 : this.width - 34;
      return h(
        "div",
        { class: isWide ? "pair" : "pair narrow" },
        this.sheet(one, found),
        h(
          "ha-card",
          null,
          this.head(
            text.kinds[one.kind] ?? one.name,
            one.name,
            `${formats.quantity(found.energy, "kWh", digitsOf(found.energy))}${this.change(one, found)}${own ? `, ${text.own_scale}` : ""}`,
          ),
          lines(`${one.name}: ${this.step}`, {
            ...this.given(200, width),
            lines: [this.line(one)],
          }),
        ),
      );
    });
  }

  change(one, found) {
    const before = this.before(one);
    return before?.energy > 0
      ? ` (${this.formats.percent((100 * (found.energy - before.energy)) / before.energy, 1, true)})`
      : "";
  }

  before({ statistic }) {
    const { compared } = this;
    return (
      compared.before &&
      summary(compared.old[statistic] ?? [], compared.before.begin, compared.oldStep)
    );
  }

  /** Return what is known of the site behind a series. */
  sheet(one, found) {
    const { text, formats } = this,
      sheet = one.sheet ?? {};
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
          icon: ICONS[one.kind] ?? "mdi:chart-line",
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
        rows.map(([name, value]) => h("div", null, h("span", null, name), h("span", null, value))),
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
    const day = formats.date(
      time,
      daysIn(this.compared.period) > 8 ? { day: "numeric", month: "short" } : { weekday: "short" },
    );
    return daysIn(this.compared.period) <= 1 ? formats.time(time) : `${day} ${formats.time(time)}`;
  }

  numbers(known) {
    const { text, formats, compared } = this;
    const number = (label, className) =>
      h("th", { scope: "col", class: `number ${className ?? ""}` }, label);
    return h(
      "ha-card",
      { class: "gap" },
      this.head(text.min_mean_max, formats.range(compared.period.begin, compared.period.end)),
      h(
        "table",
        null,
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            h("th", { scope: "col" }, text.one_series),
            number(`${text.min} kW`),
            number(`${text.mean} kW`),
            number(`${text.max_short} kW`),
            number(text.at_max, "wide"),
            number("kWh"),
            compared.before && [number(`${text.earlier_short} kWh`, "wide"), number(text.change)],
          ),
        ),
        h(
          "tbody",
          null,
          known.map((one) => {
            const found = summary(
              compared.values[one.statistic],
              compared.period.begin,
              compared.step,
            );
            const before = this.before(one);
            return h(
              "tr",
              null,
              h(
                "th",
                { scope: "row" },
                h("span", {
                  class: "swatch",
                  style: `background: ${this.colours.get(one.statistic).line}`,
                }),
                one.name,
              ),
              [found.min, found.mean, found.max].map((value) =>
                h("td", null, formats.number(value, 2)),
              ),
              h("td", { class: "wide" }, this.moment(found.at)),
              h("td", null, formats.number(found.energy, digitsOf(found.energy))),
              compared.before && [
                h(
                  "td",
                  { class: "wide" },
                  before ? formats.number(before.energy, digitsOf(before.energy)) : "–",
                ),
                h(
                  "td",
                  null,
                  before?.energy > 0
                    ? formats.percent(
                        (100 * (found.energy - before.energy)) / before.energy,
                        1,
                        true,
                      )
                    : "–",
                ),
              ],
            );
          }),
        ),
      ),
    );
  }
}

const lowered = (name) => name.charAt(0).toLowerCase() + name.slice(1);
const namesOf = (known) => known.map(({ name }) => name).join(", ");
const digitsOf = (kwh) => (kwh < 10_000 ? 1 : 0);
const maximum = (values) => values.reduce((most, value) => (value > most ? value : most), 0);
