/** All sites beside each other: what to look at first, and what each uses. */

import { pageBeside } from "../address.js";
import { blocksOf } from "../buildings/blocks.js";
import {
  alertsOf,
  COLUMNS,
  found,
  isUpFirst,
  isWell,
  PERIODS,
  rowOf,
  sorted,
  wellOf,
} from "../buildings/rows.js";
import { sparkline } from "../buildings/sparkline.js";
import { sheet } from "../buildings/style.js";
import { sitesTable } from "../buildings/table.js";
import { periodAt } from "../calendar.js";
import { button, Card, pressable } from "../card.js";
import { keepTable } from "../csv.js";
import { chips, h, haIcon, named, note } from "../dom.js";
import { searchField, selectOf } from "../fields.js";
import { CENTS } from "../formats.js";
import { within } from "../installation.js";
import { opener } from "../opener.js";
import { HALF_HOUR, halfHours } from "../powers.js";
import { ICONS } from "../sites.js";

/** From so many buildings on, one is sought by its name. */
const MANY = 10;
/** A table needs so many pixels; on fewer there is a card for each building. */
const TABLE = 900;
/** What is not known of a cell. */
const DASH = "–";

export default class Buildings extends Card {
  static words = ["buildings"];
  static tag = "div";
  static isSized = true;
  static isOfSite = true;
  static sheets = [sheet];

  order = { column: "year", isUp: false };
  words = "";
  filter = "all";

  watched() {
    const { hass, sites } = this;
    return sites.flatMap((site) => [
      ...this.statesOf(Object.values(within(hass, sites, site).entities)),
      ...Object.values(site.sources)
        .flat()
        .map((entity) => hass.states[entity]),
    ]);
  }

  content() {
    const { hass, sites, text, width } = this;
    const words = text.buildings;
    if (sites.length < 2) {
      return [h("ha-card", this.empty(words.none, words.none_next, this.addLink()))];
    }
    if (!width) return [h("ha-card", this.loading(300))];
    const all = sites.map((site) => rowOf(hass, sites, site));
    this.fetch(all);
    const shown = this.shown(all);
    const isTable = width >= TABLE;
    return [
      this.lookFirst(all),
      this.title("mdi:view-list", words.all, isTable && words.note),
      this.tools(all),
      shown.length === 0 && h("ha-card.flow", this.empty(words.not_found)),
      shown.length > 0 && (isTable ? sitesTable(this, shown) : blocksOf(this, shown)),
      note(
        !isTable && `${words.note}. `,
        words.explained,
        shown.some((one) => one.isPartial) && ` ${words.partial}`,
      ),
    ];
  }

  /** Return those that are sought, in their order. */
  shown(all) {
    const isKept = {
      all: () => true,
      alert: ({ faults }) => faults.length > 0,
    }[this.filter];
    const kept = all.filter(isKept ?? (({ site }) => site.kind === this.filter));
    return sorted(found(kept, this.words), this.order, this.language);
  }

  lookFirst(all) {
    const { text, formats } = this;
    const words = text.buildings;
    const wrong = all.filter(({ faults }) => faults.length);
    const well = words.well(wellOf(all), all.length);
    const calm = all.every(isWell) ? text.all_well : "";
    const alerts = alertsOf(all);
    return h(
      "div",
      this.title("mdi:alert-outline", words.first, formats.time(new Date())),
      h(
        "ha-card.flow",
        this.alert(alerts ? "error" : "good", alerts ? text.alerts(alerts) : calm, well),
        wrong.length > 0 &&
          h(
            "ul.list",
            wrong.flatMap(({ site, faults }) => faults.map((fault) => this.fault(site, fault))),
          ),
      ),
    );
  }

  fault(site, { key, entity, since }) {
    const { text, formats } = this;
    const ago = since && formats.ago(since);
    const under = [text.wrong[key], ago && ` (${ago})`];
    return this.listItem("mdi:alert", "bad", site.name, under, entity);
  }

  // What is sought, and what can be done

  tools(all) {
    const { text } = this;
    const words = text.buildings;
    return chips(
      all.length > MANY &&
        searchField(words.search, this.words, (sought) => this.set({ words: sought })),
      this.width < TABLE && this.menu(),
      this.filters(all).map(([filter, label, count]) =>
        pressable(`${label} (${count})`, filter === this.filter, () => this.set({ filter })),
      ),
      h("span.grow"),
      this.addLink(),
      button("CSV", "mdi:download", () => this.save(all)),
    );
  }

  addLink() {
    return opener(this, this.text.buildings.add, { steps: ["home"] }, { class: "strong" });
  }

  /** Return what may be chosen: `[filter, label, count]`; a kind that all are of is no choice. */
  filters(all) {
    const words = this.text.buildings;
    const kinds = Object.keys(ICONS)
      .map((kind) => [kind, words.kinds[kind], all.filter(({ site }) => site.kind === kind).length])
      .filter(([, , count]) => count > 0 && count < all.length);
    const alerts = all.filter(({ faults }) => faults.length).length;
    const isOffered = alerts > 0 || this.filter === "alert";
    return [
      ["all", words.every, all.length],
      ...(isOffered ? [["alert", words.with_alert, alerts]] : []),
      ...kinds,
    ];
  }

