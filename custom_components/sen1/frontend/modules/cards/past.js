/** The past of a home or building, to leaf through: a day, a week, a month or a year. */

import { fromField, periodAt, toField } from "../calendar.js";
import { button, Card } from "../card.js";
import { keepTable } from "../csv.js";
import { h } from "../dom.js";
import { capital } from "../formats.js";
import { first } from "../installation.js";
import { asked } from "../past/asked.js";
import { choiceOf, keepChoice } from "../past/choice.js";
import { heads } from "../past/heads.js";
import { Leafed } from "../past/leafed.js";
import { pictures } from "../past/pictures.js";
import { STEPS } from "../past/spans.js";
import { sheet } from "../past/style.js";
import { countedIn, shownOf } from "../past/sums.js";
import { fileName, fileOf, table } from "../past/table.js";
import { nameOf } from "../past/words.js";
import { peaksOf } from "../powers.js";
import { isRoof, knownSites, readSites, siteOf } from "../sites.js";

/** For so long what was looked at stays below the bar: what comes within it is seen to come, not to load. */
const SOON_MS = 100;

/** What moves while a period goes on. */
const MOVING = ["bought", "sold", "produced", "consumed"];

/** What a step is opened as. */
const OPENS = { week: "day", month: "day", year: "month" };

export default class Past extends Card {
  static words = ["past"];
  static tag = "div";
  static isSized = true;
  static isOfSite = true;
  static sheets = [sheet];

  constructor(host) {
    super(host);
    this.leafed = new Leafed(() => this.redraw());
  }

  configure(config) {
    this.choice = choiceOf(config.site);
    super.configure(config);
  }

  watched() {
    return [this.hass.entities, this.hass.devices, ...this.moving];
  }

  /** The site that is shown: that of the card, else the chosen one while it is there, or the main one. */
  get site() {
    const { sites, config, choice } = this;
    return siteOf(sites, config.site ?? choice.site) ?? (config.site ? undefined : siteOf(sites));
  }

  get period() {
    const { zone } = this.formats;
    const { unit, at } = this.choice;
    return periodAt(at ? fromField(at, zone) : this.newest, unit, zone);
  }

  /** The newest moment there is: now, or the last that is known where a day is told when it is over. */
  get newest() {
    const later = first(this.here, "bought_yesterday", "sold_yesterday", "produced_yesterday");
    const known = Date.parse(this.hass.states[later]?.attributes.known_until);
    return Math.min(Date.now(), known - 1) || Date.now();
  }

  get isNow() {
    return +this.period.end > Date.now();
  }

  get isNarrow() {
    return this.width < 600;
  }

  /** What is counted: the chosen one, or the first that this site counts. */
  get what() {
    return this.choice.what in this.counted ? this.choice.what : Object.keys(this.counted)[0];
  }

  get counted() {
    return this.leafed.last ? countedIn(this.leafed.last, isRoof(this.site)) : {};
  }

  /** The highest powers that were bought, where that is what is looked at. */
  get peaks() {
    return this.counted[this.what] === "bought" ? peaksOf(this.leafed.current) : undefined;
  }

  get series() {
    return this.leafed.last?.quantities[this.counted[this.what]];
  }

  /** When anything of what is counted was known first. */
  get since() {
    return this.series?.since ?? undefined;
  }

  /** Whether it can be shown in money; undefined where nothing is known that could cost anything. */
  get hasPrice() {
    if (!this.series?.values.some(Number.isFinite)) return undefined;
    return Number.isFinite(this.series.total_cost);
  }

  get isMoney() {
    return this.choice.isMoney && this.hasPrice !== false;
  }

  /** The state of what Home shows of this period, while it goes on. */
  get homeState() {
    const { site } = this;
    if (!site || !this.isNow || (this.series && this.counted[this.what] !== "bought")) {
      return undefined;
    }
    return this.state(first(this.here, `bought_${this.choice.unit}`));
  }

  /** What the site's own entities say of this period, while it goes on: by that it is another. */
  get moving() {
    if (!this.site || !this.isNow) return [];
    return MOVING.map((what) => this.state(first(this.here, `${what}_${this.choice.unit}`))?.state);
  }

  /** When Home began to count this period. */
  get homeBegin() {
    const begin = this.homeState?.attributes.begin;
    return begin && fromField(begin, this.formats.zone);
  }

  /** Look at something else, and keep it for the next look. */
  choose(changes) {
    Object.assign(this.choice, changes);
    keepChoice(this.config.site, this.choice);
    this.pointed = undefined;
    this.isSoon = true;
    setTimeout(() => {
      this.isSoon = false;
      if (!this.leafed.current) this.redraw();
    }, SOON_MS);
    this.redraw();
  }

