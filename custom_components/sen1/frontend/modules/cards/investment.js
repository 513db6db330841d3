/** My citizen investment: shares, money, panels and energy, mine beside the whole. */

import { daysOf, monthsOf, periodAt } from "../calendar.js";
import { Card } from "../card.js";
import { axes, Frame, picture, scaleTo } from "../chart.js";
import { bars, lines } from "../curves.js";
import { h, s } from "../dom.js";
import { holdings, wholeOf } from "../holdings.js";
import { grouped, powers } from "../recorder.js";

const HOUR = 3_600_000;
/** Figures of the table: its digits, mine and the whole. */
const COLUMNS = { shares: [0, 0], invested: [0, 0], surface: [1, 0], energy_year: [1, 0] };
/** A share of what was put in that a year may bring: how sure the return is. */
const FAN = [0.02, 0.04];
const FILLS = ["--production", "--production-fill", "--production-pale"];
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
      return [
        h(
          "ha-card",
          null,
          this.empty(
            text.no_shares,
            text.no_shares_next,
            this.hass.user.is_admin &&
              this.link("/config/integrations/integration/sen1", text.steps.add_shares[0]),
          ),
        ),
      ];
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

  /** Return the days that what is counted of this year covers. */
  covered(each) {
    const known = each
      .map(({ figures }) => figures.energy_year?.attributes.begin)
      .filter(Boolean)
      .sort();
    return known.length
      ? this.formats.range(new Date(`${known[0].slice(0, 10)}T12:00:00Z`), new Date())
      : "";
  }

  // The table

  table(each, all) {
    const { text, formats } = this;
    const key = (label, value, unit, under) =>
      h(
        "div",
        null,
        h("p", { class: "under" }, label),
        h("p", { class: "figure" }, value, h("small", null, unit && `\u00a0${unit}`)),
        h("p", { class: "under" }, under),
      );
    const columns = Object.keys(COLUMNS).filter((one) =>
      each.some(({ figures }) => figures[one]?.mine !== undefined),
    );
    // A phone shows what is mine.
    const isWide = this.width >= 560;
    const head = (one) => text.investment.columns[one].replace("€", formats.symbol);
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
    const write = (value, digits) => (value === undefined ? "–" : formats.number(value, digits));
    return h(
      "ha-card",
      { class: "gap" },
      h(
        "div",
        { class: "keys" },
        key(
          text.investment.shares,
          formats.number(all.shares?.mine ?? this.sum(each, "shares")),
          "",
          text.investment.in_projects(each.length),
        ),
        key(
          text.investment.invested,
          formats.number(all.invested?.mine ?? this.sum(each, "invested")),
          formats.symbol,
          "",
        ),
        key(
          text.investment.surface,
          formats.number(all.surface?.mine ?? this.sum(each, "surface"), 1),
          "m²",
          text.investment.on(formats.quantity(wholeOf(each, "surface"), "m²")),
        ),
        key(
          text.investment.production,
          formats.number(all.energy_year?.mine ?? this.sum(each, "energy_year"), 1),
          "kWh",
          this.covered(each),
        ),
      ),
      h(
        "table",
        null,
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            h("td", null),
            columns.map((one) =>
              h("th", { scope: "colgroup", colspan: isWide ? 2 : 1, class: "number" }, head(one)),
            ),
          ),
          isWide &&
            h(
              "tr",
              null,
              h("th", { scope: "col" }, text.investment.project),
              columns.map(() => [
                h("th", { scope: "col", class: "number" }, text.investment.mine),
                h("th", { scope: "col", class: "number" }, text.investment.whole),
              ]),
            ),
        ),
        h(
          "tbody",
          null,
          each.map(({ name, figures }, i) =>
            row(
              name,
              (one, side) =>
                write(side ? figures[one]?.whole : figures[one]?.mine, COLUMNS[one][side]),
              this.swatch(i),
            ),
          ),
          row(text.total, (one, side) =>
            formats.number(
              side ? wholeOf(each, one) : (all[one]?.mine ?? this.sum(each, one)),
              COLUMNS[one][side],
            ),
          ),
        ),
      ),
      h("p", { class: "note" }, text.investment.rounded),
    );
  }

  swatch = (i) =>
    h("span", {
      class: "swatch",
      style: `background: var(${FILLS[i % 3]}); border-color: var(--production)`,
    });

  // How it is spread

  split(each) {
    const { text, formats } = this;
    const units = { shares: "", invested: formats.symbol, surface: "m²", energy_year: "kWh" };
    return h(
      "ha-card",
      null,
      this.head(text.investment.split),
      h(
        "ul",
        { class: "legend" },
        each.map(({ name }, i) => h("li", null, this.swatch(i), name)),
      ),
      Object.entries(COLUMNS).map(([key, [digits]]) => {
        const sum = this.sum(each, key);
        if (!sum) return false;
        const known = each.map(({ name, figures }, i) => ({
          name,
          i,
          value: figures[key]?.mine ?? 0,
        }));
        return [
          h(
            "div",
            { class: "figures under" },
            h("span", null, text.investment.bars[key]),
            h(
              "span",
              null,
              known
                .map(({ value }) =>
                  units[key] ? formats.quantity(value, units[key], digits) : formats.number(value),
                )
                .join(` ${text.and} `),
            ),
          ),
          h(
            "div",
            { class: "shares" },
            known
              .filter(({ value }) => value > 0)
              .map(({ name, value, i }) =>
                h(
                  "span",
                  {
                    style: `flex: ${Math.max(value / sum, 0.02)}; background: var(${FILLS[i % 3]}); color: ${i % 3 ? "var(--text)" : "var(--on-line)"}`,
                    "aria-label": `${name}: ${formats.percent((100 * value) / sum, 1)}`,
                    role: "img",
                  },
                  value / sum > 0.14 && formats.percent((100 * value) / sum, 1),
                ),
              ),
            h(
              "span",
              { class: "beside" },
              known
                .filter(({ value }) => value / sum <= 0.14)
                .map(({ value }) => formats.percent((100 * value) / sum, 1))
                .join(", "),
            ),
          ),
        ];
      }),
    );
  }

  // What comes back

  returned(each, all) {
    const { text, formats } = this,
      words = text.investment;
    const invested = all.invested?.mine,
      income = all.income?.mine,
      years = all.payback?.mine;
    const head = this.head(words.back);
    if (invested === undefined || income === undefined)
      return h("ha-card", null, head, this.empty(words.no_income, words.no_income_next));
    const yearly = years ? invested / years : undefined;
    const now = new Date().getFullYear();
    const left = Math.max(0, invested - income);
    return h(
      "ha-card",
      null,
      head,
      h(
        "div",
        { class: "figures" },
        h(
          "div",
          null,
          h("p", { class: "under" }, words.paid),
          h("p", { class: "figure" }, formats.money(income)),
        ),
        yearly &&
          h(
            "div",
            null,
            h("p", { class: "under" }, words.back_around),
            h("p", { class: "figure" }, String(now + Math.ceil(left / yearly))),
          ),
      ),
      yearly && this.width && this.fan(invested, income, yearly, now, each.length > 1),
      h(
        "div",
        { class: "rows" },
        each
          .filter(({ figures }) => figures.income?.mine !== undefined)
          .map(({ name, figures }) =>
            h(
              "div",
              null,
              h("span", null, name),
              h("span", null, formats.money(figures.income.mine)),
            ),
          ),
        h("div", null, h("span", null, words.left), h("span", null, formats.money(left))),
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

  /** Draw what came back, a step a year, and how the rest will: as so far, and between the shares of `FAN`. */
  fan(invested, income, yearly, now, isBeside) {
    const { formats, text } = this;
    const width = (this.width > 700 && isBeside ? this.width * 0.42 - 8 : this.width) - 34;
    const left = Math.max(0, invested - income);
    const [late, soon] = FAN.map((share) => left / (invested * share));
    const past = Math.round(income / yearly);
    const end = Math.max(late, left / yearly, 1) * 1.05;
    const scale = scaleTo(invested * 1.1);
    const frame = new Frame({ width, height: 180, begin: -past, end, top: scale.top, left: 44 });
    const every = Math.max(1, Math.ceil((past + end) / 5 / 5) * 5);
    const first = Math.ceil((now - past) / every) * every;
    const labels = Array.from({ length: Math.floor((now + end - first) / every) + 1 }, (_, i) => ({
      time: first + i * every - now,
      text: String(first + i * every),
    }));
    const [x, y] = [frame.x, frame.y];
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
      FAN.map((share, i) =>
        s(
          "text",
          {
            x: x([late, soon][i] / 2) + (i ? -6 : 6),
            y: y((income + invested) / 2) + (i ? -4 : 14),
            "text-anchor": i ? "end" : "start",
          },
          formats.percent(100 * share),
        ),
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
    const { text, formats } = this,
      words = text.investment;
    const columns = this.width > 760 ? 3 : 1;
    const width = (this.width - 16 * (columns - 1)) / columns - 34;
    return [
      this.title(
        "mdi:white-balance-sunny",
        words.production_and_mine,
        each.map(({ name }) => name).join(", "),
      ),
      h(
        "div",
        { class: "columns", style: `grid-template-columns: repeat(${columns}, minmax(0, 1fr))` },
        Object.entries(PERIODS).map(([unit, key]) =>
          h(
            "ha-card",
            null,
            this.head(
              text[`this_${unit}`],
              words.steps[unit](formats.date(new Date(), DATES[unit])),
            ),
            h(
              "p",
              { class: "figure" },
              formats.number(all[key]?.mine ?? this.sum(each, key), 1),
              h("small", null, `\u00a0kWh, ${words.mine}`),
            ),
            h(
              "p",
              { class: "under" },
              words.of_produced(
                formats.quantity(wholeOf(each, key), "kWh", wholeOf(each, key) < 100 ? 1 : 0),
              ),
            ),
            this.past
              ? this.curves(unit, each, width)
              : each.some(({ figures }) => sourcesOf(figures).past ?? sourcesOf(figures).live) &&
                  this.loading(150),
          ),
        ),
      ),
    ];
  }

  curves(unit, each, width) {
    const { text, formats } = this,
      words = text.investment;
    const { period, values } = this.past[unit];
    const projects = each
      .map(({ figures }) => ({ part: partOf(figures), values: wholePowers(figures, values, unit) }))
      .filter((one) => one.values?.some((value) => !Number.isNaN(value)));
    if (!projects.length) return this.empty(text.no_data);
    const step = unit === "day" ? HOUR / 2 : HOUR;
    const add = (scale) => {
      const sum = new Float64Array(projects[0].values.length).fill(NaN);
      for (const project of projects) {
        project.values.forEach((value, i) => {
          if (!Number.isNaN(value))
            sum[i] = (Number.isNaN(sum[i]) ? 0 : sum[i]) + value * scale(project);
        });
      }
      return sum;
    };
    const whole = add(() => 1),
      mine = add(({ part }) => part);
    const given = { period, step, formats, width, unknown: text.unknown };
    if (unit === "day") {
      return [
        h("p", { class: "under" }, words.projects),
        lines(words.projects, {
          ...given,
          height: 150,
          lines: [{ values: whole, line: "var(--production)", pale: "var(--production-pale)" }],
        }),
        h("p", { class: "under" }, words.my_part),
        lines(words.my_part, {
          ...given,
          height: 110,
          lines: [{ values: mine, line: "var(--production)", pale: "var(--production)" }],
        }),
      ];
    }
    const starts = unit === "month" ? daysOf(period, formats.zone) : monthsOf(period, formats.zone);
    const hours = starts.map((start, i) => ((starts[i + 1] ?? period.end) - start) / HOUR);
    const energies = (powersOf) =>
      grouped(powersOf, period.begin, step, starts, period.end).map(
        (value, i) => value * hoursKnown(powersOf, period.begin, step, starts[i], hours[i]),
      );
    return [
      h("p", { class: "under" }, words.projects),
      bars(words.projects, {
        ...given,
        height: 150,
        starts,
        values: energies(whole),
        fill: "var(--production-pale)",
        line: "var(--production)",
      }),
      h("p", { class: "under" }, words.my_part),
      bars(words.my_part, {
        ...given,
        height: 110,
        starts,
        values: energies(mine),
        fill: "var(--production)",
        line: "var(--production)",
      }),
    ];
  }
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
  const shared = values[past],
    own = values[live]?.map((value) => value / partOf(figures));
  const [better, other] = unit === "day" ? [own, shared] : [shared, own];
  return better && other
    ? better.map((value, i) => (Number.isNaN(value) ? other[i] : value))
    : (better ?? other);
}

/** Return how many hours of a group are known. */
function hoursKnown(values, begin, step, start, hours) {
  const from = Math.round((start - begin) / step);
  let known = 0;
  for (let at = from; at < from + (hours * HOUR) / step; at += 1)
    if (!Number.isNaN(values[at])) known += step / HOUR;
  return known;
}
