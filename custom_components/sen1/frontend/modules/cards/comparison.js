/** Series beside one another, one over the other, or a production over a consumption. */

import { button, Card } from "../card.js";
import { Compared } from "../compared.js";
import { choices, chosenSeries, EARLIER, MODES, periods, possible } from "../comparison/asked.js";
import { commonNote, legend, numbers, places } from "../comparison/figures.js";
import { pictures } from "../comparison/pictures.js";
import { kept, remember, remembered, taken } from "../comparison/remembered.js";
import { sheet } from "../comparison/style.js";
import { h } from "../dom.js";
import { Offered } from "../offered.js";
import { configured, firstChoice, groups, nearest } from "../series.js";
import { colours } from "../strokes.js";

export default class Comparison extends Card {
  static tag = "div";
  static isSized = true;
  static isOfSite = true;
  static sheets = [sheet];
  static words = ["comparison"];

  constructor(host) {
    super(host);
    this.compared = new Compared(() => this.redraw());
    this.offered = new Offered(() => this.redraw());
  }

  configure(config) {
    this.period = undefined;
    this.chosen = undefined;
    this.memory = undefined;
    this.recalled = undefined;
    this.mode = MODES.includes(config.mode) ? config.mode : "coverage";
    this.how = EARLIER.includes(config.compare) ? config.compare : "";
    super.configure(config);
  }

  watched() {
    return [this.hass.entities, this.hass.devices];
  }

  /** Whether the person chooses here, and not who put the card there. */
  get isFree() {
    return !this.config.series?.length;
  }

  /** Whether what is chosen here is that of the person, and not of a place the card is of. */
  get isKept() {
    return this.isFree && !this.config.site;
  }

  content() {
    if (!this.memory) return this.recall();
    const { zone } = this.formats;
    this.period ??= taken(this.memory.period, zone) ?? Compared.period(this.config, zone);
    const named = this.isFree
      ? (this.chosen ?? this.memory.series ?? [])
      : this.config.series.map(({ statistic }) => statistic);
    this.offered.want(this.hass, this.sites, this.period, named);
    if (!this.offered.isThere) return this.waiting();
    this.groups = groups(this.hass, this.text, this.offered);
    const all = this.groups.flatMap(({ series }) => series);
    if (this.isFree && !all.length) return [h("ha-card", null, this.nothing())];
    this.chosen ??= this.first(all);
    const given = this.isFree
      ? this.chosen.map((statistic) => ({ statistic, ...unlisted(all, statistic) }))
      : this.config.series;
    this.shown = configured(this.hass, given, all, this.offered.known);
    this.colours = colours(this.shown);
    this.picker?.draw();
    this.compared.want(this.hass, this.chosen, this.period, this.how);
    return [periods(this), chosenSeries(this), choices(this), this.body()];
  }

  /** Ask what was compared last, and show meanwhile that something comes. */
  recall() {
    this.recalled ??= (this.isKept ? remembered(this.hass) : Promise.resolve({})).then((memory) => {
      this.memory = memory;
      if (MODES.includes(memory.mode)) this.mode = memory.mode;
      if (["", ...EARLIER].includes(memory.how)) this.how = memory.how;
      this.redraw();
    });
    return this.waiting();
  }

  waiting() {
    const offline = !this.hass.connected && this.alert("warning", this.text.offline);
    return [h("ha-card", null, offline, this.loading(300))];
  }

  nothing() {
    const { text } = this;
    return [
      this.head(text.views.compare),
      this.may("friends") ? this.empty(text.no_series, text.no_series_next) : this.locked(text),
    ];
  }

  /** Return what is chosen at first, and go to where it has data. */
  first(all) {
    if (!this.isFree) return this.config.series.map(({ statistic }) => statistic);
    const there = (id) => this.offered.known.has(id) || all.some((one) => one.statistic === id);
    const before = this.memory.series?.filter(there) ?? [];
    if (before.length) return before;
    const ofSite = all.filter(({ site }) => site === this.config.site);
    const chosen = firstChoice(ofSite.length ? ofSite : all);
    const found = chosen.map((id) => all.find(({ statistic }) => statistic === id));
    if (!found.some(({ known }) => known > 0)) {
      const [one] = found;
      const period = nearest([one], this.period, this.formats.zone);
      if (period) {
        this.moved = { name: one.full, from: this.period };
        this.period = period;
        this.offered.want(this.hass, this.sites, period, chosen);
      }
    }
    return chosen;
  }

