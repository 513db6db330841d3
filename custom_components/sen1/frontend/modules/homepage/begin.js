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
  if (!card.may("set_up")) return [h("ha-card", null, card.empty(words.none, words.none_next))];
  return [
    h("h1", null, words.title),
    h("p", { class: "lead" }, words.one_is_enough),
    WAYS.map(([key, icon, form]) => {
      const [title, under, when] = words.ways[key];
      const told = [
        h("span", { class: "round" }, haIcon(icon)),
        h("div", null, named(title, under), when && h("span", { class: "chip" }, when)),
        haIcon("mdi:chevron-right"),
      ];
      return h(
        "ha-card",
        null,
        form
          ? h(
              "button",
              { type: "button", class: "step", onclick: () => openForm(card, form) },
              told,
            )
          : card.lead(pageBeside("participate"), { class: "step" }, told),
      );
    }),
    h("p", { class: "nothing-out" }, haIcon("mdi:lock", { class: "good" }), words.nothing_leaves),
  ];
}
