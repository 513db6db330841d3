/** Is the sun enough? The production over the consumption, and the share as a hundred squares. */

import { coverageOf } from "../curves.js";
import { h } from "../dom.js";
import { siteIcon } from "../sites.js";
import { figureCard, squares } from "./parts.js";

export const title = ({ text }) => text.views.wall;
export const isPossible = (wall) =>
  wall.has(wall.production) && wall.has(wall.consumption) && coverageIn(wall).time !== 0;
export const note = ({ production, consumption }) => `${production.full}, ${consumption.full}.`;

export function content(wall) {
  const found = coverageIn(wall);
  return [h("div.main", curve(wall, found), share(wall, found)), figures(wall, found)];
}

const coverageIn = ({ compared, production, consumption }) =>
  compared.coverage(production.statistic, consumption.statistic);

function curve(wall, found) {
  const { compared, text, formats, unit, production, consumption } = wall;
  const hourly = ({ statistic }) => compared.inUnit(statistic, compared.hourly(statistic));
  return h(
    "ha-card",
    coverageOf(text.covered_at(formats.percent(100 * found.share)), {
      period: compared.period,
      step: compared.drawnStep,
      formats,
      width: 1350 * unit,
      height: 690 * unit,
      look: wall.width > 900 ? "wall" : "page",
      production: hourly(production),
      consumption: hourly(consumption),
      names: [text.kinds.production, text.kinds.consumption, text.surplus],
    }),
  );
}

function share({ text, formats }, { share: part }) {
  const sunny = Math.round(100 * part);
  return h(
    "ha-card.share",
    h("div.huge", formats.percent(100 * part)),
    h("p.words", text.wall.by_the_roof),
    squares((i) => i < sunny && "sun"),
    h(
      "p.words",
      text.wall.of_hundred,
      h("br"),
      h("strong", { style: "color: var(--production)" }, text.wall.from_sun(sunny)),
      ", ",
      h("strong", { style: "color: var(--consumption)" }, text.wall.from_grid(100 - sunny)),
    ),
  );
}

function figures(wall, { covered, grid, surplus }) {
  const { text } = wall;
  const place = wall.consumption.sheet?.kind ?? "home";
  const figures = [
    ["mdi:white-balance-sunny", covered + surplus, text.wall.produced, "--production"],
    [siteIcon(place), covered + grid, text.wall.used, "--consumption"],
    ["mdi:transmission-tower-import", surplus, text.wall.sent, "--injected"],
  ];
  return h(
    "div.below",
    figures.map(([icon, value, ...rest]) => figureCard(icon, wall.energy(value), ...rest)),
  );
}
