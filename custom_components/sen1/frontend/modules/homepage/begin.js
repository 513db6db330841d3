/** The first visit: how a home becomes known, the quickest way first; one is enough. */

import { pageBeside } from "../address.js";
import { h, haIcon, named } from "../dom.js";
import { openForm } from "../opener.js";

/** Each way in: what it is called in words, its picture, and the form it begins with. */
const WAYS = [
  ["link", "mdi:link-variant"],
  ["enedis", "mdi:cloud-download-outline", { steps: ["enedis"] }],
  ["live", "mdi:power-plug-outline", {}],
  ["file", "mdi:file-upload-outline", { steps: ["import_file"] }],
];

/** Return the ways in, for who may add something; others are told who can. */
export function begin(card) {
  const words = card.text.home.begin;
  if (!card.may("set_up")) return [h("ha-card", card.empty(words.none, words.none_next))];
  return [
    h("h1", words.title),
    h("p.lead", words.one_is_enough),
    WAYS.map(([key, icon, form]) => {
      const [title, under, when] = words.ways[key];
      const told = [
        h("span.round", haIcon(icon)),
        h("div", named(title, under), when && h("span.chip", when)),
        haIcon("mdi:chevron-right"),
      ];
      return h(
        "ha-card",
        form
          ? h("button.step", { type: "button", onclick: () => openForm(card, form) }, told)
          : card.lead(pageBeside("participate"), { class: "step" }, told),
      );
    }),
    h("p.nothing-out", haIcon("mdi:lock", { class: "good" }), words.nothing_leaves),
  ];
}
