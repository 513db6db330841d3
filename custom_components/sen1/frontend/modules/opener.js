/** Buttons that open a form of their own over the page; what can be `asked` says flow.js. */

import { button } from "./card.js";

/** Return a button that opens a form, for who may set things up. */
export const opener = (card, label, asked, { icon = "mdi:plus", ...properties } = {}) =>
  card.may("set_up") &&
  button(label, icon, () => openForm(card, asked), {
    disabled: !card.hass.connected,
    ...properties,
  });

/** Return a button that opens what a friend offers, to ask for some of it. */
export const asker = (card, label, friendId) =>
  opener(
    card,
    label,
    { subentry: "friend", subentry_id: friendId, steps: ["offers"] },
    { icon: "mdi:eye-outline", class: "small" },
  );

/** Open the dialogue that shares the home over a card; what can be `asked` says share.js. */
export const openShare = (card, asked, onShared) =>
  card.attempt(async () => {
    const { share } = await import("./sharing/share.js");
    await share(card, asked, onShared);
  });

/** Open a form over a card, fetched once it is needed. */
export const openForm = (card, asked, more) =>
  card.attempt(async () => {
    const { openFlow } = await import("./flow.js");
    await openFlow(card, { ...asked }, more);
  });
