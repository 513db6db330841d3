/** The cold of a period, and a year in usual weather: asked once the bars are drawn, and drawn when there. */

import { askedOf } from "../sites.js";
import { Answers, ENOUGH } from "../year/answers.js";
import { STEPS } from "./spans.js";

const isKnown = (value) => Number.isFinite(value);

export class Weather {
  constructor(card) {
    this.card = card;
    this.colds = new Answers(card);
    this.corrections = new Answers(card);
  }

  /** See to it that the cold of a period is there, and of the year before; of a year, in usual weather. */
  want(period, before) {
    const { id } = this.card.site;
    const step = STEPS[period.unit];
    const both = (type) => [period, before].map((one) => askedOf(type, id, one, step));
    const [cold, coldBefore] = this.colds.want(...both("sen1/cold")) ?? [];
    const isYear = step === "month";
    const [corrected, correctedBefore] = isYear
      ? (this.corrections.want(...both("sen1/corrected")) ?? [])
      : [];
    Object.assign(this, { isYear, cold, coldBefore, corrected, correctedBefore });
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

  /** Whether something else is corrected than the bars show: all that was used, of a home with a roof. */
  get isOther() {
    return this.corrected.quantity !== this.card.quantity;
  }

  get what() {
    return this.card.text.quantities[this.corrected.quantity].toLowerCase();
  }

  /** Return what is told of a month: names and values. */
  told(i) {
    if (!this.isCold || !this.isYear || !this.months.includes(i)) return [];
    const { text, formats } = this.card;
    const words = text.past;
    const cold = formats.quantity(this.cold.degree_days[i], words.degree_days);
    const name = `${words.in_normal}${this.isCorrected && this.isOther ? `, ${this.what}` : ""}`;
    return [
      [words.cold_of_month, cold],
      this.isCorrected && [name, formats.energy(this.corrected.corrected[i])],
    ].filter(Boolean);
  }
}
