/** Questions for a whole class, readable from the back of the room, one screen each. */

import { periodAt } from "../calendar.js";
import { button, Card } from "../card.js";
import { Compared } from "../compared.js";
import { remembered } from "../comparison/remembered.js";
import { h } from "../dom.js";
import { Offered } from "../offered.js";
import { configured, firstChoice, groups, nearest, pairOf } from "../series.js";
import * as against from "../wall/against.js";
import * as hours from "../wall/hours.js";
import * as kwh from "../wall/kwh.js";
import { sheet } from "../wall/style.js";
import * as sun from "../wall/sun.js";
import * as week from "../wall/week.js";

/** Pixels of the screen that all sizes are said for. */
const SCREEN = 1920;

const SCREENS = { sun, hours, against, kwh, week };

export default class Wall extends Card {
  static words = ["wall", "comparison"];
  static tag = "div";
  static isSized = true;
  static isOfSite = true;
  static sheets = [sheet];

  compared = new Compared(() => this.redraw());
  year = new Compared(() => this.redraw());
  offered = new Offered(() => this.redraw());

  configure(config) {
    this.until = undefined;
    this.at = 0;
    super.configure(config);
    if (this.isShown) this.turn();
  }

  connect() {
    super.connect();
    this.turn();
  }

  disconnect() {
    super.disconnect();
    clearInterval(this.turning);
  }

  /** Show one screen after the other, unless this person wants nothing to move by itself. */
  turn() {
    clearInterval(this.turning);
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!(this.config?.rotate > 0) || isStill) return;
    this.turning = setInterval(() => {
      this.at += 1;
      this.redraw();
    }, 1000 * this.config.rotate);
  }

  watched() {
    return [this.hass.entities];
  }

  get names() {
    return this.config.screens?.length ? this.config.screens : Object.keys(SCREENS);
  }

  get unit() {
    return this.width / SCREEN;
  }

  content() {
    const { text } = this;
    const { zone } = this.formats;
    if (!this.memory) return this.waiting();
    this.follow(Compared.period({ period: "last_week", ...this.config }, zone));
    const given = this.config.series?.map(({ statistic }) => statistic) ?? this.memory.series ?? [];
    this.offered.want(
      this.hass,
      this.sites,
      this.period,
      [...given, this.config.against].filter(Boolean),
    );
    if (!this.offered.isThere) return this.waiting();
    this.find();
    if (!this.consumption) {
      return [h("ha-card", this.empty(text.wall.needs, text.no_series_next))];
    }
    this.want();
    const { compared } = this;
    if (compared.status === "error") {
      return [h("ha-card", this.alert("error", text.not_read, compared.error.message))];
    }
    if (compared.status === "loading" || !this.width) return this.waiting();
    const all = this.wanted.map(({ statistic }) => statistic);
    if (!this.moved && !all.every(compared.has)) {
      const period = nearest(this.wanted, this.period, zone);
      if (period) {
        this.moved = this.period;
        this.period = period;
        return this.content();
      }
    }
    if (this.names.includes("week") && this.week === undefined) return this.waiting();
    const screens = this.names.map((name) => SCREENS[name]).filter((one) => one?.isPossible(this));
    if (!screens.length) {
      return [h("ha-card", this.empty(text.no_data, text.no_data_next))];
    }
    this.at %= screens.length;
    return [this.screen(screens)];
  }

  /** Look at a period; a screen that stays on goes on with the calendar. */
  follow(period) {
    if (+period.end === this.until) return;
    Object.assign(this, { period, until: +period.end, moved: undefined });
  }

  /** What was compared last. */
  get memory() {
    return this.needed("memory", () => remembered(this.hass));
  }

  waiting = () => [h("ha-card", this.loading(400))];

  /** Find whose production and consumption these are, and the building they stand against. */
  find() {
    const { config, offered, hass } = this;
    const all = groups(hass, this.text, offered).flatMap(({ series }) => series);
    const ids = config.series?.length ? undefined : (this.memory.series ?? []);
    const chosen = ids
      ? all.filter(({ statistic }) => ids.includes(statistic))
      : configured(hass, config.series, all, offered.known);
    const ofSite = config.site && all.filter(({ site }) => site === config.site);
    const isUse = (one) => pairOf(one).some(Boolean);
    const first = firstChoice(all);
    const list =
      [ofSite ?? [], chosen].find(isUse) ??
      all.filter(({ statistic }) => first.includes(statistic));
    const [production, consumption] = pairOf(list);
    const place = (consumption ?? production)?.site;
    const atHome = pairOf(all.filter(({ site }) => site === place));
    this.production = production ?? atHome[0];
    this.consumption = consumption ?? atHome[1];
    this.other = this.otherOf(all);
    this.wanted = [this.production, this.consumption].filter(Boolean);
  }

  /** Return what the building is put against: as it is set, or the first other that tells its size: by all that it used, where that is known. */
  otherOf(all) {
    const wanted = this.config.against;
    const uses = ["consumption", "bought"].flatMap((use) => all.filter(({ kind }) => kind === use));
    if (wanted) {
      return (
        all.find(({ statistic }) => statistic === wanted) ??
        uses.find(({ site }) => site === wanted)
      );
    }
    const isTold = ({ sheet }) => sheet?.floor_area || sheet?.people;
    const first = all.find(
      (one) => uses.includes(one) && one.site !== this.consumption?.site && isTold(one),
    );
    return first && uses.find(({ site }) => site === first.site);
  }

  want() {
    const ids = this.wanted.map(({ statistic }) => statistic);
    this.compared.want(this.hass, ids, this.period);
    if (this.names.includes("week")) week.want(this);
    if (this.other) {
      const both = [this.consumption.statistic, this.other.statistic];
      const [{ begin }, { end }] = [-12, -1].map((by) =>
        periodAt(Date.now(), "month", this.formats.zone, by),
      );
      this.year.want(this.hass, both, { unit: "days", begin, end });
    }
  }

  /** Whether there is data of a series in the period. */
  has = (one) => Boolean(one) && this.compared.has(one.statistic);

  screen(screens) {
    const { text, compared } = this;
    const shown = screens[this.at];
    const period = shown.periodOf?.(this) ?? this.period;
    return h(
      "div.wall",
      compared.status === "offline" && this.alert("warning", text.offline, text.offline_next),
      h(
        "div.header",
        h("h1", this.config.title ?? shown.title(this)),
        h("span.date", this.formats.range(period.begin, period.end)),
        document.fullscreenEnabled &&
          button("", "mdi:fullscreen", () => this.frame.requestFullscreen(), {
            "aria-label": text.wall.full_screen,
          }),
      ),
      shown.content(this),
      this.foot(screens, shown),
    );
  }

  foot(screens, shown) {
    const { text } = this;
    const go = (at) => () => {
      this.at = at;
      this.turn();
      this.redraw();
    };
    const dot = (one, at) =>
      button("", undefined, go(at), {
        class: "dot",
        "aria-label": one.title(this),
        "aria-current": String(at === this.at),
      });
    const why =
      this.moved && text.wall.instead(this.formats.range(this.moved.begin, this.moved.end));
    return h(
      "footer",
      screens.length > 1 &&
        h("div.dots-of", { role: "group", "aria-label": text.wall.screens }, screens.map(dot)),
      h("p.words.soft", [shown.note(this), why].filter(Boolean).join(" ")),
    );
  }

  /** Return a number of kWh, its unit smaller. */
  energy = (value, digits = 0) => [this.formats.number(value, digits), h("small", "\u00a0kWh")];
}
