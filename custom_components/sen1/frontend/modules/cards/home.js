/** Home: what today costs and uses, what is used now, the month, the year and what awaits; each leads to more. */

import { asked, pageBeside } from "../address.js";
import { Card } from "../card.js";
import { h, haIcon, named, subline } from "../dom.js";
import { begin } from "../home/begin.js";
import { day } from "../home/day.js";
import { dayOf, mainOf } from "../home/figures.js";
import { span } from "../home/months.js";
import { now } from "../home/now.js";
import { forecast, friends, goal, roof } from "../home/others.js";
import { sheet } from "../home/style.js";
import { alerts, foot, sourcesOf, watchedOf } from "../home/watch.js";
import { having, isReadByHand, lastKnown, powerOf } from "../installation.js";
import { FEW_SITES, placeRow } from "../place.js";
import { Turn } from "../turn.js";
import { Answers } from "../year/answers.js";

/** The parts that lead to a page of their own, and how each is told; the last are rows on a phone. */
const PARTS = {
  today: day,
  now,
  month: (card) => span(card, "month"),
  year: (card) => span(card, "year"),
  forecast,
  goal,
  friends,
  roof,
};
const ROWS = ["goal", "friends", "roof", "forecast"];

/** Narrower than this it is read on a phone. */
const NARROW = 600;

/** What is looked at, by what it means. */
const PERIODS = ["day", "yesterday", "month", "year"];
const OF_PERIODS = ["bought", "sold", "produced", "self_consumed", "cost", "income"]
  .concat(["energy_of_tariff", "cost_of_tariff"])
  .flatMap((what) => PERIODS.map((period) => `${what}_${period}`));
const WATCHED = [
  ...OF_PERIODS,
  ...["consumption", "apparent_power", "consumption_power", "production_power", "export_power"],
  ...["surplus", "subscribed_power", "subscribed_current", "usual", "usual_yesterday"],
  ...["tariff_period", "tariff_period_in_force", "colour_today", "colour_tomorrow"],
  ...["forecast_energy", "forecast_cost", "goal_progress", "read_index"],
];

export default class Home extends Card {
  static tag = "div";
  static isSized = true;
  static isOfSite = true;
  static words = ["home", "next"];
  static sheets = [sheet];
  static readsEach = 15_000;

  constructor(host) {
    super(host);
    this.turn = new Turn(this);
    this.answers = {};
  }

  get isNarrow() {
    return this.width < NARROW;
  }

  /** Whether this is a town's first page: all sites, until one is chosen. */
  get isAll() {
    return this.sites.length > FEW_SITES && !this.config.site && !asked("site");
  }

  async take(hass) {
    await super.take(hass);
    if (this.all) this.all.hass = hass;
  }

  /** The entities that are looked at, found once in each registry. */
  get rows() {
    const { here, hass, site } = this;
    if (this.sought?.entities !== here.entities || this.sought.devices !== hass.devices) {
      const rows = [...having(here, ...WATCHED), ...having(hass, "rank"), ...watchedOf(this)];
      this.sought = { entities: here.entities, devices: hass.devices, rows };
    }
    const power = this.config.entity ?? powerOf(here, site);
    return power ? [...this.sought.rows, { entity_id: power }] : this.sought.rows;
  }

  watched() {
    return [asked("site"), this.hass.entities, ...this.statesOf(this.rows)];
  }

  read() {
    if (this.has("turn")) this.turn.read();
  }

  /** Whether a part is shown: all are, or the one that the card was told of. */
  has = (part) => (this.config.part ?? part) === part;

  /** Ask commands for a part; return what is known: `found` are the answers, once all are there. */
  told(name, ...messages) {
    this.answers[name] ??= new Answers(this);
    this.answers[name].want(...messages);
    return this.answers[name];
  }

