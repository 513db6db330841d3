/** What an organiser has of a challenge besides its board: captains, and whoever lacks a team or a score. */

import { pageBeside } from "../address.js";
import { h, listOf, subline } from "../dom.js";
import { selectOf } from "../fields.js";
import { headOf } from "./board.js";
import { nameOf, numberOf } from "./homes.js";

/** Names of a list that are shown; the page of the collection has all. */
const NAMED = 12;

/** Return the card of the captains; `choose` is called with a team, 1 first, and a number or null. */
export function captainsCard(card, { teams, members }, choose) {
  const words = card.text.challenge;
  return h(
    "ha-card.captains-card",
    headOf(words.organising),
    listOf("captains", teams, (name, i) => {
      const own = members.filter(({ team }) => team === i + 1);
      const captain = own.find(({ is_captain: isCaptain }) => isCaptain)?.number;
      const options = own.map((member) => [member.number, titleOf(words, member)]);
      return h(
        "li",
        h("div", h("strong", name), subline(words.homes(own.length))),
        chooser(card, words.captain_of(name), captain, [["", words.nobody], ...options], (said) =>
          choose(i + 1, said ? Number(said) : null),
        ),
      );
    }),
  );
}

/** Return the card of who has no team, and who no score; `move` is called with a number and a team. */
export function lackingCard(card, { members, teams }, move) {
  const words = card.text.challenge;
  const teamless = members.filter(({ team }) => !team);
  const scoreless = members.filter(({ through }) => !through);
  const options = [["", words.choose_team], ...teams.map((name, i) => [i + 1, name])];
  return h(
    "ha-card.lacking-card",
    teamless.length > 0 && [
      h("h2", words.without_team(teamless.length)),
      listOf("captains", teamless, (member) => {
        const title = titleOf(words, member);
        const label = words.team_of(title);
        return h(
          "li",
          h("div", title),
          chooser(card, label, undefined, options, (team) => move(member.number, Number(team))),
        );
      }),
    ],
    h("h2", scoreless.length ? words.without_score(scoreless.length) : words.all_have_scores),
    scoreless.length > 0 && [
      h(
        "p.names",
        scoreless
          .slice(0, NAMED)
          .map((member) => nameOf(words, member))
          .join(", "),
        scoreless.length > NAMED && ` ${words.and_others(scoreless.length - NAMED)}`,
      ),
      subline(words.without_score_next),
    ],
    card.lead(pageBeside("collection"), { class: "button" }, words.to_collection),
  );
}

const titleOf = (words, { number, name }) =>
  name ? `${name}, ${numberOf(words, number)}` : numberOf(words, number);

const chooser = ({ isOff }, label, chosen, options, choose) =>
  selectOf(options, chosen ?? "", choose, {
    "aria-label": label,
    disabled: isOff || options.length < 2,
  });
