/** My citizen investment: shares, money, panels and energy, mine beside the whole. */

import { daysOf, monthsOf, periodAt } from "../calendar.js";
import { Card } from "../card.js";
import { axes, Frame, picture, scaleTo } from "../chart.js";
import { bars, lines } from "../curves.js";
import { h, s } from "../dom.js";
import { countedSince, holdings, wholeOf } from "../holdings.js";
import { grouped, powers } from "../recorder.js";

const PAGE = "/config/integrations/integration/sen1";
const HOUR = 3_600_000;
/** Figures of the table: its digits, mine and the whole. */
const COLUMNS = { shares: [0, 0], invested: [0, 0], surface: [1, 0], energy_year: [1, 0] };
/** A share of what was put in that a year may bring: how sure the return is. */
const LEAST = 0.02;
const MOST = 0.04;
const FILLS = ["--production", "--production-fill", "--production-pale"];
/** A part of a bar from which it has room for its percentage. */
const ROOM = 0.14;
const DATES = {
  day: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  month: { month: "long", year: "numeric" },
  year: { year: "numeric" },
};
const PERIODS = { day: "energy_today", month: "energy_month", year: "energy_year" };

export default class Investment extends Card {
  static tag = "div";
  static isSized = true;

  watched() {
    const { each, all } = holdings(this.hass);
    return [...each.map(({ figures }) => figures), all].flatMap((figures) =>
      Object.values(figures).map(({ entity }) => this.hass.states[entity]),
    );
  }

  content() {
    const { text } = this;
    const { each, all } = holdings(this.hass);
    if (!each.length) {
      const add = this.hass.user.is_admin && this.link(PAGE, text.steps.add_shares[0]);
      return [h("ha-card", null, this.empty(text.no_shares, text.no_shares_next, add))];
    }
    this.fetch(each);
    return [
      this.title("mdi:currency-eur", text.investment.title),
      this.table(each, all),
      h(
        "div",
        { class: this.width > 700 && each.length > 1 ? "pair even" : "pair narrow" },
        each.length > 1 && this.split(each),
        this.returned(each, all),
      ),
      this.width && this.production(each, all),
    ];
  }

  sum = (each, key) => each.reduce((total, { figures }) => total + (figures[key]?.mine ?? 0), 0);

  /** Return what is mine of a figure in all projects: as told, or else added up. */
  mine = (each, all, key) => all[key]?.mine ?? this.sum(each, key);

  /** Return the days that what is counted of this year covers. */
  covered(each) {
    const begin = countedSince(each, this.formats.zone);
    return begin ? this.formats.range(begin, new Date()) : "";
  }

  // The table

  table(each, all) {
    const { text, formats } = this;
    const columns = Object.keys(COLUMNS).filter((one) =>
      each.some(({ figures }) => figures[one]?.mine !== undefined),
    );
    // A phone shows what is mine.
    const isWide = this.width >= 560;
    const row = (name, cell, swatch) =>
      h(
        "tr",
        null,
        h("th", { scope: "row" }, swatch, name),
        columns.map((one) => [
          h("td", null, cell(one, 0)),
          isWide && h("td", { class: "soft" }, cell(one, 1)),
        ]),
      );
    const project = ({ name, figures }, i) => {
      const cell = (one, side) => {
        const value = side ? figures[one]?.whole : figures[one]?.mine;
        return value === undefined ? "–" : formats.number(value, COLUMNS[one][side]);
      };
      return row(name, cell, this.swatch(i));
    };
    const total = (one, side) => {
      const value = side ? wholeOf(each, one) : this.mine(each, all, one);
      return formats.number(value, COLUMNS[one][side]);
    };
    return h(
      "ha-card",
      { class: "gap" },
      this.keys(each, all),
      h(
        "table",
        null,
        this.heads(columns, isWide),
        h("tbody", null, each.map(project), row(text.total, total)),
      ),
      h("p", { class: "note" }, text.investment.rounded),
    );
  }

