/** What the bars of what is counted look like, and how that is said in a legend. */

import { h } from "../dom.js";

export const hue = (fill, line = fill) => ({ fill: `var(${fill})`, line: `var(${line})` });

export const LOOKS = {
  bought: hue("--consumption-fill", "--consumption"),
  consumed: hue("--consumption-fill", "--consumption"),
  produced: hue("--production-fill", "--production"),
  sold: { ...hue("--injected-fill", "--injected"), pattern: "hatched" },
  gas: hue("--others"),
  water: hue("--series-2"),
};

const paint = ({ fill, line }) =>
  `background-color: ${fill}; border-color: ${line ?? "transparent"}`;

/** Return a part of a bar, as long as its part of the whole. */
export const partOf = (part, look) =>
  h("span", { class: look.pattern, style: `flex: ${part}; ${paint(look)}` });

export const legend = ({ name, ...look }) =>
  h("li", h("span", { class: `swatch ${look.pattern || ""}`, style: paint(look) }), name);
