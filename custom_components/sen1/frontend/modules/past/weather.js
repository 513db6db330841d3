/** What a year of the past was like in usual weather: asked once its bars are drawn, and drawn when there. */

import { closed } from "../closing.js";
import { h, haIcon } from "../dom.js";
import { capital, ENERGY_DIGITS, inWords } from "../formats.js";
import { askedOf } from "../sites.js";
import { Answers, ENOUGH } from "../year/answers.js";
import { changeOf } from "./sums.js";
import { shortNameOf } from "./words.js";

/** So little, as a part, the cold of two times is alike. */
const ALIKE = 0.02;

const isKnown = (value) => Number.isFinite(value);
const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);

export class Weather {
  constructor(card) {
    this.card = card;
    this.colds = new Answers(card);
    this.corrections = new Answers(card);
  }

  /** See to it that the weather of a year is there, and of the year before. */
  want(period, before) {
    const { id } = this.card.site;
    const both = (type) => [period, before].map((one) => askedOf(type, id, one, "month"));
    const [cold, coldBefore] = this.colds.want(...both("sen1/cold")) ?? [];
    const [corrected, correctedBefore] = this.corrections.want(...both("sen1/corrected")) ?? [];
    Object.assign(this, { cold, coldBefore, corrected, correctedBefore });
  }

  /** Whether anything is known of the cold. */
  get isCold() {
    return this.cold !== undefined && isKnown(this.cold.total);
  }

  /** Whether anything is known of the year in usual weather. */
  get isCorrected() {
    return this.corrected?.corrected.some(isKnown) ?? false;
  }

  /** Whether what is corrected is what the bars show. */
  isOf = ({ name, isMoney }) => this.isCorrected && this.corrected.quantity === name && !isMoney;

  /** Return the months that are told: those of which all is known, none that goes on. */
  get months() {
    const { corrected, cold, isCorrected } = this;
    const isTold = isCorrected
      ? (i) => isKnown(corrected.corrected[i])
      : (i) =>
          isKnown(cold.degree_days[i]) && cold.known[i] >= ENOUGH && this.ends[i] <= Date.now();
    return [...cold.begins.keys()].filter(isTold);
  }

  get ends() {
    return [...this.cold.begins.slice(1), this.cold.end];
  }

  /** Return the months that are told of both years. */
  get pairs() {
    const { correctedBefore, cold, coldBefore } = this;
    return this.months.filter(
      (i) =>
        isKnown(coldBefore.degree_days[i]) &&
        coldBefore.known[i] >= ENOUGH &&
        cold.known[i] >= ENOUGH &&
        (!this.isCorrected || isKnown(correctedBefore.corrected[i])),
    );
  }

  /** Return the line over the bars. */
  line(shown) {
    if (!this.isOf(shown)) return undefined;
    return {
      values: this.corrected.corrected,
      fill: "var(--series-2)",
      name: this.card.text.past.in_normal.toLowerCase(),
    };
  }

  /** Return the columns of the table, of months that have begun; what a month lacks is a dash. */
  columns({ steps }) {
    if (!this.isCold) return [];
    const { text, formats } = this.card;
    const words = text.past;
    const { cold, corrected, months } = this;
    const column = (values, digits) => {
      const told = months.map((i) => values[i]);
      const printed = closed(told, digits);
      const cells = Array.from({ length: steps.begun }, (_, i) =>
        formats.number(printed[months.indexOf(i)], digits),
      );
      return { cells, sum: formats.number(sumOf(told), digits), isWide: true };
    };
    const name = this.isCorrected && `${words.in_normal}${this.isOther ? `, ${this.what}` : ""}`;
    return [
      { title: words.cold_of_month, unit: words.degree_days, ...column(cold.degree_days, 0) },
      cold.usual_years && {
        title: words.usual_cold,
        unit: words.degree_days,
        ...column(cold.usual, 0),
      },
      this.isCorrected && {
        title: name,
        unit: "kWh",
        ...column(corrected.corrected, ENERGY_DIGITS),
      },
    ].filter(Boolean);
  }

  /** Whether something else is corrected than the bars show: all that was used, of a home with a roof. */
  get isOther() {
    return this.corrected.quantity !== this.card.counted[this.card.what];
  }

  get what() {
    return this.card.text.quantities[this.corrected.quantity].toLowerCase();
  }

  /** Return the same in a file. */
  fileColumns({ steps }) {
    if (!this.isCold) return [];
    const { text } = this.card;
    const words = text.past;
    const { cold, corrected, months } = this;
    const column = (title, unit, values, digits) => ({
      title: `${title} (${unit})`,
      values: Array.from({ length: steps.begun }, (_, i) =>
        months.includes(i) ? values[i] : null,
      ),
      digits,
    });
    const name = text.quantities[corrected?.quantity ?? "bought"];
    return [
      column(words.cold_of_month, words.degree_days, cold.degree_days, 1),
      cold.usual_years && column(words.usual_cold, words.degree_days, cold.usual, 1),
      this.isCorrected && column(`${words.in_normal}, ${name}`, "kWh", corrected.corrected, 3),
    ].filter(Boolean);
  }