  /** Return the figures that matter most, above the table. */
  keys(each, all) {
    const { formats } = this;
    const words = this.text.investment;
    const key = (label, name, digits, unit, under) =>
      h(
        "div",
        null,
        h("p", { class: "under" }, label),
        h(
          "p",
          { class: "figure" },
          formats.number(this.mine(each, all, name), digits),
          h("small", null, unit && `\u00a0${unit}`),
        ),
        h("p", { class: "under" }, under),
      );
    const area = formats.quantity(wholeOf(each, "surface"), "m²");
    return h(
      "div",
      { class: "keys" },
      key(words.shares, "shares", 0, "", words.in_projects(each.length)),
      key(words.invested, "invested", 0, formats.symbol, ""),
      key(words.surface, "surface", 1, "m²", words.on(area)),
      key(words.production, "energy_year", 1, "kWh", this.covered(each)),
    );
  }

  heads(columns, isWide) {
    const { formats } = this;
    const words = this.text.investment;
    const head = (one) =>
      h(
        "th",
        { scope: "colgroup", colspan: isWide ? 2 : 1, class: "number" },
        words.columns[one].replace("€", formats.symbol),
      );
    const sides = columns.map(() => [
      h("th", { scope: "col", class: "number" }, words.mine),
      h("th", { scope: "col", class: "number" }, words.whole),
    ]);
    return h(
      "thead",
      null,
      h("tr", null, h("td", null), columns.map(head)),
      isWide && h("tr", null, h("th", { scope: "col" }, words.project), sides),
    );
  }

  swatch = (i) =>
    h("span", {
      class: "swatch",
      style: `background: var(${FILLS[i % 3]}); border-color: var(--production)`,
    });

  // How it is spread

  split(each) {
    return h(
      "ha-card",
      null,
      this.head(this.text.investment.split),
      h(
        "ul",
        { class: "legend" },
        each.map(({ name }, i) => h("li", null, this.swatch(i), name)),
      ),
      Object.keys(COLUMNS).map((key) => this.splitOf(each, key)),
    );
  }

  /** Return how a figure is spread over the projects: its values, and a bar of their parts. */
  splitOf(each, key) {
    const { text, formats } = this;
    const sum = this.sum(each, key);
    if (!sum) return false;
    const [digits] = COLUMNS[key];
    const unit = { shares: "", invested: formats.symbol, surface: "m²", energy_year: "kWh" }[key];
    const write = (value) => (unit ? formats.quantity(value, unit, digits) : formats.number(value));
    const known = each.map(({ name, figures }, i) => {
      const value = figures[key]?.mine ?? 0;
      return {
        name,
        value,
        fill: FILLS[i % 3],
        onFill: i % 3 ? "--text" : "--on-line",
        part: value / sum,
        percent: formats.percent((100 * value) / sum, 1),
      };
    });
    const bar = ({ name, fill, onFill, part, percent }) =>
      h(
        "span",
        {
          style: `flex: ${Math.max(part, 0.02)}; background: var(${fill}); color: var(${onFill})`,
          "aria-label": `${name}: ${percent}`,
          role: "img",
        },
        part > ROOM && percent,
      );
    const values = known.map(({ value }) => write(value)).join(` ${text.and} `);
    const tight = known.filter(({ part }) => part <= ROOM).map(({ percent }) => percent);
    return [
      h(
        "div",
        { class: "figures under" },
        h("span", null, text.investment.bars[key]),
        h("span", null, values),
      ),
      h(
        "div",
        { class: "shares" },
        known.filter(({ value }) => value > 0).map(bar),
        h("span", { class: "beside" }, tight.join(", ")),
      ),
    ];
  }

  // What comes back

