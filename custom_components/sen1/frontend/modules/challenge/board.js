/** The teams of a challenge: bars in order, who is too few to be told, and how it is counted. */

import { pageBeside } from "../address.js";
import { h, haIcon, subline } from "../dom.js";
import { listed } from "../listed.js";
import { axisOf, barOf, inOrder, isCounted, isTold, kindOf, LEAST_HOMES } from "./scores.js";

/** Return the title of one of several cards, what stands under it, and what beside it. */
export const headOf = (title, under, aside) =>
  h("div", { class: "head" }, h("div", null, h("h2", null, title), under && subline(under)), aside);

/** Return what energies are called together, by the words of `kind`. */
export const energiesOf = (energies, text, kind = "energy") =>
  listed(
    energies.map((one) => text.challenge[kind][one]),
    text,
  );

/** Return the card of the teams; who sets up screens is led to those of a hall. */
export function teamsOf(card, challenge) {
  const words = card.text.challenge;
  const { board, rule, energies, action } = challenge;
  const day = card.formats.day(action[0]);
  return h(
    "ha-card",
    { class: "teams-card" },
    headOf(
      words.teams,
      words.saved(energiesOf(energies, card.text, "of_energy"), words.counted[kindOf(rule)](day)),
      card.may("roles") && card.link(pageBeside("roles"), words.hall),
    ),
    board ? rows(card, challenge) : noBoard(card, challenge),
    ruleOf(card.text, rule),
  );
}

/** Return what a rule does, in words. */
export function ruleOf({ challenge: { rules }, colon }, rule) {
  const { name, is } = rules[rule];
  return h(
    "div",
    { class: "rule" },
    haIcon("mdi:thermometer"),
    h("p", null, h("strong", null, name), colon, is),
  );
}

function noBoard({ text }, { role, organiser }) {
  const words = text.challenge;
  const next =
    role === "organiser"
      ? words.no_board_mine(LEAST_HOMES)
      : words.no_board_next(organiser, LEAST_HOMES);
  return h("div", { class: "blank" }, h("p", null, words.no_board), subline(next));
}

function rows(card, { board, mine, members }) {
  const { text, formats } = card;
  const words = text.challenge;
  const axis = axisOf([...board.teams, board].map(({ value }) => value));
  const all = board.teams.reduce((sum, { of }) => sum + of, 0);
  return h(
    "ol",
    { class: "teams" },
    inOrder(board.teams).map((team) => {
      const isMine = mine?.team === team.index;
      return h(
        "li",
        { class: isMine && "mine" },
        rankOf(words, team.rank),
        h(
          "div",
          { class: "who" },
          h("strong", null, isMine ? words.my_team(team.name) : team.name),
          subline(about(card, team, members)),
        ),
        isTold(team) ? track(team.value, axis) : untold(words, team),
        h("span", { class: "percent" }, isTold(team) ? formats.percent(team.value, 1) : "–"),
      );
    }),
    isTold(board) &&
      h(
        "li",
        { class: "everyone" },
        h("span", { class: "rank" }),
        h(
          "div",
          { class: "who" },
          h("strong", null, words.all_together),
          subline(measured(card, board.count, all, board.coverage)),
        ),
        track(board.value, axis),
        h("span", { class: "percent" }, formats.percent(board.value, 1)),
      ),
  );
}

const rankOf = (words, rank) =>
  h(
    "span",
    { class: "rank" },
    h("span", { "aria-hidden": "true" }, rank ?? "–"),
    h("span", { class: "hidden" }, rank ? words.rank(rank) : words.unranked),
  );

/** Return how many homes a score is of; of too few only who organises is told even that. */
function about(card, team, members) {
  const words = card.text.challenge;
  if (isCounted(team)) return measured(card, team.homes, team.of, team.coverage);
  const of = members ? members.filter((one) => one.team === team.index + 1).length : team.of;
  return members || of >= LEAST_HOMES ? words.registered(of) : words.registered_fewer(LEAST_HOMES);
}

function measured({ text, formats }, count, all, coverage) {
  const words = text.challenge;
  const part = Number.isFinite(coverage) && words.of_measures(formats.percent(100 * coverage));
  return [words.homes_of(count, all), part].filter(Boolean).join(" · ");
}

function untold(words, team) {
  const why = isCounted(team) ? words.in_the_end : words.too_few(LEAST_HOMES);
  return h("div", { class: "untold" }, h("span", null, why));
}

/** Return the bar of a value on an axis that all bars beside it have. */
export function track(value, axis) {
  const { from, length } = barOf(value, axis);
  return h(
    "div",
    { class: "track", "aria-hidden": "true" },
    h("span", { style: `margin-inline-start: ${from}%; width: ${length}%` }),
  );
}
