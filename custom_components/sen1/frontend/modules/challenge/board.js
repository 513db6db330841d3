/** The teams of a challenge: bars in order, who is too few to be told, and how it is counted. */

import { pageBeside } from "../address.js";
import { h, haIcon, subline } from "../dom.js";
import { inOne } from "../formats.js";
import { listed } from "../listed.js";
import {
  axisOf,
  barOf,
  inOrder,
  isCounted,
  isTold,
  kindOf,
  LEAST_HOMES,
  todayIn,
} from "./scores.js";

/** Return the title of one of several cards, what stands under it, and what beside it. */
export const headOf = (title, under, aside) =>
  h("div.head", h("div", h("h2", title), under && subline(under)), aside);

/** Return what energies are called together, by the words of `kind`. */
export const energiesOf = (energies, text, kind = "energy") =>
  listed(
    energies.map((one) => text.challenge[kind][one]),
    text,
  );

/**
 * Return how far a challenge is, in words: `over` says them once its last day is final, `until` of the
 * last day that is measured.
 */
export function standingOf({ text, formats }, challenge, over, until) {
  const words = text.challenge;
  const { action, week, weeks, through, is_final: isFinal } = challenge;
  const [begin, end] = action;
  const today = todayIn(formats.zone);
  if (today < begin) return words.begins(formats.day(begin));
  if (isFinal) return over(formats.day(end));
  if (today > end) return words.waits_for_end(formats.day(end));
  return inOne([words.week_of(week, weeks), through && until(through)]);
}

/** Return the card of the teams; who sets up screens is led to those of a hall. */
export function teamsOf(card, challenge) {
  const words = card.text.challenge;
  const { board, rule, energies, action } = challenge;
  const day = card.formats.day(action[0]);
  return h(
    "ha-card.teams-card",
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
  return h("div.rule", haIcon("mdi:thermometer"), h("p", h("strong", name), colon, is));
}

function noBoard({ text }, { role, organiser }) {
  const words = text.challenge;
  const next =
    role === "organiser"
      ? words.no_board_mine(LEAST_HOMES)
      : words.no_board_next(organiser, LEAST_HOMES);
  return h("div.blank", h("p", words.no_board), subline(next));
}

function rows(card, { board, mine, members }) {
  const words = card.text.challenge;
  const axis = axisOf([...board.teams, board].map(({ value }) => value));
  const all = board.teams.reduce((sum, { of }) => sum + of, 0);
  const who = (name, under) => [h("strong", name), subline(under)];
  return h(
    "ol.teams",
    inOrder(board.teams).map((team) => {
      const isMine = mine?.team === team.index;
      return scoreRow(card, team.value, axis, {
        look: isMine && "mine",
        rank: rankOf(words, team.rank),
        who: who(isMine ? words.my_team(team.name) : team.name, about(card, team, members)),
        why: isCounted(team) ? words.in_the_end : words.too_few(LEAST_HOMES),
      });
    }),
    isTold(board) &&
      scoreRow(card, board.value, axis, {
        look: "everyone",
        who: who(words.all_together, measured(card, board.count, all, board.coverage)),
      }),
  );
}

/** Return a row of a list of scores: its rank, whose it is, and its bar, or `why` it has none. */
export function scoreRow({ formats }, value, axis, { look, rank, who, why }) {
  const isKnown = Number.isFinite(value);
  return h(
    "li",
    { class: look },
    h("span.rank", rank),
    h("div.who", who),
    isKnown ? track(value, axis) : h("div.untold", h("span", why)),
    h("span.percent", isKnown ? formats.percent(value, 1) : "–"),
  );
}

const rankOf = (words, rank) => [
  h("span", { "aria-hidden": "true" }, rank ?? "–"),
  h("span.hidden", rank ? words.rank(rank) : words.unranked),
];

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
  return inOne([words.homes_of(count, all), part], " · ");
}

/** Return the bar of a value on an axis that all bars beside it have. */
export function track(value, axis) {
  const { from, length } = barOf(value, axis);
  return h(
    "div.track",
    { "aria-hidden": "true" },
    h("span", { style: `margin-inline-start: ${from}%; width: ${length}%` }),
  );
}
