/** The challenge of a screen: the teams, and what all saved together; nothing of any home. */

import { AskingChallenges } from "../challenge/asked.js";
import { energiesOf, scoreRow, standingOf } from "../challenge/board.js";
import { sheet } from "../challenge/hall_style.js";
import {
  axisOf,
  daysBetween,
  daysLeft,
  inOrder,
  isCounted,
  isTold,
  kindOf,
  LEAST_HOMES,
  SQUARES,
  squaresOf,
  todayIn,
} from "../challenge/scores.js";
import { h } from "../dom.js";
import { listed } from "../listed.js";
import { figureCard, squares } from "../wall/parts.js";
import { sheet as wallSheet } from "../wall/style.js";

/** Teams that a screen has room for. */
const MOST = 8;
/** Teams beyond which each has one line. */
const TALL = 4;
/** Pixels that all have of a screen, and what of it the words about others take. */
const ROOM = 540;
const LINE = 48;

export default class Hall extends AskingChallenges {
  static sheets = [wallSheet, sheet];

  get words() {
    return this.text.challenge.screen;
  }

  instead = () => super.instead(this.text.challenge);

  page({ challenges: [challenge] }) {
    const { words } = this;
    if (!challenge) return [h("ha-card", this.empty(words.none, words.none_next))];
    return [
      h(
        "div.wall.hall",
        !this.hass.connected && this.offline(),
        h("div.header", h("h1", challenge.title), h("span.date", this.standing(challenge))),
        h("div.main", this.teams(challenge), this.together(challenge)),
        this.figures(challenge),
      ),
    ];
  }

  /** Return how far it is, and in the end who saved most. */
  standing(challenge) {
    const { words, formats } = this;
    const until = (day) => words.until(formats.day(day));
    return standingOf(this, challenge, (end) => this.over(challenge, end), until);
  }

  over({ board }, end) {
    const { words, formats, text } = this;
    const first = (board?.teams ?? []).filter(({ rank }) => rank === 1);
    if (!first.length) return words.over(end);
    const names = first.map(({ name }) => name);
    const percent = formats.percent(first[0].value, 1);
    if (names.length < 2) return words.over_with(names[0], percent);
    return words.over_tied(listed(names, text), percent);
  }

  teams({ board, teams, rule, energies }) {
    const { words } = this;
    const kind = kindOf(rule);
    const known = board ? inOrder(board.teams) : teams.map((name) => ({ name }));
    const shown = known.length > MOST ? known.slice(0, MOST - 1) : known;
    const room = known.length > shown.length ? ROOM - LINE : ROOM;
    const axis = axisOf(known.map(({ value }) => value));
    return h(
      "ha-card",
      h("p.words.soft", words.title(energiesOf(energies, this.text, "of_energy"), words.how[kind])),
      h(
        "ol",
        { class: shown.length > TALL && "many", style: `--row: ${room / shown.length}` },
        shown.map((team) => this.team(team, axis)),
      ),
      known.length > shown.length &&
        h("p.words.soft.small", words.other_teams(known.length - shown.length)),
      h("p.words.soft.small", words.notes[kind]),
    );
  }

  team(team, axis) {
    const { text, words } = this;
    const { name, rank, homes, of, value } = team;
    const counted = of < LEAST_HOMES ? words.fewer_homes(LEAST_HOMES) : text.challenge.homes(of);
    const count = isCounted(team) ? text.challenge.homes_of(homes, of) : counted;
    return scoreRow(this, value, axis, {
      look: rank === 1 && "first",
      rank: rank ?? "–",
      who: [h("p.name", name), of !== undefined && h("p.count", count)],
      why: isCounted(team) ? text.challenge.in_the_end : words.untold(LEAST_HOMES),
    });
  }

  /** Return what all saved together, as squares of a hundred where some were saved. */
  together({ board, rule }) {
    const { words, formats } = this;
    if (!board || !isTold(board)) {
      return h(
        "ha-card.share",
        h("p.words", words.together_none),
        h("p.words.soft", words.together_none_next(LEAST_HOMES)),
      );
    }
    const { value } = board;
    const kind = kindOf(rule);
    const isGroup = kind === "group";
    const saved = value < 0 ? words.together_more : words.together;
    return h(
      "ha-card.share",
      h("div.huge", formats.percent(isGroup ? value : Math.abs(value), 1, isGroup)),
      h("p.words", isGroup ? words.together_group : saved),
      !isGroup && [
        // What was saved is empty and ticked.
        squares((i) => i >= SQUARES - squaresOf(value) && "saved"),
        h(
          "p.words",
          words.of_hundred[kind],
          h("br"),
          h("strong", { class: value > 0 && "good" }, this.saved(value)),
          h("br"),
          h("span.soft.small", words.in_the_mean),
        ),
      ],
    );
  }

  saved(value) {
    const { words } = this;
    const whole = Math.round(Math.abs(value));
    if (value === 0) return words.none_saved;
    return value > 0 ? words.saved(whole) : words.lost(whole);
  }

  figures(challenge) {
    const { words, formats } = this;
    const { board } = challenge;
    const all = board?.teams.reduce((sum, { of }) => sum + of, 0);
    const scored = board?.count ? formats.number(board.count) : words.fewer(LEAST_HOMES);
    return h(
      "div.below",
      figureCard(
        "mdi:home-group",
        board ? [scored, smaller(words.homes(formats.number(all)))] : "–",
        words.have_score,
      ),
      figureCard(
        "mdi:database-check",
        [
          Number.isFinite(board?.coverage) ? formats.percent(100 * board.coverage) : "–",
          smaller(words.measures),
        ],
        words.arrived,
      ),
      this.days(challenge),
    );
  }

  days(challenge) {
    const { words, formats } = this;
    const { action, is_final: isFinal } = challenge;
    const today = todayIn(formats.zone);
    if (isFinal || today > action[1]) {
      const said = isFinal ? words.on(formats.day(action[1])) : words.last_scores;
      return figureCard("mdi:flag-checkered", words.finished, said);
    }
    const isBefore = today < action[0];
    const count = isBefore ? daysBetween(today, action[0]) : daysLeft(challenge, today);
    const day = formats.day(action[isBefore ? 0 : 1], { day: "numeric", month: "long" });
    return figureCard(
      "mdi:calendar-clock",
      [formats.number(count), smaller(words.days(count))],
      isBefore ? words.to_begin(day) : words.left(day),
    );
  }
}

const smaller = (unit) => h("small", ` ${unit}`);