  menu() {
    const words = this.text.buildings;
    const value = ({ column, isUp }) => `${column} ${isUp}`;
    const orders = COLUMNS.flatMap((column) =>
      [isUpFirst(column), !isUpFirst(column)].map((isUp) => ({ column, isUp })),
    );
    const label = ({ column, isUp }) =>
      `${words.columns[column]}, ${words.orders[column === "name" || column === "class" ? "word" : "number"][isUp ? "up" : "down"]}`;
    const choose = (chosen) => {
      const [column, isUp] = chosen.split(" ");
      this.set({ order: { column, isUp: isUp === "true" } });
    };
    return selectOf(
      orders.map((order) => [value(order), label(order)]),
      value(this.order),
      choose,
      { class: "grow", "aria-label": words.sort },
    );
  }

  set(choice) {
    Object.assign(this, choice);
    this.redraw();
  }

  save(all) {
    const { text, formats } = this;
    const words = text.buildings;
    const shown = this.shown(all);
    const column = (title, of, digits) => ({ title, values: shown.map(of), digits });
    const columns = [
      column(words.columns.name, ({ site }) => site.name),
      column(words.kind, ({ site }) => words.kind_of[site.kind]),
      column(words.commune, ({ site }) => site.commune),
      column("m²", ({ site }) => site.floor_area),
      column(`${words.columns.power}, W`, ({ power }) => power),
      ...PERIODS.flatMap((period) => [
        column(`${words.columns[period]}, kWh`, (one) => one[period].energy),
        column(`${words.columns[period]}, ${formats.currency}`, (one) => one[period].cost, CENTS),
      ]),
      column(`${words.less_column}, %`, ({ change }) => change && -change),
      column("kWh/m²", ({ perArea }) => perArea),
      column(words.columns.class, ({ letter }) => letter),
      column(words.columns.state, (one) => this.stateOf(one)),
      column(`${words.columns.coverage}, %`, ({ coverage }) => coverage),
    ];
    const day = new Intl.DateTimeFormat("en-CA", { timeZone: formats.zone }).format(new Date());
    keepTable(`sen1-${words.file}-${day}.csv`, columns, formats);
  }

  stateOf({ faults, isMeasured }) {
    const { text } = this;
    const words = text.buildings;
    if (faults.length) return faults.map(({ key }) => words.faults[key]).join(", ");
    return isMeasured ? text.all_well : words.never;
  }

  // What the table and the cards have in common

  /** Return a share; a dash for what is not known. */
  percent = (value) => (value === undefined ? DASH : this.formats.percent(value));

  /** Say since when the year is counted, where that is later than it began. */
  lateSince({ year: { since } }) {
    return since > this.year && this.text.since(this.day(since));
  }

  money({ values }, i) {
    return values[i] === undefined ? undefined : this.formats.money(values[i]);
  }

  letter({ letter, isPartial }) {
    if (!letter) return DASH;
    return [h("b", letter), isPartial && "*"];
  }

  stateCell(one) {
    const wrong = one.isMeasured ? "mdi:alert" : "mdi:help-circle-outline";
    return h(
      "div.fine.wrap",
      haIcon(isWell(one) ? "mdi:check-circle" : wrong, {
        class: isWell(one) ? "good" : one.faults.length > 0 && "bad",
      }),
      h("span", this.stateOf(one)),
    );
  }

  /** Say until when a building is known, or nothing of one that is known until now. */
  until({ until }) {
    return until && this.text.buildings.until(this.day(until));
  }

  get year() {
    return periodAt(Date.now(), "year", this.formats.zone).begin;
  }

  /** Return a day in words, with its year if that is over. */
  day(time) {
    const year = time < this.year ? { year: "numeric" } : {};
    return this.formats.date(time, { day: "numeric", month: "long", ...year });
  }

  nameOf(one, path) {
    const { site, gives, sends } = one;
    const { text, formats } = this;
    const about = [
      site.commune,
      site.floor_area && formats.quantity(site.floor_area, "m²"),
      gives !== undefined && text.buildings.gives(formats.power(gives, "W")),
      sends > 0 && text.buildings.sends(formats.power(sends, "W")),
      this.until(one),
    ].filter(Boolean);
    const name = path
      ? h("a", { href: path, onclick: (event) => this.open(event, path) }, site.name)
      : site.name;
    return h(
      "div.place",
      this.pictureOf(site) || haIcon(ICONS[site.kind]),
      named(name, about.join(", ")),
    );
  }

  /** Return the address of a building's home, where the dashboard has one. */
  pathOf(site) {
    const { home } = this.config;
    return home && pageBeside(home, { site: site.id });
  }

  open(event, path) {
    // A row is followed as its name is, which is a link and may be opened beside.
    event.stopPropagation();
    this.follow(event, path);
  }

  spark({ site, power }) {
    const values = this.past?.values.get(site.id);
    return values && sparkline(values, this.past.period, HALF_HOUR, power === undefined);
  }

  /** Read today of all buildings at once, anew each half-hour. */
  fetch(all) {
    const { hass } = this;
    const sites = all.filter(({ uses }) => uses).map(({ site }) => site);
    const ids = sites.map(({ id }) => id);
    return this.fetchOnce([ids, Math.floor(Date.now() / HALF_HOUR)], async () => {
      const period = periodAt(Date.now(), "day", this.formats.zone);
      const found = await Promise.all(
        sites.map((site) => halfHours(hass, site, ["consumed", "bought"], period)),
      );
      return { past: { period, values: new Map(found.map((one, i) => [ids[i], one])) } };
    });
  }
}