  content() {
    const { config, sites, width, site } = this;
    if (!width) return [];
    if (config.part) return this.alone();
    if (this.isAll) return [placeRow(this), this.everything()];
    if (!site && !powerOf(this.here, site))
      return [h("div", { class: "begin" }, begin(this), this.turn.content())];
    const sources = sourcesOf(this);
    const shown = Object.entries(PARTS)
      .map(([name, tell]) => [name, tell(this)])
      .filter(([, part]) => part);
    const isRow = ([name]) => this.isNarrow && ROWS.includes(name);
    const list = shown
      .filter(isRow)
      .sort(([one], [other]) => ROWS.indexOf(one) - ROWS.indexOf(other));
    return [
      sites.length > 0 && placeRow(this, this.known()),
      h("div", { class: "home" }, [
        alerts(this, sources),
        shown.filter((one) => !isRow(one)).map((one) => this.press(...one)),
        this.turn.content() && h("div", { class: "turn" }, this.turn.content()),
        list.length > 0 &&
          h(
            "ha-card",
            { class: "flow" },
            list.map(([, part]) => this.line(part)),
          ),
      ]),
      foot(this, sources),
    ];
  }

  /** Return the one part that the card was told of, as it stands on any dashboard. */
  alone() {
    const { part } = this.config;
    const { text } = this;
    if (part === "turn")
      return [this.turn.content() || h("ha-card", null, subline(text.next_steps.all_done))];
    if (part === "watch") {
      const sources = sourcesOf(this);
      const { nothing_watched: none, nothing_watched_next: next } = text.home;
      if (!sources.length) return [h("ha-card", null, this.empty(none, next))];
      return [alerts(this, sources), foot(this, sources)];
    }
    const told = PARTS[part]?.(this);
    if (!told) return [h("ha-card", null, this.empty(text.no_home, text.no_home_next))];
    return [h("div", { class: "home" }, this.press(part, { ...told, to: undefined }))];
  }

  /** Return the card of all sites, made once. */
  everything() {
    if (!this.all) {
      this.all = document.createElement("sen1-buildings-card");
      this.all.setConfig({ home: "home" });
    }
    this.all.hass = this.hass;
    return this.all;
  }

  /** Say since or until when the figures are known. */
  known() {
    const { hass, here, text, formats, site } = this;
    if (!hass.connected) return h("span", { class: "told" }, text.offline);
    const state = this.state(powerOf(here, site));
    if (state) {
      const at = new Date(state.last_updated);
      const time = formats.time(at);
      return h(
        "span",
        { class: "told" },
        h("i", { class: "live" }),
        this.isNarrow ? time : `${formats.longDate(at)}, ${time}`,
      );
    }
    const day = lastKnown(hass, mainOf(this, "year")) ?? lastKnown(hass, mainOf(this, dayOf(here)));
    if (!day) return false;
    const told = isReadByHand(here) ? text.read_by_hand_on : text.known_until;
    const until = told(formats.date(day, { day: "numeric", month: "short" }));
    return h("span", { class: "told known" }, haIcon("mdi:clock-outline"), until);
  }

  /** Return a part as a card that is pressed anywhere, and leads to where more of it is. */
  press(name, { title, under, to, content }) {
    const path = to && pageBeside(...to);
    const look = `tap ${name}`;
    const arrow = path && haIcon("mdi:chevron-right");
    const lines = [under].flat().filter(Boolean);
    return h(
      "ha-card",
      { class: look },
      h(
        "header",
        null,
        h(
          "div",
          null,
          h("h2", null, path ? this.lead(path, null, title) : title),
          lines.map((line) => subline(line)),
        ),
        arrow,
      ),
      content,
    );
  }

  /** Return a part as a row of a list. */
  line({ icon, title, row, to }) {
    const [name, under] = row.length > 1 ? row : [title, row[0]];
    const told = [h("span", { class: "round" }, haIcon(icon)), named(name, under)];
    if (!to) return h("div", { class: "step" }, told);
    return this.lead(pageBeside(...to), { class: "step" }, told, haIcon("mdi:chevron-right"));
  }
}
