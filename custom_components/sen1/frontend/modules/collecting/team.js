/** What an invitation to a challenge asks besides: the team; and what the challenge is. */

import { h } from "../dom.js";
import { Challenge } from "./challenge.js";

export class Team {
  /** Draw for a card, which is drawn anew when a team is chosen. */
  constructor(card) {
    Object.assign(this, { card, number: undefined, challenge: new Challenge(card) });
  }

  /** Return what is sent besides: the number of the team, 1 first. */
  answersTo = ({ challenge }) => (challenge ? { team: this.number } : {});

  /** Return why nothing can be sent yet, or undefined. */
  lacks({ challenge }) {
    if (!challenge || this.number) return undefined;
    return this.challenge.words?.lacks ?? this.card.text.loading;
  }

  /** Return what the press makes besides, in words. */
  sentence({ challenge }) {
    const name = challenge?.teams[this.number - 1];
    return name && this.challenge.words.does(name);
  }

  content({ challenge }) {
    if (!challenge) return undefined;
    const { words } = this.challenge;
    if (!words) return this.card.loading(160);
    const { teams } = challenge;
    const choose = ({ target }) => {
      this.number = Number(target.value) || undefined;
      this.card.redraw();
    };
    const option = (value, title, isChosen) => h("option", { value, selected: isChosen }, title);
    return [
      h("h3", null, words.title),
      this.challenge.terms(challenge),
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
