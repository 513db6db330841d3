/** What does one kWh do? Six examples with what they assume, and the building's own figure. */

import { h, haIcon } from "../dom.js";
import { figureCard } from "./parts.js";

/** Each example with its drawing; its words and its assumption are in the texts. */
const EXAMPLES = {
  lamp: ["mdi:lightbulb-on-outline", "--production"],
  water: ["mdi:pot-steam", "--consumption"],
  laundry: ["mdi:washing-machine", "--consumption"],
  bike: ["mdi:bicycle-electric", "--consumption"],
  heater: ["mdi:radiator", "--production"],
  pedal: ["mdi:bike", "--consumption"],
};
const HOURS_OF_DAY = 24;

export const title = ({ text }) => text.wall.one_kwh;
export const isPossible = (wall) =>
  wall.has(wall.consumption) && wall.compared.isPower(wall.consumption.statistic);
export const note = ({ consumption, text }) => `${consumption.full}. ${text.wall.about}`;

export function content(wall) {
  const { text, formats, compared, consumption } = wall;
  const { statistic } = consumption;
  const found = compared.summary(statistic, compared.told[statistic].parts);
  const { mean } = found;
  const days = Math.round((compared.period.end - compared.period.begin) / 86_400_000);
  const whole = compared.known(statistic) > 0.99;
  const { value } = compared.total(statistic, found);
  const words = text.wall;
  return [
    h(
      "div.six",
      Object.entries(EXAMPLES).map(([key, [icon, colour]]) => {
        const [figure, what, assumed] = words.examples[key];
        return figureCard(icon, figure, what, colour, h("p.words.soft.small", assumed));
      }),
    ),
    h(
      "ha-card.verdict",
      haIcon("mdi:home-lightning-bolt-outline"),
      h(
        "p.words.grow",
        whole && words.used_in(formats.number(value), formats.number(days)),
        " ",
        h("strong", words.one_every(often(wall, mean))),
      ),
      h("p.big", wall.energy(mean * HOURS_OF_DAY), h("small", words.per_day)),
    ),
  ];
}

/** Return how long one kWh lasts at a mean power, in words. */
function often({ text, formats }, power) {
  const minutes = 60 / power;
  if (minutes < 1.5) return text.wall.seconds(formats.number(minutes * 60));
  if (minutes < 90) return text.wall.minutes(formats.number(minutes));
  return text.wall.hours(formats.number(minutes / 60, 1));
}
