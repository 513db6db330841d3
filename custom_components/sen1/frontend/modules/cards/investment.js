/** My citizen investment: shares, money, panels and energy, mine beside the whole. */

import { periodAt } from "../calendar.js";
import { Card, callout, figure, keyFigure, row } from "../card.js";
import { axes, dot, Frame, lineAlong, picture, scaleTo, textAt } from "../chart.js";
import { bars, lines } from "../curves.js";
import { chips, h, s, subline } from "../dom.js";
import { valuesOf } from "../fetched.js";
import { inWatts } from "../formats.js";
import { comingOf, holdings, mineOf, wholeOf } from "../holdings.js";
import { having } from "../installation.js";
import { energiesOf, paybackOf, producedBy, sourcesOf, yieldsOf } from "../investment/figures.js";
import { table } from "../investment/parts.js";
import { toldOf } from "../investment/told.js";
import { across } from "../marks.js";
import { opener } from "../opener.js";

const HOUR = 3_600_000;
const AGAIN_MS = 300_000;
const DATES = {
  day: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  month: { month: "long", year: "numeric" },
  year: { year: "numeric" },
};
const PERIODS = { day: "energy_today", month: "energy_month", year: "energy_year" };

export default class Investment extends Card {
  static words = ["investment"];
  static tag = "div";
  static isSized = true;

  watched() {
    const { each, all } = holdings(this.hass);
    const figures = [...each.map((one) => one.figures), all].flatMap(Object.values);
    return [
      ...figures.map(({ entity }) => this.hass.states[entity]),
      ...this.statesOf(having(this.hass, "series_status", "own_project")),
    ];
  }

  content() {
    const { text } = this;
    const { each, all } = holdings(this.hass);
    if (!each.length) {
      const add = chips(
        opener(this, text.add_shares, { subentry: "shareholding" }, { class: "strong" }),
        opener(this, text.add_project, { subentry: "project" }),
      );
      return [h("ha-card", this.empty(text.no_shares, text.no_shares_next, add)), this.own()];
    }
    this.fetch(each);
    return [
      this.title("mdi:currency-eur", text.investment.title),
      this.coming(each),
      table(this, each, all),
      this.returned(each, all),
      toldOf(this, each),
      this.width && this.production(each, all),
      this.own(),
    ];
  }

  /** Return the projects that are told of from here, as those see them who receive their series. */
  own() {
    const { text, formats } = this;
    const states = this.statesOf(having(this.hass, "own_project")).filter(
      (state) => state?.attributes.building,
    );
    const told = ({ attributes: { building, commune, peak_power: power } }) =>
      row(
        [building, commune].filter(Boolean).join(", "),
        power && formats.quantity(power, "kWc", 1),
      );
    return (
      states.length > 0 &&
      h("ha-card.own", this.head(text.investment.own), h("div.rows", states.map(told)))
    );
  }

  /** Say of which projects the past is still on its way, from the friend who shares it. */
  coming(each) {
    const { text, formats } = this;
    const waited = comingOf(this.hass, each).map(({ name, part }) =>
      part === undefined ? name : `${name} (${formats.percent(part)})`,
    );
    if (!waited.length) return false;
    const words = text.investment;
    return callout(
      { look: "good", icon: "mdi:timer-sand", role: "status" },
      words.coming(waited.join(", ")),
      words.coming_next,
    );
  }

  // What comes back

  returned(each, all) {
    const { text, formats } = this;
    const words = text.investment;
    const payback = paybackOf(all, each);
    const head = this.head(words.back);
    const yields = this.yields(each);
    if (!payback) {
      return h("ha-card.gap", head, this.empty(words.no_income, words.no_income_next), yields);
    }
    const { invested, income, left, yearly, around, range } = payback;
    return h(
      "ha-card.gap",
      head,
      h(
        "div.figures",
        keyFigure(words.paid, formats.money(income)),
        yearly &&
          keyFigure(words.back_around, String(new Date().getFullYear() + Math.ceil(around))),
      ),
      yearly && this.width && this.fan(payback, this.width - 34),
      h(
        "div.rows",
        each
          .filter(({ figures }) => figures.income?.mine !== undefined)
          .map(({ name, figures }) => row(name, formats.money(figures.income.mine))),
        row(words.left, formats.money(left)),
      ),
      h(
        "p.note",
        yearly &&
          words.at_rate(formats.money(yearly), formats.percent((100 * yearly) / invested, 1)),
        " ",
        yearly &&
          range &&
          words.shaded(formats.number(100 * range.least, 1), formats.percent(100 * range.most, 1)),
        " ",
        words.refundable,
      ),
      yields,
    );
  }

  /** Return what a year brings of each project, as it was and as the project expects, or false. */
  yields(each) {
    const { text, formats } = this;
    const words = text.investment;
    const percent = (value) => formats.percent(value, 1);
    const told = yieldsOf(each).map(({ name, real, expected, least, most }) => {
      const between = Number.isFinite(least) && Number.isFinite(most);
      const said = [
        Number.isFinite(real) && percent(real),
        Number.isFinite(expected) && words.expected(percent(expected)),
        between && words.between(formats.number(least, 1), percent(most)),
      ];
      return row(name, said.filter(Boolean).join(", "));
    });
    return told.length > 0 && [h("h3", words.yields), h("div.rows", told)];
  }

