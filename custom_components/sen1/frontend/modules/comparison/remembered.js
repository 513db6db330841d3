/** What a person chose to compare last, kept by Home Assistant for its user: another device shows it too. */

import { periodAt, span, startOfDay } from "../calendar.js";

const KEY = "sen1.compare";
const DAY = 86_400_000;

/** Return what was kept, of Compare `{series, mode, how, period}`; or nothing. */
export async function remembered(hass, key = KEY) {
  try {
    return (await hass.callWS({ type: "frontend/get_user_data", key })).value ?? {};
  } catch {
    return {};
  }
}

/** Keep a choice; what cannot be kept is chosen anew next time. */
export function remember(hass, value, key = KEY) {
  hass.callWS({ type: "frontend/set_user_data", key, value }).catch(() => {});
}

/** Return a period as it is kept: the latest of its length stays the latest. */
export function kept({ unit, begin, end }, zone, now = Date.now()) {
  const today = startOfDay(new Date(now), zone);
  if (unit === "days" && end >= today) {
    return { unit, from: Math.round((begin - today) / DAY), days: Math.round((end - begin) / DAY) };
  }
  if (+end > now) return { unit };
  return { unit, begin: begin.toISOString(), end: end.toISOString() };
}

/** Return the period that was kept, or undefined. */
export function taken(kept, zone, now = Date.now()) {
  if (!kept?.unit) return undefined;
  if (kept.begin) {
    return { unit: kept.unit, begin: new Date(kept.begin), end: new Date(kept.end) };
  }
  if (kept.unit === "days") return span(new Date(now), zone, kept.from, kept.days);
  return periodAt(new Date(now), kept.unit, zone);
}
