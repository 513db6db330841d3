/** My home in a challenge: what it saved, its place in the team, and where that comes from. */

import { pageBeside } from "../address.js";
import { h, haIcon, subline } from "../dom.js";
import { opener } from "../opener.js";
import { energiesOf, headOf, track } from "./board.js";
import { axisOf, digitsOf, homesOf, isCorrected, isTold, periodRead, stepsOf } from "./scores.js";

/** Where what is missing is filled in: a page, or a form. */
const LEADS = {
  past: ["past"],
  year: ["year"],
  import: [undefined, { steps: ["import_file"] }],
  home: [undefined, { steps: ["home"] }],
  site: [undefined, { takes: "goal" }],
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
    "ha-card.mine-card",
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
      "div.answered",
      h(
        "div",
        h("p.answer", formats.percent(Math.abs(mine.value), 1)),
        h("p.is", mine.value < 0 ? words.more(saved) : words.less(saved)),
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
      "div.place",
      h(
        "p.figure",
        own.place,
        h("sup", words.suffix(own.place)),
        h("small", ` ${words.out_of(homes.length)}`),
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

/** Return what was used last year, was expected and was measured as bars, with what changed each. */
function bars({ text, formats }, mine, { before, expected, used, byWeather, byUs }) {
  const words = text.challenge;
  const axis = axisOf([before, expected, used]);
  const bar = (name, value, step, by) =>
    h(
      "li",
      { class: name },
      h("span", words.bars[name]),
      track(value, axis),
      h(
        "span.percent",
        quantityOf(formats, mine, value),
        by && subline(`${step}${text.colon}${formats.number(by, digitsOf(mine), true)}`),
      ),
    );
  return h(
    "ul.steps",
    bar("before", before),
    isCorrected(mine) && bar("expected", expected, words.steps.weather, byWeather),
    bar("used", used, words.steps.us, byUs),
  );
}

/** Return why there is no score yet, and what to do. */
function missing(card, { mine, action }) {
  const { challenge: words, colon } = card.text;
  const unfit = mine.reason === "not_corrected" ? words.unfit[mine.why] : undefined;
  const [why, next, lead] = unfit ?? words.reasons[mine.reason] ?? words.reasons.other;
  const [page, form] = LEADS[lead] ?? [];
  const begins = mine.reason === "not_begun" && words.begins(card.formats.day(action[0]));
  return h(
    "div.blank",
    haIcon("mdi:timer-sand"),
    h("p", h("strong", words.no_score)),
    h("p", begins ? `${why}${colon}${begins}.` : `${why}.`),
    subline(next),
    page && card.lead(pageBeside(page), { class: "button" }, words.leads[lead]),
    form && opener(card, words.leads[lead], form),
  );
}
