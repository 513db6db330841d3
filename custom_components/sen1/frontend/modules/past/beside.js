/** What a period of a site is beside: another time, other homes, and what anybody else measures. */

import { move } from "../calendar.js";
import { sumOf } from "../closing.js";
import { hourly } from "../common.js";
import { columnHead, h, subline, tableOf, tableRow } from "../dom.js";
import { Fetched, lastKnown } from "../fetched.js";
import { capital, ENERGY_DIGITS, inOne } from "../formats.js";
import { first, isReadByHand, within } from "../installation.js";
import { Offered } from "../offered.js";
import { grouped } from "../recorder.js";
import { groups } from "../series.js";
import { askedOf } from "../sites.js";
import { Answers, ENOUGH } from "../year/answers.js";
import { dashOf, markOf } from "./chosen.js";
import { BEFORE, lined, matched, STEPS, YEAR } from "./spans.js";
import { digitsOf, nameOf, shortNameOf } from "./words.js";

const HOUR = 3_600_000;

const isPower = (unit) => /(W|VA|Wh|J)$/.test(unit ?? "");

export class Beside {
  constructor(card, text) {
    Object.assign(this, { card, text });
    const redraw = () => card.redraw();
    this.answers = new Answers(card);
    this.offered = new Offered(redraw);
    this.fetched = new Fetched(redraw);
  }

  /** Return the period before, of the same length or as the calendar has it. */
  get before() {
    return move(this.card.period, -1, this.card.formats.zone);
  }

  /** Return another site of these. */
  siteOf = (id) => this.card.sites.find((site) => site.id === id);

  /** Ask for all that is compared. */
  want() {
    const { card, before } = this;
    const { hass, period, site } = card;
    const ids = card.compared.filter((id) => id !== YEAR);
    this.ofSites = ids.filter((id) => id === BEFORE || this.siteOf(id));
    const statistics = ids.filter((id) => !this.ofSites.includes(id));
    this.offered.want(hass, card.sites, period, statistics);
    const asked = this.ofSites.map((id) => (id === BEFORE ? [site.id, before] : [id, period]));
    this.found = this.answers.want(
      ...asked.map(([id, of]) => askedOf("sen1/energies", id, of, STEPS[period.unit])),
    );
    if (statistics.length) this.fetched.want(hass, statistics, period);
  }

  /** Ask what else there is, to be sought by its name. */
  wantOthers() {
    this.offered.wantOthers(this.card.hass);
  }

  /** Return what can be chosen, in groups, and why something cannot. */
  groups() {
    const { card, text, offered } = this;
    const { picker } = text;
    offered.want(card.hass, card.sites, card.period, []);
    const found = groups(card.hass, text, offered).map((group) => ({
      ...group,
      series: group.series.map((one) => ({ ...one, ...this.fit(one) })),
    }));
    const isFriends = ({ series }) => series[0].friend;
    const friends = found.filter(isFriends).flatMap(({ series }) => series);
    const named = friends
      .map((one) => ({ ...one, name: one.full }))
      .sort((one, other) => Boolean(one.why) - Boolean(other.why));
    return [
      { key: "times", name: picker.times, series: this.times() },
      { key: "homes", name: picker.homes, series: this.homes() },
      { key: "friends", name: picker.friends, series: named },
      ...found
        .filter((group) => !isFriends(group))
        .map((group) => ({
          ...group,
          isSought: group.isSought || Boolean(this.siteOf(group.key)),
        })),
    ].filter(({ series }) => series.length);
  }

  times() {
    const { card, text, before } = this;
    const { formats, leafed, period } = card;
    const there = leafed.before ? capital(nameOf(leafed.before, formats)) : undefined;
    return [
      { statistic: YEAR, name: text.before.year, under: there },
      { statistic: BEFORE, name: text.before[period.unit], under: nameOf(before, formats) },
    ];
  }

  homes() {
    const { card, text } = this;
    const { hass, sites, formats, period } = card;
    return sites
      .filter((site) => site !== card.site)
      .map((site) => {
        const here = within(hass, sites, site);
        const isSilent = isReadByHand(here) && period.unit !== "year";
        const known = lastKnown(hass, first(here, "bought_yesterday"));
        return {
          statistic: site.id,
          name: site.name,
          under: known && text.known_until(formats.date(known, { day: "numeric", month: "short" })),
          why: isSilent ? text.picker.by_hand : undefined,
        };
      });
  }

  /** Return from when to when something is known, or why it cannot stand beside the bars. */
  fit({ unit, known, first, last }) {
    const { card, text } = this;
    const { picker } = text;
    if (card.isMoney) return { why: picker.no_money };
    const isFit = card.isElectric ? isPower(unit) : unit === card.shown?.unit;
    if (!isFit) return { why: picker.other_unit(unit ?? "–") };
    if (known > 0) return {};
    if (first === undefined || last === undefined) return { why: picker.never };
    return { why: picker.span(card.formats.range(new Date(first), new Date(last))) };
  }

  /** Return what something compared is called, and what is known of its place. */
  told(id) {
    const { card, text } = this;
    if ([YEAR, BEFORE].includes(id)) {
      const period = id === YEAR ? card.leafed.before : this.before;
      return { name: shortNameOf(period, card.formats), sheet: card.site, isOwn: true };
    }
    const site = this.siteOf(id);
    if (site) return { name: site.name, sheet: site };
    const all = groups(card.hass, text, this.offered).flatMap(({ series }) => series);
    const found = all.find(({ statistic }) => statistic === id);
    return { ...found, name: found?.full ?? this.offered.known.get(id)?.name ?? id };
  }