  returned(each, all) {
    const { text, formats } = this;
    const words = text.investment;
    const invested = all.invested?.mine;
    const income = all.income?.mine;
    const years = all.payback?.mine;
    const head = this.head(words.back);
    if (invested === undefined || income === undefined) {
      return h("ha-card", null, head, this.empty(words.no_income, words.no_income_next));
    }
    const yearly = years ? invested / years : undefined;
    const now = new Date().getFullYear();
    const left = Math.max(0, invested - income);
    const figure = (label, value) =>
      h("div", null, h("p", { class: "under" }, label), h("p", { class: "figure" }, value));
    const row = (name, money) =>
      h("div", null, h("span", null, name), h("span", null, formats.money(money)));
    return h(
      "ha-card",
      null,
      head,
      h(
        "div",
        { class: "figures" },
        figure(words.paid, formats.money(income)),
        yearly && figure(words.back_around, String(now + Math.ceil(left / yearly))),
      ),
      yearly && this.width && this.fan(invested, income, yearly, now, each.length > 1),
      h(
        "div",
        { class: "rows" },
        each
          .filter(({ figures }) => figures.income?.mine !== undefined)
          .map(({ name, figures }) => row(name, figures.income.mine)),
        row(words.left, left),
      ),
      h(
        "p",
        { class: "note" },
        yearly &&
          words.at_rate(formats.money(yearly), formats.percent((100 * yearly) / invested, 1)),
        " ",
        words.refundable,
      ),
    );
  }

  /**
   * Draw what came back, a step a year, and how the rest will: as so far, and between `LEAST` and
   * `MOST`.
   */
  fan(invested, income, yearly, now, isBeside) {
    const { formats, text } = this;
    const width = (this.width > 700 && isBeside ? this.width * 0.42 - 8 : this.width) - 34;
    const left = Math.max(0, invested - income);
    const late = left / (invested * LEAST);
    const soon = left / (invested * MOST);
    const past = Math.round(income / yearly);
    const end = Math.max(late, left / yearly, 1) * 1.05;
    const scale = scaleTo(invested * 1.1);
    const frame = new Frame({ width, height: 180, begin: -past, end, top: scale.top, left: 44 });
    const every = Math.max(1, Math.ceil((past + end) / 5 / 5) * 5);
    const first = Math.ceil((now - past) / every) * every;
    const count = Math.floor((now + end - first) / every) + 1;
    const years = Array.from({ length: count }, (_, i) => first + i * every);
    const labels = years.map((year) => ({ time: year - now, text: String(year) }));
    const { x, y } = frame;
    const middle = y((income + invested) / 2);
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
        marks: [],
        labels,
      }),
      s("path", {
        d: `M${x(0)} ${y(income)}L${x(soon)} ${y(invested)}L${x(late)} ${y(invested)}Z`,
        fill: "var(--production-pale)",
      }),
      s(
        "text",
        { x: x(late / 2) + 6, y: middle + 14, "text-anchor": "start" },
        formats.percent(100 * LEAST),
      ),
      s(
        "text",
        { x: x(soon / 2) - 6, y: middle - 4, "text-anchor": "end" },
        formats.percent(100 * MOST),
      ),
      s("line", {
        x1: frame.left,
        x2: width - 8,
        y1: y(invested),
        y2: y(invested),
        stroke: "var(--text)",
      }),
      s(
        "text",
        { x: frame.left + 4, y: y(invested) - 5, class: "strong" },
        `${text.investment.put_in} ${formats.money(invested, 0)}`,
      ),
      s("path", {
        d: `M${x(-past)} ${y(0)}${steps}`,
        fill: "none",
        stroke: "var(--production)",
        "stroke-width": 2,
      }),
      s("line", {
        x1: x(0),
        y1: y(income),
        x2: x(left / yearly),
        y2: y(invested),
        stroke: "var(--production)",
        "stroke-width": 2,
        "stroke-dasharray": "6 4",
      }),
      s("circle", { cx: x(0), cy: y(income), r: 4, fill: "var(--production)" }),
    );
  }

  // What is produced

  async fetch(each) {
    const ids = each.flatMap(({ figures }) => Object.values(sourcesOf(figures))).filter(Boolean);
    const now = Math.floor(Date.now() / 300_000);
    const asked = JSON.stringify([ids, now]);
    if (asked === this.asked || !ids.length || !this.hass.connected) return;
    this.asked = asked;
    const { zone } = this.formats;
    const periods = Object.keys(PERIODS).map((unit) => periodAt(Date.now(), unit, zone));
    const found = await Promise.all(
      periods.map((period) =>
        powers(this.hass, ids, period, period.unit === "day" ? HOUR / 2 : HOUR),
      ),
    ).catch(() => null);
    if (!found || asked !== this.asked) return;
    this.past = Object.fromEntries(
      periods.map((period, i) => [period.unit, { period, values: found[i] }]),
    );
    this.redraw();
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
        "div",
        { class: "columns", style: `grid-template-columns: repeat(${columns}, minmax(0, 1fr))` },
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
    const isReadable = each.some(({ figures }) => {
      const { past, live } = sourcesOf(figures);
      return past ?? live;
    });
    return h(
      "ha-card",
      null,
      this.head(text[`this_${unit}`], words.steps[unit](formats.date(new Date(), DATES[unit]))),
      h(
        "p",
        { class: "figure" },
        formats.number(this.mine(each, all, key), 1),
        h("small", null, `\u00a0kWh, ${words.mine}`),
      ),
      h(
        "p",
        { class: "under" },
        words.of_produced(formats.quantity(whole, "kWh", whole < 100 ? 1 : 0)),
      ),
      this.past ? this.curves(unit, each, width) : isReadable && this.loading(150),
    );
  }

  curves(unit, each, width) {
    const { text, formats } = this;
    const words = text.investment;
    const { period, values } = this.past[unit];
    const projects = each
      .map(({ figures }) => ({ part: partOf(figures), values: wholePowers(figures, values, unit) }))
      .filter((one) => one.values?.some((value) => !Number.isNaN(value)));
    if (!projects.length) return this.empty(text.no_data);
    const whole = added(projects, () => 1);
    const mine = added(projects, ({ part }) => part);
    const draw = unit === "day" ? this.lineOf : this.barsOf;
    const given = { period, formats, width, line: "var(--production)" };
    return [
      h("p", { class: "under" }, words.projects),
      draw(words.projects, whole, { ...given, height: 150, fill: "var(--production-pale)" }),
      h("p", { class: "under" }, words.my_part),
      draw(words.my_part, mine, { ...given, height: 110, fill: "var(--production)" }),
    ];
  }

  lineOf = (label, values, { line, fill, ...given }) =>
    lines(label, { ...given, step: HOUR / 2, lines: [{ values, line, pale: fill }] });

  /** Draw hourly powers as the energies of days, or of the months of a year. */
  barsOf = (label, values, given) => {
    const { period, formats } = given;
    const startsIn = period.unit === "month" ? daysOf : monthsOf;
    const starts = startsIn(period, formats.zone);
    const means = grouped(values, period.begin, HOUR, starts, period.end);
    const energies = means.map((mean, i) => {
      const hours = ((starts[i + 1] ?? period.end) - starts[i]) / HOUR;
      return mean * hoursKnown(values, period.begin, starts[i], hours);
    });
    return bars(label, { ...given, starts, values: energies, unknown: this.text.unknown });
  };
}

