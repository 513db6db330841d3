/** What an invitation to a challenge asks besides: the team; and what the challenge is. */

import { ruleOf } from "../challenge/board.js";
import { periodRead } from "../challenge/scores.js";
import { h } from "../dom.js";
import { textsOf } from "../texts.js";

export class Team {
  /** Draw for a card, which is drawn anew when a team is chosen. */
  constructor(card) {
    Object.assign(this, { card, number: undefined, text: undefined });
  }

  /** Fetch the words, which no other invitation needs. */
  async speak() {
    this.text = {};
    this.text = { ...this.card.text, ...(await textsOf(this.card.language, "challenge")) };
    this.card.redraw();
  }

  /** Return what is sent besides: the number of the team, 1 first. */
  answersTo = ({ challenge }) => (challenge ? { team: this.number } : {});

  /** Return why nothing can be sent yet, or undefined. */
  lacks({ challenge }) {
    if (!challenge || this.number) return undefined;
    return this.text?.challenge?.join.lacks ?? this.card.text.loading;
  }

  /** Return what the press makes besides, in words. */
  sentence({ challenge }) {
    const name = challenge?.teams[this.number - 1];
    return name && this.text.challenge.join.does(name);
  }

  content({ challenge }) {
    if (!challenge) return undefined;
    if (!this.text) this.speak();
    if (!this.text.challenge) return this.card.loading(160);
    const { formats } = this.card;
    const words = this.text.challenge.join;
    const { rule, action, reference, teams } = challenge;
    const term = (label, value) =>
      h("div", null, h("span", null, label), h("span", { class: "end" }, value));
    const choose = ({ target }) => {
      this.number = Number(target.value) || undefined;
      this.card.redraw();
    };
    const option = (value, title, isChosen) => h("option", { value, selected: isChosen }, title);
    return [
      h("h3", null, words.title),
      ruleOf(this.text, rule),
      h(
        "div",
        { class: "terms" },
        term(words.periods, periodRead(formats, action)),
        term(words.reference, periodRead(formats, reference)),
      ),
      h(
        "div",
        { class: "field team-asked" },
        h(
          "label",
          null,
          h("span", null, words.team),
          h(
            "select",
            { name: "team", required: true, value: this.number ?? "", onchange: choose },
            option("", words.choose, !this.number),
            teams.map((name, i) => option(i + 1, name, i + 1 === this.number)),
          ),
        ),
      ),
      h("p", { class: "under" }, `${words.gives} ${words.seen}`),
    ];
  }
}
