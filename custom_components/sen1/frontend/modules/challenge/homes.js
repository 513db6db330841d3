/** The homes of my team in a challenge, in order, each with what stands behind its score. */

import { withGaps } from "../collecting/places.js";
import { h, haIcon, subline } from "../dom.js";
import { inOne } from "../formats.js";
import { headOf, scoreRow } from "./board.js";
import { axisOf, homesOf, isCounted, isTold, LEAST_HOMES } from "./scores.js";

/** Beyond so many, the first and the last are shown, and me. */
const SHOWN_WHOLE = 10;
const ENDS = 5;

const MARKS = {
  declared: "mdi:home-outline",
  checked: "mdi:shield-check",
  differs: "mdi:alert-outline",
};

/** Return how a score is borne out: by nothing, by the readings that the organiser has, or not by these. */
export const markOf = ({ is_checked: isChecked }) =>
  ({ true: "checked", false: "differs" })[isChecked] ?? "declared";

/** Return the number of a home, always as wide. */
export const numberOf = (words, number) => words.number(String(number).padStart(3, "0"));

/** Return what a home is called on a page: by its name where it may be seen. */
export const nameOf = (words, { number, name }) => name || numberOf(words, number);

/** Return the card of my team. */
export function homesCard(card, challenge) {
  const { text, formats } = card;
  const words = text.challenge;
  const { board, mine, organiser, teams } = challenge;
  const team = board?.teams[mine.team];
  const name = teams[mine.team];
  if (name === undefined) {
    return h(
      "ha-card.homes-card",
      h("h2", words.no_team),
      subline(words.no_team_next(organiser)),
      privacy(words),
    );
  }
  const isKnown = team && isCounted(team);
  const under =
    isKnown &&
    inOne([
      words.homes_of(team.homes, team.of),
      isTold(team) && words.mean(formats.percent(team.value, 1)),
      words.by_choice,
    ]);
  const title = words.my_team_is(name);
  return h(
    "ha-card.homes-card",
    headOf(title, [under, under && h("br"), captainOf(words, challenge, team)]),
    isKnown
      ? rows(card, homesOf(board, mine.team), mine.number)
      : h("p.blank", words.too_few_mine(LEAST_HOMES)),
    privacy(words),
  );
}

function captainOf(words, { board, mine }, team) {
  const number = team?.captain;
  if (!number) return words.no_captain;
  const home = board.homes.find((one) => one.number === number) ?? { number };
  return words.captain(number === mine.number ? words.you : nameOf(words, home));
}

function rows(card, homes, mine) {
  const words = card.text.challenge;
  const axis = axisOf(homes.map(({ value }) => value));
  const at = homes.findIndex(({ number }) => number === mine);
  const isShown = (i) =>
    homes.length <= SHOWN_WHOLE || i < ENDS || i >= homes.length - ENDS || i === at;
  const list = withGaps(homes, isShown).map((home) =>
    home.skipped
      ? h("li.gap-row", words.others_between(home.skipped.length))
      : row(card, home, axis, home.number === mine),
  );
  return [h("ol.homes", list), h("p.note", words.marks_say)];
}

function row(card, home, axis, isMine) {
  const words = card.text.challenge;
  const mark = markOf(home);
  return scoreRow(card, home.value, axis, {
    look: isMine && "mine",
    rank: home.place,
    who: [
      h("span.name", isMine ? words.me_in_place : nameOf(words, home)),
      h("span", { class: `mark ${mark}` }, haIcon(MARKS[mark]), words.marks[mark]),
    ],
  });
}

const privacy = (words) => h("div.privacy", haIcon("mdi:lock"), h("p", words.privacy));