  /** Return what is told of a month: names and values. */
  told(i) {
    if (!this.isCold || !this.months.includes(i)) return [];
    const { text, formats } = this.card;
    const words = text.past;
    const cold = formats.quantity(this.cold.degree_days[i], words.degree_days);
    const name = `${words.in_normal}${this.isCorrected && this.isOther ? `, ${this.what}` : ""}`;
    return [
      [words.cold_of_month, cold],
      this.isCorrected && [name, formats.energy(this.corrected.corrected[i])],
    ].filter(Boolean);
  }

  /** Return the head of the change in usual weather: `{label, change, under}`, or undefined. */
  head() {
    if (!this.isCold || !this.isCorrected || !this.pairs.length) return undefined;
    const { text, formats } = this.card;
    const [now, then] = this.sums((answer) => answer.corrected);
    return {
      label: `${text.past.in_normal}, ${this.spanOf(this.pairs)}`,
      change: inWords(100 * changeOf(now, then), this.card),
      under: [
        text.past.against(formats.energy(now), formats.number(then, ENERGY_DIGITS)),
        this.isOther && this.what,
      ]
        .filter(Boolean)
        .join(", "),
    };
  }

  /** Return a sum over the months told of both years, of this one and of the one before. */
  sums(of) {
    const { corrected, correctedBefore, pairs } = this;
    return [corrected, correctedBefore].map((answer) => sumOf(pairs.map((i) => of(answer)[i])));
  }

  /** Return months in words, as a time in which something is. */
  spanOf(months) {
    const { text, formats } = this.card;
    const { one, many } = text.past.over;
    const [first, last] = [months[0], months.at(-1)].map((i) =>
      formats.date(this.cold.begins[i], { month: "long" }),
    );
    // French has `d’` before the months that begin so.
    return first === last ? one(first) : many(first, last, /^[ao]/.test(first));
  }

  /** Return what explains the difference between both years, in a sentence. */
  sentence() {
    if (!this.isCold || !this.pairs.length) return false;
    const { text, formats, leafed } = this.card;
    const words = text.past.weather;
    const { cold, coldBefore, pairs } = this;
    const sum = (answer, field) => sumOf(pairs.map((i) => answer[field][i]));
    const [now, then] = [cold, coldBefore].map((answer) => sum(answer, "degree_days"));
    const usual = cold.usual_years ? sum(cold, "usual") : undefined;
    const number = (value) => formats.number(value);
    const before = shortNameOf(leafed.before, formats);
    const kind = comparedTo(now, then);
    const beside = usual === undefined ? undefined : comparedTo(now, usual);
    const joined = words[[kind, beside].includes("alike") || kind === beside ? "and" : "but"];
    const parts = [
      words.than[kind](capital(this.spanOf(pairs)), before),
      words.degree_days(number(now), number(then)),
      beside && `${joined} ${words.usual[beside](number(usual))}`,
    ];
    return h(
      "div",
      { class: "explained" },
      haIcon("mdi:thermometer"),
      h(
        "p",
        null,
        h("strong", null, parts[0]),
        ` ${parts[1]}`,
        parts[2] && `, ${parts[2]}`,
        ". ",
        this.isCorrected && this.changes(),
      ),
    );
  }

  changes() {
    const { text, formats } = this.card;
    const words = text.past.weather;
    const [change, raw] = [this.sums((one) => one.corrected), this.sums((one) => one.values)].map(
      ([now, then]) => 100 * changeOf(now, then),
    );
    const by = formats.percent(Math.abs(change), 1);
    const said = change < 0 ? words.less(by) : words.more(by);
    return `${said} ${words.raw(inWords(raw, this.card), this.isOther)}`;
  }

  /** Say what the columns are, and of what time. */
  note({ steps }) {
    if (!this.isCold) return false;
    const { text, formats, isNow } = this.card;
    const words = text.past;
    const { cold, months } = this;
    const left = isNow && !months.includes(steps.begun - 1);
    return [
      words.degree_days_are(formats.quantity(cold.base, "°C")),
      cold.usual_years && words.usual_is(...cold.usual_years),
      left &&
        months.length > 0 &&
        words.goes_on(
          capital(formats.date(steps.begins[steps.begun - 1], { month: "long" })),
          this.spanOf(months),
        ),
    ]
      .filter(Boolean)
      .join(" ");
  }
}

/** Return how a cold is beside another. */
function comparedTo(now, then) {
  if (Math.abs(now - then) <= ALIKE * then) return "alike";
  return now > then ? "colder" : "milder";
}
