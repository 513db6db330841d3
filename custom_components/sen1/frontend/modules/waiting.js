/** What comes next and what is waited for, before it is put into words. */

import { may } from "./roles.js";

/** Return the list; who is no administrator is told nothing. */
export async function nextSteps(hass) {
  if (!hass?.connected || !may(hass, "set_up")) return [];
  return hass.callWS({ type: "sen1/next_steps", language: hass.locale.language });
}

export const isWaiting = ({ state }) => state === "waiting";
export const isYours = ({ state }) => state === "yours";