  /** Ask for what is looked at; return whether it is there. */
  want() {
    // Home's own figures move with the meters: this page goes with them.
    this.leafed.want(this.hass, this.site.id, this.period, this.moving);
    return this.leafed.current !== undefined;
  }

  show({ unit, begin, end }) {
    const isNewest = +begin <= this.newest && this.newest < +end;
    this.choose({ unit, at: isNewest ? undefined : toField(begin, this.formats.zone) });
  }

  /** Look at a period of another length, the newest or from the same beginning. */
  showUnit(unit) {
    const time = this.choice.at ? this.period.begin : this.newest;
    this.show(periodAt(time, unit, this.formats.zone));
  }

  /** Look at one step of the period. */
  open(i) {
    const unit = OPENS[this.period.unit];
    // While another period comes, what is still drawn leads nowhere.
    const { begins } = this.leafed.current ?? {};
    if (!unit || !begins || begins[i] > Date.now()) return;
    this.show(periodAt(begins[i], unit, this.formats.zone));
  }

  /** Tell of one step. */
  point(step) {
    if (step === this.pointed) return;
    this.pointed = step;
    this.redraw();
  }

  content() {
    const { text, leafed, hass } = this;
    if (!knownSites(hass)) return [h("ha-card", null, this.withoutSites())];
    if (!this.site) return [h("ha-card", null, this.empty(text.no_home, text.no_home_next))];
    const { period } = this;
    const isReady = this.want() && this.width && this.series;
    this.shown = isReady
      ? shownOf({ ...leafed, zone: this.formats.zone }, this.counted[this.what], this.isMoney)
      : undefined;
    this.wantWeather(isReady && period.unit === "year");
    const file = this.shown?.isKnown && (() => this.keepFile());
    const bar = asked(this, Object.keys(this.counted), this.hasPrice, file);
    if (!leafed.current && this.isSoon) return [bar, [...this.frame.children].slice(1)];
    return [bar, this.body(period)];
  }

  /** Ask for the weather of a year once its bars are there; no other page fetches what it needs. */
  wantWeather(isAsked) {
    const isWarmed = isAsked && ["bought", "consumed"].includes(this.shown.name);
    this.weather = isWarmed
      ? this.needed("weather", async () => new (await import("../past/weather.js")).Weather(this))
      : undefined;
    this.weather?.want(this.period, this.leafed.before);
  }

  /** Return what is shown while nobody told which sites there are. */
  withoutSites() {
    const { text, hass } = this;
    if (!hass.connected) return this.alert("warning", text.offline);
    const again = () => readSites(hass).then(() => this.redraw());
    return this.unread(text.past.not_read, again);
  }

  /** Return what went wrong, if anything did. */
  status() {
    const { text, leafed, hass } = this;
    if (leafed.status === "error") {
      const again = () => {
        leafed.forget();
        this.redraw();
      };
      return this.unread(text.past.not_read, again, leafed.error.message);
    }
    return hass.connected ? undefined : this.alert("warning", text.offline);
  }

  body(period) {
    const { text, leafed, shown } = this;
    const words = text.past;
    if (leafed.status === "error") return h("ha-card", null, this.status());
    if (leafed.current && !this.series) {
      return h("ha-card", null, this.empty(text.no_data, text.no_data_next));
    }
    if (!shown) return h("ha-card", null, this.status(), this.loading(480));
    if (!shown.isKnown) return h("ha-card", null, this.nothing());
    const step = STEPS[period.unit];
    const name = nameOf(period, this.formats);
    return [
      leafed.status === "offline" && this.alert("warning", text.offline, text.offline_next),
      this.title(
        "mdi:chart-bar",
        `${capital(name)}, ${words.step_by_step[step]}`,
        this.hasPrice && !this.isNarrow && words.energy_only,
      ),
      pictures(this, shown, heads(this, shown)),
      this.title(
        "mdi:view-list",
        words.in_figures[step],
        !this.isNarrow &&
          words.adds_up[shown.layers.length ? "both" : "one"](words.sums[period.unit]),
      ),
      table(this, shown),
    ];
  }

  /** Say that nothing is known of this period, from when on something is, and lead there. */
  nothing() {
    const { text, formats, period, since, leafed } = this;
    if (since === undefined) return this.empty(text.no_data, text.no_data_next);
    leafed.wantNear(this.hass, this.site.id, this.shown.name, since, period);
    const date = formats.date(since);
    const near = leafed.near && periodAt(leafed.near, period.unit, formats.zone);
    return this.empty(
      text.no_data,
      text.past.data_since(text.since(date)),
      near &&
        button(text.past.go_to(nameOf(near, formats)), undefined, () => this.show(near), {
          class: "full",
        }),
    );
  }

  /** Let the browser keep what is seen as a file. */
  keepFile() {
    keepTable(fileName(this), fileOf(this, this.shown), this.formats);
  }
}
