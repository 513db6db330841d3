/** How each of several series is drawn: its colour and its dash. */

import { h } from "./dom.js";

/** Return a colour and a dash for each series: the first of each kind has the colour of the kind. */
export function colours(series) {
  const taken = new Set();
  const others = ["series-2", "series-3", "injected", "others", "ghost"];
  const dashes = { "series-2": "8 3", "series-3": "3 3", others: "1 3", ghost: "10 3 2 3" };
  const free = () => others.find((other) => !taken.has(other)) ?? "others";
  const own = { production: "production", injected: "injected", bought: "consumption" };
  own.consumption = "consumption";
  return new Map(
    series.map((one) => {
      const wanted = own[one.kind];
      const colour = wanted && !taken.has(wanted) ? wanted : free();
      taken.add(colour);
      const hasPale = ["production", "consumption"].includes(colour);
      const pale = hasPale ? `var(--${colour}-pale)` : "none";
      return [one.statistic, { line: `var(--${colour})`, dash: dashes[colour], pale }];
    }),
  );
}

/** Return how a series is drawn, small. */
export const stroke = ({ line, dash }, isEmpty) =>
  isEmpty
    ? h("span.swatch.none")
    : h("span.stroke", {
        style: `border-top: 3px ${dash ? "dashed" : "solid"} ${line}`,
      });