  /** Return the steps of what is compared: `{values, known}`; nothing of what is not there, or not yet. */
  steps(id) {
    const { card } = this;
    const { shown, period, formats } = card;
    const field = shown.isMoney ? "costs" : "values";
    const { begins } = shown.steps;
    const nothing = { values: begins.map(() => null), known: begins.map(() => 0) };
    if (id === YEAR) return shown.same || nothing;
    if (this.ofSites.includes(id)) {
      const answer = this.found?.[this.ofSites.indexOf(id)];
      const series = answer?.quantities[shown.name];
      if (!series?.[field]) return nothing;
      const pairs = matched(begins, answer.begins, period.unit, formats.zone);
      return { values: lined(pairs, series[field]), known: lined(pairs, series.known) };
    }
    const { told: all, units, period: of } = this.fetched;
    const told = all?.[id];
    const unit = units?.[id];
    const isFit = card.isElectric ? unit === "kW" : unit === shown.unit;
    const isOfThis = told?.values.length && +of.begin === +period.begin && +of.end === +period.end;
    return isOfThis && isFit && !shown.isMoney ? this.sums(told) : nothing;
  }

  /** Return means or amounts of equal steps as what they come to in the steps that are shown. */
  sums(told) {
    const { shown, period } = this.card;
    const { begins, lengths } = shown.steps;
    const { step } = this.fetched;
    const { values, parts, isAmount } = STEPS[period.unit] === "hour" ? hourly(told) : told;
    const sums = (list) => grouped(list, period.begin, step, begins, period.end, true);
    const energy = values.map((value, i) => {
      if (!parts[i]) return NaN;
      return isAmount ? value : (value * parts[i] * step) / HOUR;
    });
    return {
      values: [...sums(energy)].map((value) => (Number.isFinite(value) ? value : null)),
      known: [...sums(parts)].map((sum, i) => (lengths[i] ? ((sum || 0) * step) / lengths[i] : 0)),
    };
  }

  /** Return the lines over the bars: each ends where it is known no more. */
  lines() {
    const ids = this.card.compared.filter((id) => id !== YEAR);
    return ids.map((id, n) => {
      const { values, known } = this.steps(id);
      return {
        id,
        name: this.told(id).name,
        fill: "var(--others)",
        dash: dashOf(n),
        isDotted: true,
        values: values.map((value, i) => (known[i] >= ENOUGH ? value : null)),
      };
    });
  }

  /** Return the table side by side: counted over the steps that are over and that all know. */
  table(shown) {
    const { card, text } = this;
    const { period, formats, site, compared } = card;
    const { steps, series, values } = shown;
    const isThere = ({ known }) => known.some((part) => part >= ENOUGH);
    const mine = { id: site.id, name: site.name, sheet: site, values, known: series.known };
    const others = compared.map((id) => ({ id, ...this.told(id), ...this.steps(id) }));
    const rows = [mine, ...others];
    const there = rows.filter(isThere);
    const isCommon = (i) =>
      +steps.ends[i] <= Date.now() && there.every(({ known }) => known[i] >= ENOUGH);
    const common = [...steps.begins.keys()].filter(isCommon);
    const sum = (row) => sumOf(common.map((i) => row.values[i]));
    const hasAreas = !shown.isMoney && rows.some(({ sheet }) => sheet?.floor_area);
    const isUse = !["produced", "sold"].includes(shown.name);
    const amount = (value) =>
      shown.isMoney ? formats.money(value) : formats.number(value, digitsOf(shown.unit));
    const unit = shown.isMoney ? formats.symbol : shown.unit;
    const columns = [
      [unit, (row) => amount(sum(row))],
      hasAreas && [
        text.per_area(unit),
        (row) =>
          row.sheet?.floor_area && formats.number(sum(row) / row.sheet.floor_area, ENERGY_DIGITS),
      ],
      isUse && [text.saved_by(site.name), (row) => row.isOwn && savedOn(sum(row))],
    ].filter(Boolean);
    const savedOn = (before) => {
      const saved = before - sum(mine);
      return [
        h("span", { class: saved < 0 && "bad" }, amount(saved)),
        subline(formats.percent((100 * saved) / before, 1)),
      ];
    };
    const rowOf = (row) => {
      const isIn = there.includes(row) && common.length > 0;
      const { floor_area: area, people } = row.sheet ?? {};
      const under = inOne([
        area && !row.isOwn && formats.quantity(area, "m²"),
        people && !row.isOwn && text.people(people),
        row.isOwn && text.at_home,
        !there.includes(row) && text.nothing_here,
      ]);
      return tableRow(
        [markOf(compared, row.id, row === mine), h("strong", row.name), subline(under)],
        columns.map(([, tell]) => h("td", (isIn && tell(row)) || "–")),
      );
    };
    const heads = [text.workshop.what, ...columns.map(([name]) => name)];
    return h(
      "ha-card.gap.sums",
      card.head(text.side, this.spanOf(common, steps, period)),
      this.answers.status === "error" && subline(text.not_read),
      tableOf(
        null,
        heads.map((name, i) => columnHead(name, i > 0 && "number")),
        rows.map(rowOf),
      ),
    );
  }

  /** Say over which steps is counted. */
  spanOf(common, { begins, ends }, { unit }) {
    const { card, text } = this;
    const { formats } = card;
    if (!common.length) return text.common.none;
    const [first, last] = [common[0], common.at(-1)];
    if (last - first + 1 > common.length) {
      return text.known_by_all(card.text.past.counted_steps[STEPS[unit]](common.length));
    }
    const [begin, end] = [new Date(begins[first]), new Date(ends[last])];
    const hours = unit === "day" ? `, ${formats.time(begin)} – ${formats.time(end)}` : "";
    return text.known_by_all(`${formats.range(begin, end)}${hours}`);
  }
}
