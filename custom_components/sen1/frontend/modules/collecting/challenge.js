/** What a challenge is, where it is asked to be agreed to: by its invitation, and when it changed. */

import { ruleOf } from "../challenge/board.js";
import { periodRead } from "../challenge/scores.js";
import { h } from "../dom.js";
import { textsOf } from "../texts.js";

/** What a household agrees to, in the order in which it is read; the teams are not of it. */
const AGREED = ["action", "reference", "rule", "energies"];

/** Return what of a challenge is not as it was agreed to; nothing where there is none. */
export const changedOf = ({ challenge, challenge_agreed: agreed }) =>
  challenge && agreed
    ? AGREED.filter((part) => String(challenge[part]) !== String(agreed[part]))
    : [];

export class Challenge {
  constructor(card) {
    Object.assign(this, { card, text: undefined });
  }

  /** Return the words, which no other collection needs, or undefined while they are fetched. */
  get words() {
    if (!this.text) this.speak();
    return this.text.challenge?.join;
  }

  async speak() {
    this.text = {};
    this.text = { ...this.card.text, ...(await textsOf(this.card.language, "challenge")) };
    this.card.redraw();
  }

  /** Return the rule, the days and the energies; the words are here. */
  terms({ rule, action, reference, energies }) {
    const { words } = this;
    const { formats } = this.card;
    const term = (label, value) =>
      h("div", null, h("span", null, label), h("span", { class: "end" }, value));
    return [
      ruleOf(this.text, rule),
      h(
        "div",
        { class: "terms" },
        term(words.periods, periodRead(formats, action)),
        term(words.reference, periodRead(formats, reference)),
        term(words.energies, words.named(energies)),
      ),
    ];
  }
}
