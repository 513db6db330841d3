/** What a member lacks, in words, and when it was last heard of. */

import { dateOf, dayOf } from "../inviting/times.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Return what is missing of a member, or "" of one that lacks nothing. */
export function lackOf({ lacks }, words, formats, now = Date.now()) {
  if (!lacks) return "";
  const at = lacks.since ? Date.parse(lacks.since) : undefined;
  const say = words.lacks[lacks.reason] ?? words.lacks.other;
  const day = at === undefined ? "" : dayOf(formats, at);
  return say(at === undefined ? "" : elapsed(now - at, words), day);
}

function elapsed(time, words) {
  if (time >= DAY) return words.for_days(Math.floor(time / DAY));
  return words.for_hours(Math.max(1, Math.floor(time / HOUR)));
}

/** Return when a member's last reading was: how long ago today, else the day and the time. */
export function lastOf({ last }, formats, now = Date.now()) {
  if (!last) return "–";
  const at = Date.parse(last);
  if (now - at < DAY) return formats.ago(at, now);
  return `${dayOf(formats, at)}, ${formats.time(at)}`;
}

export const sinceOf = ({ since }, formats) => dateOf(formats, Date.parse(since));
