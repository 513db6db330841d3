/** Numbers and times as this person reads them (docs: dashboard.md, "Numbers"). */

import { fromField } from "./calendar.js";

const LANGUAGES_OF_NUMBERS = {
  comma_decimal: ["en-US", "en"],
  decimal_comma: ["de", "es", "it"],
  space_comma: ["fr", "sv", "cs"],
  quote_decimal: ["de-CH"],
  system: undefined,
};
const NBSP = "\u00a0";
const IN_FULL = { day: "numeric", month: "long", year: "numeric" };

const known = new WeakMap();

/** Return the formats of a person's settings; times are those of the home, whoever looks. */
export function formatsOf(hass) {
  const made = known.get(hass.locale);
  if (made?.config === hass.config) return made;
  known.set(hass.locale, new Formats(hass));
  return known.get(hass.locale);
}

/** Return the languages that write numbers as this person chose to read them. */
function languagesOfNumbers({ language, number_format: chosen }) {
  if (chosen === "none") return "en-US";
  return chosen in LANGUAGES_OF_NUMBERS ? LANGUAGES_OF_NUMBERS[chosen] : language;
}

class Formats {
  constructor({ locale, config }) {
    this.language = locale.language;
    this.config = config;
    this.zone = config.time_zone;
    this.currency = config.currency;
    this.grouping = locale.number_format === "none" ? false : "always";
    this.numbers = languagesOfNumbers(locale);
    this.hours = { 12: { hour12: true }, 24: { hourCycle: "h23" } }[locale.time_format];
    this.made = new Map();
  }

  /** Return a number rounded once, half up, with a true minus; `signed`: also a plus. */
  number(value, digits = 0, signed = false) {
    return this.#written(value, digits, { signDisplay: signed ? "exceptZero" : "negative" });
  }

