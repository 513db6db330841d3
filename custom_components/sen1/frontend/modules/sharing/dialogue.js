/** A dialogue over the page that is drawn anew in place, as a card is. */

import { button } from "../card.js";
import { h, update } from "../dom.js";
import { wear } from "../style.js";
import { textsOf } from "../texts.js";
import { wayOf } from "./lists.js";
import { sheet } from "./style.js";

/**
 * Open a dialogue over a card; `content` returns what it shows below its heading, which is its label
 * unless told otherwise: at first, and whenever something was typed or chosen in it. Returns
 * `{dialog, redraw, close}`, and calls `onClose` once it is gone, however that came.
 */
export function opened(card, label, content, { onClose, heading = titleOf(label) } = {}) {
  wear(card, sheet);
  const close = () => dialog.close();
  const redraw = () =>
    dialog.isConnected &&
    update(dialog, [cross(), heading, content()].flat(Infinity).filter(Boolean));
  const dialog = h("dialog", {
    class: `${card.frame.className} wide`,
    "aria-label": label,
    // A box is chosen once it changed: what is drawn before would put it back.
    oninput: ({ target }) => target.oninput && redraw(),
    onchange: redraw,
    onclose: () => {
      dialog.remove();
      onClose?.();
    },
  });
  const cross = () =>
    button(undefined, "mdi:close", close, { class: "icon", "aria-label": card.text.close });
  card.root.append(dialog);
  redraw();
  dialog.showModal();
  return { dialog, redraw, close };
}

/** Return the words of the dialogues, which no page loads before one is opened. */
export async function wordsOf(card) {
  const text = await textsOf(card.language, "keys");
  return text.keys;
}

/** Return the title of a dialogue, from which on it is read. */
export const titleOf = (title) => h("h2", { tabindex: "-1", autofocus: true }, title);

/**
 * Return what answers whether a friend's key is the one that was heard: `{same, other, later}`. `state`
 * tells `isBusy` and `failed` to the dialogue, which `shown` returns.
 */
export function answersAboutKey(card, { entry_id, friend_id }, state, shown) {
  const say = (same) => async () => {
    state.isBusy = true;
    shown().redraw();
    try {
      await card.hass.callWS({ type: "sen1/confirm_key", entry_id, friend_id, same });
      shown().close();
    } catch {
      Object.assign(state, { isBusy: false, failed: true });
      shown().redraw();
    }
  };
  return { same: say(true), other: say(false), later: () => shown().close() };
}

/** Return an answer as a row: what one found out, and what follows. */
export const answerRow = (icon, title, follows, onclick, disabled) =>
  button(wayOf(icon, title, follows), undefined, onclick, { class: "whole heard", disabled });