  /** Draw a payback: what came back, a step a year, and how the rest will. */
  fan({ invested, income, range, late, soon, around, past }, width) {
    const { text, formats } = this;
    const now = new Date().getFullYear();
    const end = Math.max(late ?? 0, around, 1) * 1.05;
    const scale = scaleTo(invested * 1.1);
    const frame = new Frame({ width, height: 180, begin: -past, end, top: scale.top, left: 44 });
    const every = Math.max(1, Math.ceil((past + end) / 5 / 5) * 5);
    const first = Math.ceil((now - past) / every) * every;
    const count = Math.floor((now + end - first) / every) + 1;
    const labels = Array.from({ length: count }, (_, i) => {
      const year = first + i * every;
      return { time: year - now, text: String(year) };
    });
    const { x, y } = frame;
    const middle = y((income + invested) / 2);
    const line = "var(--production)";
    const rate = (part) => formats.percent(100 * part, 1);
    const steps = Array.from(
      { length: past },
      (_, i) => `H${x(i + 1 - past)}V${y((income * (i + 1)) / past)}`,
    ).join("");
    return picture(
      frame,
      text.investment.back,
      axes(frame, {
        ticks: scale.ticks,
        write: (tick) => formats.number(tick),
        unit: formats.symbol,
        labels,
      }),
      range && [
        s("path", {
          d: `M${x(0)} ${y(income)}L${x(soon)} ${y(invested)}L${x(late)} ${y(invested)}Z`,
          fill: "var(--production-pale)",
        }),
        textAt(x(late / 2) + 6, middle + 14, rate(range.least), { anchor: "start" }),
        textAt(x(soon / 2) - 6, middle - 4, rate(range.most), { anchor: "end" }),
      ],
      across(frame, invested, "var(--text)"),
      textAt(
        frame.left + 4,
        y(invested) - 5,
        `${text.investment.put_in} ${formats.money(invested, 0)}`,
        { anchor: "start", isStrong: true },
      ),
      lineAlong(`M${x(-past)} ${y(0)}${steps}`, line, 2),
      lineAlong(`M${x(0)} ${y(income)}L${x(around)} ${y(invested)}`, line, 2, "6 4"),
      dot(x(0), y(income), 4, line),
    );
  }

  // What is produced

  fetch(each) {
    const ids = each.flatMap(({ figures }) => Object.values(sourcesOf(figures))).filter(Boolean);
    const read = async (unit) => {
      const period = periodAt(Date.now(), unit, this.formats.zone);
      const step = unit === "day" ? "half_hour" : "hour";
      // There may be more than are told at once.
      const told = await Promise.all(ids.map((id) => valuesOf(this.hass, [id], period, step)));
      return [unit, { period, values: Object.assign({}, ...told.map(({ values }) => values)) }];
    };
    const fetch = () =>
      Promise.all(Object.keys(PERIODS).map(read)).then(
        (all) => ({ past: Object.fromEntries(all) }),
        // What was read before stays.
        () => undefined,
      );
    if (ids.length) this.fetchOnce([ids, Math.floor(Date.now() / AGAIN_MS)], fetch);
  }

  production(each, all) {
    const { text } = this;
    const columns = this.width > 760 ? 3 : 1;
    const width = (this.width - 16 * (columns - 1)) / columns - 34;
    return [
      this.title(
        "mdi:white-balance-sunny",
        text.investment.production_and_mine,
        each.map(({ name }) => name).join(", "),
      ),
      h(
        "div.columns",
        { style: `grid-template-columns: repeat(${columns}, minmax(0, 1fr))` },
        Object.keys(PERIODS).map((unit) => this.produced(unit, each, all, width)),
      ),
    ];
  }

  /** Return what was produced in a day, month or year, and its curves once they are read. */
  produced(unit, each, all, width) {
    const { text, formats } = this;
    const words = text.investment;
    const key = PERIODS[unit];
    const whole = wholeOf(each, key);
    const isReadable = each.some(({ figures }) => Object.values(sourcesOf(figures)).some(Boolean));
    return h(
      "ha-card",
      this.head(text[`this_${unit}`], words.steps[unit](formats.date(new Date(), DATES[unit]))),
      figure(formats.number(mineOf(each, all, key), 1), `kWh, ${words.mine}`),
      subline(words.of_produced(formats.quantity(whole, "kWh", whole < 100 ? 1 : 0))),
      this.past ? this.curves(unit, each, width) : isReadable && this.loading(150),
    );
  }

  curves(unit, each, width) {
    const { text, formats } = this;
    const words = text.investment;
    const { period, values } = this.past[unit];
    const found = producedBy(each, values, unit);
    if (!found) return this.empty(text.no_data);
    const draw = unit === "day" ? this.lineOf : this.barsOf;
    const given = { period, formats, width, line: "var(--production)" };
    return [
      subline(words.projects),
      draw(words.projects, found.whole, { ...given, height: 150, fill: "var(--production-pale)" }),
      subline(words.my_part),
      draw(words.my_part, found.mine, { ...given, height: 110, fill: "var(--production)" }),
    ];
  }

  lineOf = (label, powers, { line, fill, ...given }) => {
    const values = inWatts(powers);
    return lines(label, { ...given, step: HOUR / 2, lines: [{ values, line, pale: fill }] });
  };

  barsOf = (label, values, given) => {
    const energies = energiesOf(values, given.period, given.formats.zone);
    return bars(label, { ...given, ...energies, unknown: this.text.unknown });
  };
}
