/** The power now, and how it went since midnight, or yesterday if told later; off-peak hours are shaded. */

import { periodAt } from "../calendar.js";
import { Card, figure } from "../card.js";
import { lines } from "../curves.js";
import { note } from "../dom.js";
import { valuesOf } from "../fetched.js";
import { powerIn } from "../formats.js";
import { first, powerOf } from "../installation.js";
import { HALF_HOUR, halfHours, peaksOf } from "../powers.js";
import { askedOf, isRoof } from "../sites.js";
import { bandOf, usualOf } from "../usual.js";

const STEP = 300_000;
/** What a site's series are that a power is the pace of, the best of each first. */
const SERIES = {
  consumption: ["consumed", "bought"],
  production: ["produced"],
  injected: ["sold"],
};
const KILO = { W: 1e-3, VA: 1e-3, kW: 1, kVA: 1 };

export default class Power extends Card {
  static isSized = true;
  static isOfSite = true;
  static words = ["home"];

  get entities() {
    const { here } = this;
    const power = this.config.entity ?? powerOf(here, this.site);
    return {
      power,
      day: power ? undefined : first(here, "bought_yesterday"),
      period: first(here, "tariff_period", "tariff_period_in_force"),
    };
  }

  content() {
    const { text, formats, past } = this;
    const { power, day } = this.entities;
    const state = this.state(power);
    if (!power && !day) return [this.empty(text.no_meter, text.no_meter_next)];
    this.fetch();
    if (day) return this.yesterday(this.state(day) ? text.no_half_hours : text.not_known_yet);
    const unit = state?.attributes.unit_of_measurement;
    const [shownIn, digits] = powerIn(unit ?? "W");
    const value = this.value(power);
    const at = state && formats.time(new Date(state.last_updated));
    const picture = this.site && !this.config.entity && this.pictureOf(this.site);
    return [
      this.head(this.config.title ?? text.powers_now[this.kind], undefined, [at, picture]),
      value === undefined
        ? this.alert("warning", text.meter_silent, text.meter_silent_next)
        : figure(formats.number(value, digits), shownIn),
      past && this.width ? this.curve(past, value * KILO[unit]) : this.loading(120),
      past?.bands.length > 0 && note(text.shaded),
      past?.usual && note(text.usual_behind),
    ];
  }

  yesterday(untold) {
    const { text, formats, past } = this;
    if (!past || !this.width) return [this.loading(120)];
    const { period, values, peaks } = past;
    const what = peaks?.isMean ? text.highest_half_hour : text.highest;
    const under = peaks && `${what}, ${text.at} ${formats.time(new Date(peaks.at[0]))}`;
    const isFine = values.some(Number.isFinite);
    return [
      this.head(formats.longDate(period.begin), under),
      peaks && figure(formats.number(peaks.values[0], 2), peaks.unit),
      isFine ? this.curve(past) : note(untold),
    ];
  }

  /** What the power is of: hue and words say the same. */
  get kind() {
    const { power } = this.entities;
    const { produced_power = [], sold_power = [] } = isRoof(this.site) ? this.site.sources : {};
    if (sold_power.includes(power)) return "injected";
    const isProduced = produced_power.includes(power);
    return isProduced || (power && power === first(this.here, "production_power"))
      ? "production"
      : "consumption";
  }

  curve({ period, step, values, bands, usual }, kilowatts) {
    const { formats, text, kind } = this;
    const plain = kind === "injected" ? "var(--injected-fill)" : `var(--${kind}-pale)`;
    // An area under the curve would hide the band behind it.
    const pale = usual ? "none" : plain;
    const isNowInside = Number.isFinite(kilowatts) && +period.end > Date.now();
    return lines(this.entities.power ? text.since_midnight : text.power_yesterday, {
      period,
      step,
      formats,
      width: this.width - 34,
      height: 130,
      bands,
      usual,
      now: isNowInside ? { time: Date.now(), value: kilowatts } : undefined,
      lines: [{ values, line: `var(--${kind})`, pale }],
    });
  }

  /** Read the day once for each step of it. */
  fetch() {
    const { power, day, period: tariff } = this.entities;
    const site = this.config.entity ? undefined : this.site;
    const told = this.hass.states[day]?.state;
    return this.fetchOnce([power, tariff, site, told, Math.floor(Date.now() / STEP)], async () => {
      const period = periodAt(Date.now(), "day", this.formats.zone, power ? 0 : -1);
      const [curve, usual, bands] = await Promise.all([
        site ? this.ofSite(site, period) : this.ofEntity(power, period),
        site && power && this.kind === "consumption" && usualOf(this.hass, site).then(bandOf),
        power && tariff ? this.offPeak(tariff, period).catch(() => []) : [],
      ]);
      return { past: { period, ...curve, usual, bands } };
    });
  }

  /** Return the mean powers of a site's half-hours. */
  async ofSite(site, period) {
    if (this.entities.day)
      return this.ofDay(site, period).catch(() => ({ step: HALF_HOUR, values: [] }));
    const values = await halfHours(this.hass, site, SERIES[this.kind], period);
    // A site of which no energy is counted may have a power all the same.
    return values ? { step: HALF_HOUR, values } : this.ofEntity(this.entities.power, period);
  }

  /** Return the mean powers of the half-hours of a day that is over, what was told as a day apart; its highest. */
  async ofDay({ id, statistics: { bought } }, period) {
    const [{ step, told, values }, energies] = await Promise.all([
      valuesOf(this.hass, bought ? [bought] : [], period),
      this.hass.callWS(askedOf("sen1/energies", id, period, "day")),
    ]);
    const fine = values[bought].map((value, i) => (told[bought].ofDays[i] ? NaN : value));
    return { step, values: fine, peaks: peaksOf(energies) };
  }

  /** Return the mean powers that the recorder has of an entity, kW. */
  async ofEntity(power, period) {
    const { values } = await valuesOf(this.hass, [power], period, "five_minutes").catch(() => ({}));
    return { step: STEP, values: values?.[power] ?? [] };
  }

  /** Return when it was off-peak so far, as the recorder kept it. */
  async offPeak(entity, { begin }) {
    const now = new Date();
    const found = await this.hass.callWS({
      type: "history/history_during_period",
      start_time: begin.toISOString(),
      end_time: now.toISOString(),
      entity_ids: [entity],
      minimal_response: true,
      no_attributes: true,
    });
    const states = found[entity] ?? [];
    const at = (state) => Math.max(begin, state.lu * 1000);
    return states
      .map((state, i) => ({
        state: state.s,
        begin: at(state),
        end: states[i + 1] ? at(states[i + 1]) : +now,
      }))
      .filter(({ state }) => state.startsWith("off_peak"));
  }
}
