/** What comes next and what is waited for, before it is put into words. */

import { may } from "./roles.js";

/** So many stand on Home at most. */
export const FEW = 4;

/** Return the list; who is no administrator is told nothing. */
export async function nextSteps(hass) {
  if (!hass?.connected || !may(hass, "set_up")) return [];
  return hass.callWS({ type: "sen1/next_steps" });
}

export const isWaiting = ({ state }) => state === "waiting";
const isYours = ({ state }) => state === "yours";

/** Return the few that Home shows: what others do, then what is one's own turn, which goes first. */
export function fewOf(rows, wanted) {
  const asked = rows.filter(({ step }) => !wanted || wanted.includes(step));
  const waiting = asked.filter(isWaiting);
  const yours = asked.filter(isYours).slice(0, waiting.length ? FEW - 1 : FEW);
  return [...waiting.slice(0, FEW - yours.length), ...yours];
}
