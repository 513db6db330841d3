/** The energy of a day, a month or a year: in which tariff period, from where, and what it cost. */

import { fromField, periodAt } from "../calendar.js";
import { Card, figure, formPath } from "../card.js";
import { closed, leftOf, restOf } from "../closing.js";
import { columnHead, h, note, subline, tableRow } from "../dom.js";
import { CENTS, ENERGY_DIGITS } from "../formats.js";
import { first, having, isReadByHand, lastKnown, tariffs } from "../installation.js";
import { isRoof, sells } from "../sites.js";

/** Tones of one hue: cheap hours pale, dear ones full; the words beside them tell which is which. */
const isCheap = (tariff) => /off_peak|normal|weekend|low_season|summer/.test(tariff);

/** What a site has one of at least. */
const MAIN = ["bought", "sold", "produced"];

/** So near, in kWh, two sums are the same, of states that are written one after the other. */
const SAME = 0.05;

export default class Energy extends Card {
  static isOfSite = true;
  static words = ["home"];

  get period() {
    return this.config.period ?? "day";
  }

  /** What the figures are of: where they come later than they are used, of the day that is over. */
  get figures() {
    const has = (figures) => first(this.here, ...MAIN.map((what) => `${what}_${figures}`));
    return this.period === "day" && !has("day") && has("yesterday") ? "yesterday" : this.period;
  }

  get entities() {
    const { here, figures } = this;
    const of = (key) => first(here, `${key}_${figures}`);
    return {
      bought: of("bought"),
      produced: of("produced"),
      used: of("self_consumed"),
      sold: of("sold"),
      consumed: of("consumed"),
      cost: of("cost"),
      income: of("income"),
      usual: first(here, ...(figures === "yesterday" ? ["usual_yesterday"] : [])),
    };
  }

  get ofTariffs() {
    return [`energy_of_tariff_${this.figures}`, `cost_of_tariff_${this.figures}`];
  }

  watched() {
    return [...super.watched(), ...this.statesOf(having(this.here, ...this.ofTariffs))];
  }

  content() {
    const { text, formats, entities, figures } = this;
    const title = text[`this_${figures}`];
    const back = figures === "yesterday" ? -1 : 0;
    const { begin } = periodAt(Date.now(), this.period, formats.zone, back);
    const isGiving = isRoof(this.site);
    const main = isGiving ? (entities.sold ?? entities.produced) : entities.bought;
    if (!main) {
      return [this.head(title, this.name(begin)), this.empty(text.no_home, text.no_home_next)];
    }
    const shown = isGiving ? this.given() : this.taken();
    if (!shown) {
      const until = this.knownUntil(main) ?? text.no_data;
      return [
        this.head(title, this.name(begin)),
        this.empty(text.not_known_yet, until, this.next()),
      ];
    }
    const { rows, since, word, total, paid } = shown;
    return [
      this.head(title, this.name(begin, since)),
      subline(word),
      h(
        "div",
        { class: "figures" },
        figure(formats.number(total, ENERGY_DIGITS), "kWh"),
        paid !== undefined && h("div", { class: "figure second" }, formats.money(paid)),
      ),
      h("div", { class: "bar", "aria-hidden": "true" }, total > 0 && this.parts(rows, total)),
      this.table(shown),
      this.notes(shown),
    ];
  }

  /** Return the way to what makes a day known that nobody tells but who reads the meter. */
  next() {
    const { here, site, text, figures } = this;
    const isAsked = figures === "yesterday" && this.may("set_up") && isReadByHand(here);
    return isAsked && this.adder(formPath(site), text.enter_reading);
  }

  /** Return what was bought, by tariff period; and what came from the roof, which stands apart. */
  taken() {
    const { text, entities } = this;
    const { quantities } = text;
    const bought = this.value(entities.bought);
    if (bought === undefined) return undefined;
    const bill = this.state(entities.cost)?.attributes;
    const since = this.since(entities.bought);
    const used = this.beside(
      this.row(quantities.self_consumed, "production", entities.used),
      since,
    );
    const sold = this.beside(this.row(text.quantities.sold, "injected", entities.sold), since);
    return {
      word: quantities.bought,
      total: bought,
      paid: bill?.energy_cost,
      bill,
      since,
      rows: this.bought(bought, bill),
      used,
      consumed: this.consumed(bought, used, since),
      sold: sold && { ...sold, cost: this.negative(entities.income) },
      before: entities.bought,
    };
  }

  /** Return all that was used, where it is what was bought and what came from the roof; or undefined. */
  consumed(bought, used, since) {
    const { consumed } = this.entities;
    const all = this.value(consumed);
    const isWhole = used && !used.since && +this.since(consumed) === +since;
    return isWhole && Math.abs(all - bought - used.energy) < SAME ? all : undefined;
  }

  /** Return what a roof gave that stands alone, or undefined. */
  given() {
    const { text, entities, site } = this;
    const income = this.value(entities.income);
    const produced = this.row(text.quantities.produced, "production", entities.produced);
    const left = sells(site) && this.row(text.quantities.sold, "injected", entities.sold);
    const main = produced ?? left;
    if (!main) return undefined;
    const since = this.since(main.entity);
    const sold = left && { ...this.beside(left, since), cost: income };
    const shown = {
      word: main.name,
      total: main.energy,
      paid: income,
      bill: income === undefined ? undefined : {},
      since,
      before: main.entity,
    };
    if (main === left) return { ...shown, rows: [sold] };
    const used =
      sold &&
      this.beside(this.row(text.quantities.self_consumed, "production", entities.used), since);
    const parts = [sold, used].filter(Boolean);
    const sum = parts.reduce((all, { energy }) => all + energy, 0);
    const isWhole = parts.every((one) => !one.since) && Math.abs(sum - main.energy) < SAME;
    if (!isWhole) return { ...shown, rows: [main], used, sold };
    const [given] = closed([sold?.energy], ENERGY_DIGITS);
    const energies = [given, used && leftOf(used.energy, main.energy, given, ENERGY_DIGITS)];
    return { ...shown, rows: parts.map((one, i) => ({ ...one, energy: energies[i] })) };
  }

