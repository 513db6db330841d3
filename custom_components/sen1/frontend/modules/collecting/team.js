/** What an invitation to a challenge asks besides: the team; and what the challenge is. */

import { Part } from "../card.js";
import { h, subline } from "../dom.js";
import { field, selectOf } from "../fields.js";

export class Team extends Part {
  number = undefined;

  /** Return what is sent besides: the number of the team, 1 first. */
  answersTo = ({ challenge }) => (challenge ? { team: this.number } : {});

  /** Return why nothing can be sent yet, or undefined. */
  lacks({ challenge }) {
    if (!challenge || this.number) return undefined;
    return this.card.challenge?.words.lacks ?? this.card.text.loading;
  }

  /** Return what the press makes besides, in words. */
  sentence({ challenge }) {
    const name = challenge?.teams[this.number - 1];
    return name && this.card.challenge.words.does(name);
  }

  content({ challenge }) {
    if (!challenge) return undefined;
    const told = this.card.challenge;
    if (!told) return this.card.loading(160);
    const { words } = told;
    const { teams } = challenge;
    const choose = (number) => this.set({ number: Number(number) || undefined });
    const all = [["", words.choose], ...teams.map((name, i) => [i + 1, name])];
    const select = selectOf(all, this.number ?? "", choose, { name: "team", required: true });
    return [
      h("h3", words.title),
      told.terms(challenge),
      h("div.team-asked", field(words.team, select)),
      subline(`${words.gives} ${words.seen}`),
    ];
  }
}
