/** My home in a challenge: what it saved, its place in the team, and where that comes from. */

import { PAGE } from "../card.js";
import { h, haIcon, s, subline } from "../dom.js";
import { pageBeside } from "../sharing/address.js";
import { energiesOf, headOf } from "./board.js";
import { digitsOf, homesOf, isCorrected, isTold, periodRead, stepsOf } from "./scores.js";

const WIDTH = 330;
const HEIGHT = 236;
const TOP = 34;
const BOTTOM = 186;
const THICK = 62;
const LOOKS = {
  before: { fill: "none", stroke: "var(--ghost)", "stroke-dasharray": "3 3" },
  expected: { fill: "var(--consumption-pale)", stroke: "var(--consumption)" },
  used: { fill: "var(--consumption)", stroke: "var(--consumption)" },
};

/** Return the card of my home. */
export function mineOf(card, challenge) {
  const words = card.text.challenge;
  const { mine, action, through, energies } = challenge;
  const period = periodRead(card.formats, [action[0], through ?? action[1]]);
  const counted =
    energies.length < 2 ? words.energy_alone[energies[0]] : energiesOf(energies, card.text);
  const isKnown = isTold(mine) && !mine.reason;
  return h(
    "ha-card",
    { class: "mine-card" },
    headOf(words.my_home, `${period}, ${counted}`),
    isKnown ? known(card, challenge) : missing(card, challenge),
  );
}

function known(card, challenge) {
  const { text, formats } = card;
  const words = text.challenge;
  const { mine, energies } = challenge;
  const steps = stepsOf(mine);
  // What is counted in several units comes to no one quantity.
  const isOne = energies.length < 2;
  const saved = steps && isOne && quantityOf(formats, mine, Math.abs(steps.byUs));
  return [
    h(
      "div",
      { class: "answered" },
      h(
        "div",
        null,
        h("p", { class: "answer" }, formats.percent(Math.abs(mine.value), 1)),
        h("p", { class: "is" }, mine.value < 0 ? words.more(saved) : words.less(saved)),
      ),
      placeOf(card, challenge),
    ),
    steps && [
      !isOne && subline(words.of_one(words.energy[mine.energy])),
      bars(card, mine, steps),
      subline(because(card, mine, steps)),
    ],
    Number.isFinite(mine.coverage) && subline(words.measured(formats.percent(100 * mine.coverage))),
  ];
}

const quantityOf = (formats, mine, value) => formats.quantity(value, mine.unit, digitsOf(mine));

/** Return the place among the homes of the team, where the board tells it. */
function placeOf({ text }, { board, mine }) {
  const words = text.challenge;
  const homes = board ? homesOf(board, mine.team) : [];
  const own = homes.find(({ number }) => number === mine.number);
  return (
    own &&
    h(
      "div",
      { class: "place" },
      h(
        "p",
        { class: "figure" },
        own.place,
        h("sup", null, words.suffix(own.place)),
        h("small", null, ` ${words.out_of(homes.length)}`),
      ),
      subline(words.in_my_team),
    )
  );
}

function because({ text, formats }, mine, { byWeather }) {
  const words = text.challenge;
  if (!isCorrected(mine)) return words.not_corrected;
  if (!byWeather) return words.same_weather;
  const told = quantityOf(formats, mine, Math.abs(byWeather));
  return byWeather < 0 ? words.milder(told) : words.colder(told);
}

/** Draw what was used last year, what was expected and what was measured, with the steps between. */
function bars({ text, formats }, mine, steps) {
  const words = text.challenge;
  const { before, expected, used, byWeather, byUs } = steps;
  const withWeather = isCorrected(mine);
  const digits = digitsOf(mine);
  const shown = [["before", before], withWeather && ["expected", expected], ["used", used]].filter(
    Boolean,
  );
  const between = [withWeather && [words.steps.weather, byWeather], [words.steps.us, byUs]].filter(
    Boolean,
  );
  const pitch = withWeather ? 122 : 160;
  const left = (WIDTH - pitch * (shown.length - 1) - THICK) / 2;
  const most = Math.max(...shown.map(([, value]) => value)) || 1;
  const y = (value) => BOTTOM - (value / most) * (BOTTOM - TOP);
  const told = (value) => quantityOf(formats, mine, value);
  const label = words.bars_say(told(before), withWeather && told(expected), told(used));
  const write = (x, at, size, said, isStrong) =>
    s(
      "text",
      {
        x,
        y: at,
        "text-anchor": "middle",
        "font-size": size,
        class: isStrong && "strong",
        "font-weight": isStrong && 500,
      },
      said,
    );
  return s(
    "svg",
    { class: "steps", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
    s("text", { x: 0, y: 12, "font-size": 12 }, mine.unit),
    shown.map(([name, value], i) => {
      const x = left + i * pitch;
      const middle = x + THICK / 2;
      return [
        s("rect", {
          x,
          y: y(value),
          width: THICK,
          height: BOTTOM - y(value),
          "data-bar": name,
          ...LOOKS[name],
        }),
        write(middle, y(value) - 7, 14, formats.number(value, digits), true),
        words.bars[name].map((line, at) => write(middle, BOTTOM + 16 + 15 * at, 12, line)),
      ];
    }),
    between.map(([name, value], i) => {
      const middle = left + THICK / 2 + (i + 0.5) * pitch;
      return [
        write(middle, TOP + 66, 15, formats.number(value, digits, true), true),
        write(middle, TOP + 83, 12, name),
      ];
    }),
    s("path", { d: `M0 ${BOTTOM}H${WIDTH}`, stroke: "var(--axis)" }),
  );
}

/** Return why there is no score yet, and what to do. */
function missing(card, { mine, action }) {
  const { challenge: words, colon } = card.text;
  const unfit = mine.reason === "not_corrected" ? words.unfit[mine.why] : undefined;
  const [why, next, lead] = unfit ?? words.reasons[mine.reason] ?? words.reasons.other;
  const path = lead === "settings" ? card.may("set_up") && PAGE : lead && pageBeside(lead);
  const begins = mine.reason === "not_begun" && words.begins(card.formats.day(action[0]));
  return h(
    "div",
    { class: "blank" },
    haIcon("mdi:timer-sand"),
    h("p", null, h("strong", null, words.no_score)),
    h("p", null, begins ? `${why}${colon}${begins}.` : `${why}.`),
    subline(next),
    path && card.lead(path, { class: "button" }, words.leads[lead]),
  );
}