/** Return what a holding's past is read from: hours that the friend shares, and its power here. */
const sourcesOf = ({ energy_year, power }) => ({
  past: energy_year?.attributes.statistic,
  live: power?.entity,
});

const partOf = ({ shares }) => (shares?.whole && shares.mine ? shares.mine / shares.whole : 1);

/** Return the powers of a whole project: of each step from the better source, where both know it. */
function wholePowers(figures, values, unit) {
  const { past, live } = sourcesOf(figures);
  const shared = values[past];
  const own = values[live]?.map((value) => value / partOf(figures));
  const [better, other] = unit === "day" ? [own, shared] : [shared, own];
  if (!better || !other) return better ?? other;
  return better.map((value, i) => (Number.isNaN(value) ? other[i] : value));
}

/** Return the powers of projects added up where at least one is known, each times its `scale`. */
function added(projects, scale) {
  const sum = new Float64Array(projects[0].values.length).fill(NaN);
  for (const project of projects) {
    project.values.forEach((value, i) => {
      if (Number.isNaN(value)) return;
      const before = Number.isNaN(sum[i]) ? 0 : sum[i];
      sum[i] = before + value * scale(project);
    });
  }
  return sum;
}

/** Return how many of so many hours, from a start on, are known. */
function hoursKnown(values, begin, start, hours) {
  const from = Math.round((start - begin) / HOUR);
  let known = 0;
  for (let at = from; at < from + hours; at += 1) {
    if (!Number.isNaN(values[at])) known += 1;
  }
  return known;
}