  /** Return a row with since when it is counted, if that is another day than the figure's. */
  beside(row, since) {
    const own = row && this.since(row.entity);
    return own && +own !== +since ? { ...row, since: own } : row;
  }

  row(name, hue, entity) {
    const energy = this.value(entity);
    if (energy === undefined) return undefined;
    return { name, energy, entity, fill: `--${hue}-fill`, line: `--${hue}` };
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

  /** Return the parts of the figure, which add up to it as printed, and what stands beside it. */
  table({ rows, word, total, paid, bill, used, consumed, sold }) {
    const { text, formats } = this;
    const swatch = (fill, line) =>
      h("span", { class: "swatch", style: `background: var(${fill}); border-color: var(${line})` });
    const row = ({ name, energy, cost, fill, line, since }) =>
      tableRow(
        [fill && swatch(fill, line), name, since && subline(text.since(this.formats.date(since)))],
        h("td", null, formats.number(energy, ENERGY_DIGITS)),
        bill && h("td", null, Number.isFinite(cost) ? formats.number(cost, CENTS) : ""),
      );
    const column = (key, to, sum) =>
      closed(
        rows.map((one) => one[key]),
        to,
        sum,
      );
    const [energies, costs] = [column("energy", ENERGY_DIGITS, total), column("cost", CENTS, paid)];
    const printed = rows.map((one, i) => ({ ...one, energy: energies[i], cost: costs[i] }));
    const roof = used && {
      ...used,
      energy: leftOf(used.energy, consumed, total, ENERGY_DIGITS),
    };
    const heads = [
      columnHead(h("span", { class: "hidden" }, text.source)),
      columnHead("kWh", "number"),
      bill && columnHead(formats.symbol, "number"),
    ];
    return h(
      "table",
      null,
      h("thead", null, h("tr", null, heads)),
      h(
        "tbody",
        null,
        printed.map(row),
        rows.length > 1 && row({ name: word, energy: total, cost: paid }),
      ),
      roof &&
        h(
          "tbody",
          null,
          row(roof),
          consumed !== undefined && row({ name: text.quantities.consumed, energy: consumed }),
        ),
      sold && h("tfoot", null, row(sold)),
    );
  }

  /** Return a row for each tariff period, for what was bought in none that is known, and without a contract. */
  bought(total, bill = {}) {
    const { text } = this;
    const hue = { fill: "--consumption-fill", line: "--consumption" };
    const known = tariffs(this.here, ...this.ofTariffs).map(({ tariff, name, energy, cost }) => ({
      ...{ name, energy, cost, ...hue },
      fill: isCheap(tariff) ? "--consumption-fill" : "--consumption",
    }));
    const priced = total - (bill.energy_without_price ?? 0);
    const rest = restOf(
      known.map(({ energy }) => energy),
      priced,
      ENERGY_DIGITS,
    );
    const others = [
      [text.no_tariff, rest || bill.energy_without_period, bill.cost_without_period],
      [text.no_contract, bill.energy_without_price],
    ].map(([name, energy, cost]) => ({ name, energy, cost, fill: "--others", line: "--others" }));
    const rows = [...known, ...others.filter(({ energy }) => energy > 0)];
    if (known.length) return rows;
    return [{ name: text.quantities.bought, energy: total, cost: bill.energy_cost, ...hue }];
  }

  negative(income) {
    const value = this.value(income);
    return value === undefined ? undefined : -value;
  }

  /** Say which period it is; since when it is counted if that is later than it began. */
  name(begin, since) {
    if (since > begin) return this.text.since(this.formats.date(since));
    if (this.period === "day") return this.formats.longDate(begin);
    if (this.period === "month") {
      return this.formats.date(begin, { month: "long", year: "numeric" });
    }
    return this.text.since(this.formats.date(begin));
  }

  /** Return since when an entity counts, or undefined. */
  since(entity) {
    const begin = this.state(entity)?.attributes.begin;
    return begin && fromField(begin, this.formats.zone);
  }

  /** Say until when an entity is known, if that is before today; else return undefined. */
  knownUntil(entity) {
    const day = lastKnown(this.hass, entity);
    return day && this.text.known_until(this.formats.date(day));
  }

  /** Say what the period before came to, and what is to be paid besides the energy. */
  notes({ before, bill, since }) {
    const { text, formats, entities } = this;
    const until = this.knownUntil(before);
    const usual = this.state(entities.usual);
    const { low, high } = usual?.attributes ?? {};
    const range = [formats.number(low, ENERGY_DIGITS), formats.energy(high)];
    const last = this.state(before)?.attributes.last_period;
    const paidSince = this.since(entities.cost);
    return [
      bill?.subscription > 0 &&
        note(
          text.with_subscription(
            formats.money(bill.subscription),
            formats.money(this.value(entities.cost)),
          ),
        ),
      paidSince > since && note(text.cost_since(this.formats.date(paidSince))),
      bill?.has_whole_days && note(text.whole_days),
      last > 0 && note(text[`last_${this.figures}_was`](formats.energy(last))),
      usual && note(text.usual_day(this.hass.formatEntityState(usual), ...range)),
      until && note(this.figures === "yesterday" ? text.today_comes : until),
    ];
  }
}
