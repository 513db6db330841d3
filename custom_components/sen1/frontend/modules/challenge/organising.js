/** What an organiser has of a challenge besides its board: captains, and whoever lacks a team or a score. */

import { h } from "../dom.js";
import { pageBeside } from "../sharing/address.js";
import { nameOf } from "./homes.js";

/** Names of a list that are shown; the page of the collection has all. */
const NAMED = 12;

/** Return the card of the captains; `choose` is called with a team and a number, or null. */
export function captainsCard(card, challenge, choose) {
  const words = card.text.challenge;
  const { teams, members, captains } = challenge;
  return h(
    "ha-card",
    { class: "captains-card" },
    card.head(words.organising),
    h(
      "ul",
      { class: "captains" },
      teams.map((name, team) => {
        const own = members.filter((member) => member.team === team);
        const captain = captains[team];
        const option = ({ number, name: known }) =>
          h(
            "option",
            { value: number, selected: number === captain },
            known ? `${known}, ${words.number(number)}` : words.number(number),
          );
        const pick = ({ target }) => choose(team, target.value ? Number(target.value) : null);
        return h(
          "li",
          null,
          h(
            "div",
            null,
            h("strong", null, name),
            h("p", { class: "under" }, words.members_of(own.length)),
          ),
          h(
            "select",
            {
              "aria-label": words.captain_of(name),
              value: captain ?? "",
              disabled: card.isBusy || !own.length || !card.hass.connected,
              onchange: pick,
            },
            h("option", { value: "", selected: !captain }, words.nobody),
            own.map(option),
          ),
        );
      }),
    ),
  );
}

/** Return the card of who has no team, and who no score. */
export function lackingCard(card, { members, teams }) {
  const words = card.text.challenge;
  const teamless = members.filter(({ team }) => teams[team] === undefined);
  const scoreless = members.filter(({ has_score: hasScore }) => !hasScore);
  const path = pageBeside("collection");
  return h(
    "ha-card",
    { class: "lacking-card" },
    teamless.length > 0 && [
      h("h2", null, words.without_team(teamless.length)),
      named(words, teamless),
    ],
    h("h2", null, scoreless.length ? words.without_score(scoreless.length) : words.all_have_scores),
    named(words, scoreless),
    scoreless.length > 0 && h("p", { class: "under" }, words.without_score_next),
    h(
      "a",
      { href: path, class: "button", onclick: (event) => card.follow(event, path) },
      words.to_collection,
    ),
  );
}

const named = (words, members) =>
  h(
    "p",
    { class: "names" },
    members
      .slice(0, NAMED)
      .map((member) => nameOf(words, member))
      .join(", "),
    members.length > NAMED && ` ${words.and_others(members.length - NAMED)}`,
  );
