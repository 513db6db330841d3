/** Measures on one picture: over one another, one upon the other, or a production over a consumption. */

import * as address from "../address.js";
import { toField } from "../calendar.js";
import { button, Card, choice } from "../card.js";
import { Compared } from "../compared.js";
import { commonNote, numbers, spanOf, totalOf, valuesOf } from "../comparison/figures.js";
import { MODES, pictures, possible } from "../comparison/pictures.js";
import { remember, remembered } from "../comparison/remembered.js";
import { h } from "../dom.js";
import { Offered } from "../offered.js";
import { bar, moreMenu, show } from "../past/bar.js";
import { chipsOf } from "../past/chosen.js";
import { periodAsked } from "../past/spans.js";
import { sheet } from "../past/style.js";
import { configured, firstChoice, groups, nearest } from "../series.js";
import { colours, stroke } from "../strokes.js";

/** More curves than this on one picture cannot be told apart. */
const MOST = 6;

export default class Comparison extends Card {
  static tag = "div";
  static isSized = true;
  static isOfSite = true;
  static sheets = [sheet];
  static words = ["past", "comparison"];

  compared = new Compared(() => this.redraw());
  offered = new Offered(() => this.redraw());

  configure(config) {
    /** What is asked of a card whose measures are set: there may be others on its page. */
    this.own = {};
    super.configure(config);
  }

  watched() {
    return [this.hass.entities, this.hass.devices];
  }

  /** Whether the person chooses here, and not who put the card there. */
  get isFree() {
    return !this.config.series?.length;
  }

  ask = (key) => (this.isFree ? address.asked(key) : this.own[key]);

  move(changes) {
    if (this.isFree) {
      address.move(changes);
    } else {
      Object.assign(this.own, changes);
      this.redraw();
    }
  }

  get newest() {
    return Date.now();
  }

  get period() {
    const { zone } = this.formats;
    const isAsked = this.ask("period") ?? this.ask("date");
    return isAsked ? periodAsked(this) : Compared.period(this.config, zone);
  }

  content() {
    const memory = this.isFree && this.needed("memory", () => remembered(this.hass));
    if (this.isFree && !memory) return this.waiting();
    const named = this.isFree
      ? (this.ask("with")?.split(",").filter(Boolean) ?? memory.series ?? []).slice(0, MOST)
      : this.config.series.map(({ statistic }) => statistic);
    this.offered.want(this.hass, this.sites, this.period, named);
    if (!this.offered.isThere) return this.waiting();
    this.groups = groups(this.hass, this.text, this.offered);
    const all = this.groups.flatMap(({ series }) => series);
    if (this.isFree && !all.length) return [h("ha-card", this.nothing())];
    this.chosen = this.isFree ? this.chosenOf(named, all) : named;
    const given = this.isFree
      ? this.chosen.map((statistic) => ({ statistic, ...unlisted(all, statistic) }))
      : this.config.series;
    this.shown = configured(this.hass, given, all, this.offered.known);
    this.colours = colours(this.shown);
    this.picker?.draw();
    this.compared.want(this.hass, this.chosen, this.period);
    const known = this.shown.filter(({ statistic }) => this.compared.has(statistic));
    return [
      bar(this, moreMenu(this, !known.length)),
      this.chips(),
      this.choices(known),
      this.body(known),
    ];
  }

  /** Return which of those that are named there are, or what is compared at first. */
  chosenOf(named, all) {
    const isThere = (id) => this.offered.known.has(id) || all.some((one) => one.statistic === id);
    const there = named.filter(isThere);
    if (there.length || this.ask("with") === "") return there;
    const ofSite = all.filter(({ site }) => site === this.site?.id);
    return firstChoice(ofSite.length ? ofSite : all);
  }

  waiting() {
    const offline = !this.hass.connected && this.alert("warning", this.text.offline);
    return [h("ha-card", offline, this.loading(300))];
  }

  nothing() {
    const { text } = this;
    return this.may("friends")
      ? this.empty(text.no_series, text.no_series_next)
      : this.locked(text);
  }

  /** Compare other measures; the next visit, and the screens for a class, begin with them. */
  choose(chosen) {
    remember(this.hass, { series: chosen });
    this.move({ with: chosen.join(",") });
  }

  chips() {
    if (!this.isFree) return false;
    const { text, compared, chosen, colours: looks } = this;
    const all = this.shown.map(({ statistic, full }) => ({
      name: full,
      mark: stroke(looks.get(statistic), compared.status === "ready" && !compared.has(statistic)),
      less: () => this.choose(chosen.filter((one) => one !== statistic)),
    }));
    return chipsOf(this, all, text.choose, () => this.attempt(() => this.pick()));
  }