  /** Look at another period. */
  show(period) {
    this.period = period;
    this.moved = undefined;
    this.keep();
  }

  /** Compare other series. */
  choose(chosen) {
    this.chosen = chosen;
    this.keep();
  }

  /** Change what is asked of the comparison, and keep it for the next visit. */
  set(changes) {
    Object.assign(this, changes);
    this.keep();
  }

  keep() {
    if (this.isKept) {
      const { chosen: series, mode, how } = this;
      remember(this.hass, { series, mode, how, period: kept(this.period, this.formats.zone) });
    }
    this.redraw();
  }

  async pick() {
    this.offered.wantOthers(this.hass);
    const { Picker } = await import("../comparison/picker.js");
    this.picker ??= new Picker(
      this,
      () => this.groups,
      this.chosen,
      (chosen) => this.choose(chosen),
    );
  }

  body() {
    const { text, compared, shown } = this;
    if (!shown.length) return h("ha-card", null, this.empty(text.choose));
    if (compared.status === "loading" || !this.width) return this.waiting();
    if (compared.status === "error") {
      const again = () => {
        compared.asked = "";
        this.offered.asked = "";
        this.redraw();
      };
      return h("ha-card", null, this.unread(text.not_read, again, compared.error.message));
    }
    const known = shown.filter(({ statistic }) => compared.has(statistic));
    return [
      compared.status === "offline" && this.alert("warning", text.offline, text.offline_next),
      this.moved && h("p", { class: "note", role: "status" }, this.whyHere()),
      known.length > 0 && pictures(this, known),
      h(
        "ha-card",
        { class: "gap" },
        this.head(text.legend, this.rangeOf()),
        legend(this, shown),
        commonNote(this),
      ),
      known.length > 0 && [numbers(this, known), places(this, known), this.actions(known)],
    ];
  }

  /** Return the buttons by which a comparison is taken away. */
  actions(known) {
    const { text } = this;
    const by = (give) => () =>
      this.attempt(async () => give(await import("../comparison/outputs.js")));
    return h(
      "div",
      { class: "chips", role: "group", "aria-label": text.take_away },
      button(
        text.png,
        "mdi:download",
        by(({ savePicture }) => savePicture(this, known)),
      ),
      button(
        text.csv,
        "mdi:download",
        by(({ saveTable }) => saveTable(this, known)),
      ),
      button(
        text.workshop.button,
        "mdi:printer",
        by(({ printSheet }) => printSheet(this, known)),
      ),
    );
  }

  whyHere() {
    const { name, from } = this.moved;
    return this.text.moved(name, this.rangeOf(from), this.rangeOf());
  }

  /** Return how the chosen series are compared: as they are asked to be, or as they can be. */
  modeOf(known) {
    const can = possible(this, known);
    return can[this.mode] === undefined ? this.mode : MODES.find((mode) => can[mode] === undefined);
  }

  /** Return a period in words. */
  rangeOf({ unit, begin, end } = this.period) {
    const { formats } = this;
    const days = formats.range(begin, end);
    return unit === "hour" ? `${days}, ${formats.time(begin)} – ${formats.time(end)}` : days;
  }

  /** Return the way to the nearest period in which all chosen have data, or undefined. */
  wayOut() {
    return nearest(this.shown, this.period, this.formats.zone);
  }

  get step() {
    const { compared, text } = this;
    if (compared.drawnStep > compared.step) return text.steps_of.day;
    return text.steps_of[{ 300000: "five", 1800000: "half" }[compared.step] ?? "hour"];
  }

  /** Return what a picture of the period is drawn by. */
  given(height, width = this.width - 34) {
    return {
      period: this.compared.period,
      step: this.compared.drawnStep,
      until: Date.now(),
      formats: this.formats,
      width: Math.max(230, width),
      height,
    };
  }

  line(one) {
    return {
      ...this.colours.get(one.statistic),
      values: this.compared.drawn(one.statistic),
      ghost: this.compared.ghost(one.statistic),
      ofDays: this.compared.isLong ? undefined : this.compared.told[one.statistic].ofDays,
      name: one.full,
    };
  }
}

/** Return what is told of a series that was chosen and is in no group: a sensor of its own. */
const unlisted = (all, statistic) =>
  all.some((one) => one.statistic === statistic) ? {} : { kind: "other" };
