/** A goal with a limit: an energy, a cost or a power not to go beyond, a share of the sun to use here. */

import { h, subline } from "../dom.js";
import { CENTS, ENERGY_DIGITS, inOne, sentences } from "../formats.js";
import { gauge, stretch } from "../homepage/pictures.js";
import { ENOUGH } from "./answers.js";
import { hasReason, reasonOf, standing } from "./saving.js";
import { dayOf, daysBetween, spanOf } from "./words.js";

/** How each kind is written: what is done, where it leads, and the limit as it was typed. */
const WRITTEN = {
  energy: (formats, unit = "kWh") => ({
    done: (value) => formats.quantity(value, unit, ENERGY_DIGITS),
    coming: (value) => formats.quantity(value, unit),
    typed: (value) => formats.quantity(value, unit, value % 1 ? ENERGY_DIGITS : 0),
  }),
  cost: (formats) => ({
    done: (value) => formats.money(value),
    coming: (value) => formats.money(value, 0),
    typed: (value) => formats.money(value, value % 1 ? CENTS : 0),
  }),
  max_power: (formats, unit = "kW") => ({
    done: (value) => formats.power(value, unit),
    typed: (value) => formats.power(value),
  }),
  self_consumption: (formats) => ({
    typed: (value) => formats.percent(value, value % 1 ? 1 : 0),
  }),
};

/** Return what has been reached: of the sun a share, else an amount. */
const reached = ({ kind, done }) => (kind === "self_consumption" ? done.percent : done.value);

/** Return what is shown of such a goal. */
export function limited(card, goal) {
  const { text, formats, site } = card;
  const words = text.goals;
  const { kind, done, known } = goal;
  const span = daysBetween(goal.begin, goal.end, formats.zone);
  const title = card.head(
    goal.name,
    `${site.name}, ${ofWhat(text, goal)}, ${spanOf(span, formats)}`,
    card.editor(goal),
  );
  if (!done) return [title, card.empty(words.states.unknown, reasonOf(words, goal))];
  const write = WRITTEN[kind](formats, done.unit);
  const said = [
    sentence(card, goal, write),
    +span.end > Date.now() && words.shapes[goal.shape],
    known < ENOUGH && words.known(formats.percent(Math.floor(100 * known))),
  ];
  return [
    title,
    bar(card, goal, write),
    h("p", sentences(said)),
    card.stands(
      goal,
      h("span", h("strong", stateOf(words, goal)), more(card, goal, write)),
      hasReason(goal) && subline(reasonOf(words, goal)),
    ),
  ];
}

/** Return what is counted. */
const ofWhat = (text, { kind, quantity }) =>
  text.goals.kinds[kind] ?? text.quantities[quantity].toLowerCase();

function stateOf(words, goal) {
  const stands = standing(goal);
  const own = words.limit_states[["energy", "cost"].includes(goal.kind) ? "budget" : goal.kind];
  return own[stands] ?? words.states[stands];
}

/** Return what is left to a limit, or goes beyond it. */
function more({ text }, goal, write) {
  const { kind, done, target, state } = goal;
  const left = target - done.value;
  // What is measured in kW says less of how near a limit in kVA is.
  if (kind === "max_power" && done.unit !== "kVA") return false;
  // Of what will be too much, what is left today is no comfort.
  if (
    kind === "self_consumption" ||
    state === "unknown" ||
    (standing(goal) === "short" && left > 0)
  )
    return false;
  const word = kind === "max_power" ? "margin" : "left";
  // As printed, the margin is the difference of what is printed.
  const written = write.done(Math.abs(Number(left.toFixed(2))));
  return `${text.colon}${text.goals[left < 0 ? "beyond" : word](written)}`;
}

function sentence({ text, formats }, { kind, done, used, expected, heading, at }, write) {
  const words = text.goals;
  if (kind === "max_power") {
    const when = at && `${dayOf(at, formats)} ${text.at} ${formats.time(at)}`;
    return inOne([write.done(done.value), when]);
  }
  if (kind === "self_consumption") {
    const [own, all] = [used, expected?.value].map((one) => formats.energy(one));
    return words.of_sun(formats.percent(done.percent, 1), own, all);
  }
  return sentences([
    words.so_far(write.done(done.value)),
    heading && words.leads(...[heading.value, heading.low, heading.high].map(write.coming)),
  ]);
}

function bar({ text }, goal, write) {
  const { kind, target, heading } = goal;
  const value = reached(goal);
  const isSun = kind === "self_consumption";
  const led = ["energy", "cost"].includes(kind) ? heading : undefined;
  const most = isSun ? 100 : 1.06 * Math.max(target, led?.high ?? 0, value);
  const parts = isSun
    ? [
        ["sent", value / most, 1],
        ["sun", 0, value / most],
      ]
    : [...(led ? stretch(led, most) : []), ["", 0, value / most]];
  return gauge(parts, ["0", text.goals.target(write.typed(target))], {
    look: "aim",
    mark: target / most,
  });
}