  async pick() {
    this.offered.wantOthers(this.hass);
    const { Picker } = await import("../comparison/picker.js");
    const { text } = this;
    const told = (one) => ({ ...one, under: one.known > 0 ? one.unit : spanOf(this, one) });
    this.picker ??= new Picker(this, text, {
      groups: () => this.groups.map((group) => ({ ...group, series: group.series.map(told) })),
      chosen: this.chosen,
      most: MOST,
      onchosen: (chosen) => this.choose(chosen),
    });
  }

  /** Return the ways to compare. */
  choices(known) {
    const { text, compared } = this;
    const isReady = ["ready", "offline"].includes(compared.status) && known.length > 0;
    const can = isReady ? possible(this, known) : {};
    const reasons = [...new Set(Object.values(can))].filter(Boolean);
    return [
      h(
        "div.chips",
        choice(
          text.modes_of,
          MODES.map((mode) => [
            text.modes[mode],
            mode === this.mode(known),
            () => this.move({ as: mode }),
            { class: "small", disabled: Boolean(can[mode]) },
          ]),
        ),
      ),
      reasons.length > 0 && h("p.note", reasons.join(" ")),
    ];
  }

  /** Return how the measures are compared: as it is asked for, or as they can be. */
  mode(known) {
    const wanted = [this.ask("as"), this.config.mode, MODES[0]].find((one) => MODES.includes(one));
    if (!known.length || this.compared.status === "loading") return wanted;
    const can = possible(this, known);
    return [wanted, ...MODES].find((mode) => can[mode] === undefined);
  }

  body(known) {
    const { text, compared, shown } = this;
    if (!shown.length) return h("ha-card", this.empty(text.choose_one));
    if (compared.status === "loading" || !this.width) return this.waiting();
    if (compared.status === "error") {
      const again = () => {
        compared.asked = "";
        this.offered.asked = "";
        this.redraw();
      };
      return h("ha-card", this.unread(text.not_read, again, compared.error.message));
    }
    return [
      compared.status === "offline" && this.alert("warning", text.offline, text.offline_next),
      known.length > 0 && pictures(this, known),
      numbers(this, shown),
    ];
  }

  /** Return what is taken away. */
  taken() {
    const { text, period, shown, compared, formats } = this;
    const known = shown.filter(({ statistic }) => compared.has(statistic));
    const day = toField(period.begin, formats.zone);
    return {
      title: text.views.compare,
      range: this.rangeOf(),
      file: `${text.views.compare.toLowerCase()}-${day}`,
      columns: valuesOf(this, known),
      rows: known.map(({ statistic, full }) => ({
        name: full,
        total: totalOf(this, statistic),
        ...this.colours.get(statistic),
      })),
      note: commonNote(this)?.textContent,
      words: text.workshop,
    };
  }

  rangeOf = ({ begin, end } = this.period) => this.formats.range(begin, end);

  /** Return the button that leads to the nearest period in which all chosen have data, or why none does. */
  wayOut() {
    const { text, shown } = this;
    const way = nearest(shown, this.period, this.formats.zone);
    if (!way) return shown.length > 1 && h("p.under", text.no_way);
    return button(
      text.go_to(this.rangeOf(way), shown.length),
      "mdi:history",
      () => show(this, way),
      { class: "way" },
    );
  }

  get step() {
    const { compared, text } = this;
    if (compared.drawnStep > compared.step) return text.steps_of.day;
    return text.steps_of[{ 300000: "five", 1800000: "half" }[compared.step] ?? "hour"];
  }

  /** Return what a picture of the period is drawn by. */
  given(height) {
    return {
      period: this.compared.period,
      step: this.compared.drawnStep,
      until: Date.now(),
      formats: this.formats,
      width: Math.max(230, this.width - 34),
      height,
    };
  }

  line(one) {
    return {
      ...this.colours.get(one.statistic),
      values: this.compared.inUnit(one.statistic, this.compared.drawn(one.statistic)),
      ofDays: this.compared.isLong ? undefined : this.compared.told[one.statistic].ofDays,
      name: one.full,
    };
  }
}

/** Return what is told of a measure that was chosen and is in no group: a sensor of its own. */
const unlisted = (all, statistic) =>
  all.some((one) => one.statistic === statistic) ? {} : { kind: "other" };
