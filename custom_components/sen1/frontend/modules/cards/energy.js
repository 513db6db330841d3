/** The energy of a day, a month or a year: in which tariff period, from where, and what it cost. */

import { fromField, periodAt } from "../calendar.js";
import { Card, figure } from "../card.js";
import { h } from "../dom.js";
import { first, having, tariffs } from "../installation.js";
import { isRoof, sells } from "../sites.js";

/** Tones of one hue: cheap hours pale, dear ones full; the words beside them tell which is which. */
const isCheap = (tariff) => /off_peak|normal|weekend|low_season|summer/.test(tariff);

export default class Energy extends Card {
  static isOfSite = true;

  get period() {
    return this.config.period ?? "day";
  }

  get entities() {
    const { here } = this;
    const of = (key) => first(here, `${key}_${this.period}`);
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
    return [...super.watched(), ...this.statesOf(having(this.here, ...this.ofTariffs))];
  }

  content() {
    const { text, formats, period, entities } = this;
    const title = text[`this_${period}`];
    const { begin } = periodAt(Date.now(), period, formats.zone);
    const isGiving = isRoof(this.site);
    if (!(isGiving ? (entities.sold ?? entities.used) : entities.bought)) {
      return [this.head(title, this.name(begin)), this.empty(text.no_home, text.no_home_next)];
    }
    const shown = isGiving ? this.given() : this.taken();
    if (!shown) return [this.head(title, this.name(begin)), this.empty(text.no_data)];
    const { rows, since, word, paid } = shown;
    const total = rows.reduce((sum, { energy }) => sum + energy, 0);
    const digits = period === "year" && total >= 10_000 ? 0 : 1;
    return [
      this.head(title, this.name(begin, since)),
      h(
        "div",
        { class: "figures" },
        figure(formats.number(total, digits), "kWh"),
        paid !== undefined && h("div", { class: "figure second" }, formats.money(paid, 1)),
      ),
      word && h("p", { class: "under" }, word),
      h("div", { class: "bar", "aria-hidden": "true" }, total > 0 && this.parts(rows, total)),
      this.table(shown, total, digits),
      this.notes(shown),
    ];
  }

  /** Return what was used: what was bought, by tariff period, and what came from the roof. */
  taken() {
    const { text, entities } = this;
    const bought = this.value(entities.bought);
    if (bought === undefined) return undefined;
    const bill = this.state(entities.cost)?.attributes;
    const rows = this.rows(bought, bill);
    const sold = this.row(text.injected, "injected", entities.sold);
    const shown = this.joined(
      rows,
      entities.bought,
      this.row(text.from_roof, "production", entities.used),
    );
    return {
      ...shown,
      bill,
      paid: bill?.energy_cost,
      word: shown.isApart && text.from_grid,
      beside: [
        ...shown.beside,
        sold && {
          ...sold,
          cost: this.negative(entities.income),
          since: this.otherSince(sold, shown.since),
        },
      ].filter(Boolean),
      before: shown.isApart ? entities.bought : (entities.consumed ?? entities.bought),
    };
  }

  /** Return what a roof gave that stands alone, or undefined. */
  given() {
    const { text, entities, site } = this;
    const sold = sells(site) && this.row(text.injected, "injected", entities.sold);
    const used = this.row(sold ? text.used_there : text.produced, "production", entities.used);
    const income = this.value(entities.income);
    const main = sold ? { ...sold, cost: income } : used;
    if (!main) return undefined;
    const shown = this.joined([main], main.entity, sold ? used : undefined);
    return {
      ...shown,
      bill: income === undefined ? undefined : {},
      paid: income,
      word: used && !shown.isApart ? text.produced : text.injected,
      before: main.entity,
    };
  }

  /**
   * Return rows with another one, which is added to them only if it is counted since the same day;
   * else it stands beside them and says since when.
   */
  joined(rows, entity, other) {
    const since = this.since(entity);
    const of = other && this.otherSince(other, since);
    return {
      rows: other && !of ? [...rows, other] : rows,
      beside: of ? [{ ...other, since: of }] : [],
      since,
      isApart: of !== undefined,
    };
  }

  row(name, hue, entity) {
    const energy = this.value(entity);
    if (energy === undefined) return undefined;
    return { name, energy, entity, fill: `--${hue}-fill`, line: `--${hue}` };
  }

  /** Return since when a row is counted, if that is another day than the others'. */
  otherSince({ entity }, since) {
    const own = this.since(entity);
    return own && +own !== +since ? own : undefined;
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

  table({ rows, beside, bill, paid, isApart, word }, total, digits) {
    const { text, formats } = this;
    const swatch = (fill, line) =>
      h("span", { class: "swatch", style: `background: var(${fill}); border-color: var(${line})` });
    const row = ({ name, energy, cost, fill, line, since }) =>
      h(
        "tr",
        null,
        h(
          "th",
          { scope: "row" },
          fill && swatch(fill, line),
          name,
          since && h("p", { class: "under" }, text.since(this.date(since))),
        ),
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
    return h(
      "table",
      null,
      h("thead", null, head),
      h(
        "tbody",
        null,
        rows.map(row),
        rows.length > 1 && row({ name: isApart ? word : text.total, energy: total, cost: paid }),
      ),
      beside.length > 0 && h("tfoot", null, beside.map(row)),
    );
  }

  /** Return a row for each tariff period, or one for all that came from the grid. */
  rows(bought, bill) {
    const known = tariffs(this.here, ...this.ofTariffs);
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
  name(begin, since) {
    if (since > begin) return this.text.since(this.date(since));
    if (this.period === "day") return this.date(begin, { weekday: "long" });
    if (this.period === "month") {
      return this.formats.date(begin, { month: "long", year: "numeric" });
    }
    return this.text.since(this.date(begin));
  }

  date(time, more) {
    return this.formats.date(time, { day: "numeric", month: "long", year: "numeric", ...more });
  }

  /** Return since when an entity counts, or undefined. */
  since(entity) {
    const begin = this.state(entity)?.attributes.begin;
    return begin && fromField(begin, this.formats.zone);
  }

  /** Say what the period before came to, and what is to be paid besides the energy. */
  notes({ before, bill, since }) {
    const { text, formats, entities } = this;
    const last = this.state(before)?.attributes.last_period;
    const paidSince = this.since(entities.cost);
    const note = (written) => h("p", { class: "note" }, written);
    return [
      bill?.subscription > 0 &&
        note(
          text.with_subscription(
            formats.money(bill.subscription),
            formats.money(this.value(entities.cost)),
          ),
        ),
      paidSince > since && note(text.cost_since(this.date(paidSince))),
      last > 0 && note(text[`last_${this.period}_was`](formats.quantity(last, "kWh", 1))),
    ];
  }
}