  #written(value, digits, more) {
    if (!Number.isFinite(value)) return "–";
    const format = this.#made(`${digits}${Object.values(more)}`, () => {
      const places = { minimumFractionDigits: digits, maximumFractionDigits: digits };
      const options = { ...places, useGrouping: this.grouping, signDisplay: "negative", ...more };
      return new Intl.NumberFormat(this.numbers, options);
    });
    return format.format(value).replace("-", "\u2212");
  }

  /** Return a number and its unit, which no line break parts. */
  quantity(value, unit, digits = 0, signed = false) {
    return `${this.number(value, digits, signed)}${NBSP}${unit}`;
  }

  /** Return an energy in kWh. */
  energy = (value, digits = ENERGY_DIGITS) => this.quantity(value, "kWh", digits);

  /** Return a power, of which any unit is told in W. */
  power = (value, unit = "kW") => this.quantity(value * WATTS[unit], "W");

  percent(value, digits = 0, signed = false) {
    const space = this.language.startsWith("en") ? "" : NBSP;
    return `${this.number(value, digits, signed)}${space}%`;
  }

  /** Return an amount to the cent; `digits` is 0 of what is about so much, or was typed so, alone. */
  money(value, digits = CENTS, currency = this.currency) {
    if (currency !== this.currency) return this.quantity(value, currency, digits);
    return this.#written(value, digits, this.#inMoney);
  }

  get #inMoney() {
    return { style: "currency", currency: this.currency, currencyDisplay: "narrowSymbol" };
  }

  /** Return the sign of the currency, for the head of a column. */
  get symbol() {
    return this.#made("symbol", () => {
      const format = new Intl.NumberFormat(this.numbers, this.#inMoney);
      return format.formatToParts(0).find((part) => part.type === "currency").value;
    });
  }

  /** Return a date: `31 December 2027`, or the parts asked for as in `Intl.DateTimeFormat`. */
  date(time, options = IN_FULL) {
    const key = JSON.stringify(options);
    const format = this.#made(
      key,
      () => new Intl.DateTimeFormat(this.language, { timeZone: this.zone, ...options }),
    );
    return this.#withFirsts(format.format(time));
  }

  /** Return a date in full with its day of the week. */
  longDate = (time) => this.date(time, { weekday: "long", ...IN_FULL });

  /** Return a date of these weeks so, without its year. */
  weekDay = (time) => this.date(time, { weekday: "long", day: "numeric", month: "long" });

  /** Return a day of a field as it is read, as `date` does. */
  day(day, options) {
    return this.date(fromField(day, this.zone), options);
  }

  /** Return a date or two with the first of a month said so in French. */
  #withFirsts(written) {
    return this.language.startsWith("fr")
      ? written.replace(/(^|\s)1(?=\s\p{L}|–)/gu, "$11er")
      : written;
  }

  /** Return `18 h 42` or `18:42`. */
  time(time) {
    const written = this.date(time, { hour: "numeric", minute: "2-digit", ...this.hours });
    if (!this.#hasFrenchHours) return written;
    const [hour, minute] = written.split(/\D+/);
    return `${Number(hour)}${NBSP}h${NBSP}${minute}`;
  }

  hour(time) {
    return this.#hour(time, this.hours);
  }

  /** Return an hour of the clock, whatever the day and the zone: it is given as of Greenwich. */
  clockHour(time) {
    const written = this.#made("clock", () => {
      const options = { timeZone: "UTC", hour: "numeric", ...this.hours };
      return new Intl.DateTimeFormat(this.language, options);
    }).format(time);
    return this.#hasFrenchHours ? `${parseInt(written, 10)}${NBSP}h` : written;
  }

  /** Return the hour that ends a day: 24 o'clock, where the hours of a day are counted through. */
  lastHour(time) {
    return this.#hour(time, this.#isCountedThrough ? { hourCycle: "h24" } : this.hours);
  }

  #hour(time, hours) {
    const written = this.date(time, { hour: "numeric", ...hours });
    return this.#hasFrenchHours ? `${parseInt(written, 10)}${NBSP}h` : written;
  }

  get #hasFrenchHours() {
    return this.language.startsWith("fr") && this.#isCountedThrough;
  }

  /** Whether hours are counted from 0 to 23, and not twice to 12. */
  get #isCountedThrough() {
    return this.#made("cycle", () => {
      const format = new Intl.DateTimeFormat(this.language, { hour: "numeric", ...this.hours });
      return format.resolvedOptions().hourCycle === "h23";
    });
  }

  /** Return both ends of a period, with what they share said once; `end` is not part of it. */
  range(begin, end) {
    const format = this.#made(
      "range",
      () => new Intl.DateTimeFormat(this.language, { timeZone: this.zone, ...IN_FULL }),
    );
    return this.#withFirsts(format.formatRange(begin, new Date(end.getTime() - 1)));
  }

  /** Return how long ago a time is, in one unit. */
  ago(time, now = Date.now()) {
    const seconds = Math.max(0, (now - time) / 1000);
    const format = this.#made(
      "ago",
      () => new Intl.RelativeTimeFormat(this.language, { style: "short" }),
    );
    if (seconds < 60) return format.format(-Math.floor(seconds), "second");
    if (seconds < 3600) return format.format(-Math.floor(seconds / 60), "minute");
    if (seconds < 86_400) return format.format(-Math.floor(seconds / 3600), "hour");
    return format.format(-Math.floor(seconds / 86_400), "day");
  }

  #made(key, make) {
    if (!this.made.has(key)) this.made.set(key, make());
    return this.made.get(key);
  }
}

/** Decimals of an energy of any time, kWh, and of money: the same wherever a figure stands. */
export const ENERGY_DIGITS = 1;
export const CENTS = 2;

/** Watts of the units of a power: an apparent one, which a contract says, is told as any other. */
export const WATTS = { W: 1, VA: 1, kW: 1000, kVA: 1000, MW: 1e6 };

/** Return powers in W, of powers in kW. */
export const inWatts = (powers) => powers.map((power) => 1000 * power);

/** Units of energy, whose sums are told in kWh. */
export const ENERGY = /^(m|k|M|G)?Wh$/;

/** Say by how many per cent something changed: in words, for a sign could be meant either way. */
export const inWords = (percent, { text, formats }) =>
  Number.isFinite(percent)
    ? text[percent < 0 ? "less" : "more"](formats.percent(Math.abs(percent), 1))
    : "–";

/** Return those of some words that there are, one after the other. */
export const inOne = (words, by = ", ") => words.filter(Boolean).join(by);
export const sentences = (all) => inOne(all, " ");

/** Return words with their first letter large, or small. */
export const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
export const lowered = (words) => words.charAt(0).toLowerCase() + words.slice(1);

/** Return how many digits tell values of this size apart. */
export const digitsOf = (values) => {
  const most = Math.max(0, ...values.filter(Number.isFinite).map(Math.abs));
  if (most >= 100) return 0;
  return most >= 1 ? 1 : 2;
};
