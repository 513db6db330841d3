/** The members of a collection in order: counted, sought, sorted, and folded by state. */

import { hasAll } from "../seeking.js";

/** What needs a gesture comes first. */
export const STATES = ["silent", "waiting", "paused", "up_to_date"];
export const FILTERS = ["all", "up_to_date", "silent", "waiting", "paused"];
export const COLUMNS = ["number", "name", "since", "shares", "last", "coverage", "state", "lacks"];

/** So few are never folded. */
const FEW = 10;
/** Of each state so many are shown, until one asks for more. */
const FIRST = { silent: 3, waiting: 1, paused: 1, up_to_date: 4 };
/** So many more are shown each time: a phone draws them at once. */
export const MORE = 50;

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Return the sum of the shares that are known, or null where none is. */
export function sharesOf(rows) {
  const known = rows.map(({ shares }) => shares).filter(Number.isFinite);
  return known.length ? known.reduce((sum, one) => sum + one, 0) : null;
}

/** Return a member number as it is written: of at least three digits. */
export const written = (number) => String(number).padStart(3, "0");

/** Return those of a state, or of all, whose number or name has these words. */
export function found(members, filter, query) {
  const isSought = hasAll(query);
  return members.filter(
    ({ state, number, name }) =>
      (filter === "all" || state === filter) && isSought(`${number} ${written(number)} ${name}`),
  );
}

/** What a column is sorted by; null stands last, whichever way. */
const KEYS = {
  number: ({ number }) => number,
  name: ({ name }) => name || null,
  since: ({ since }) => Date.parse(since),
  shares: ({ shares }) => shares,
  last: ({ last }) => (last ? Date.parse(last) : null),
  coverage: ({ coverage }) => coverage,
  state: ({ state }) => STATES.indexOf(state),
  lacks: ({ lacks }) => lacks?.reason ?? null,
};

/** Return the members by a column; those of one state by when they were last heard of, else by number. */
export function sorted(members, column, isUp) {
  const rows = members.map((member) => ({ member, key: KEYS[column](member) }));
  const way = isUp ? 1 : -1;
  rows.sort((one, other) => {
    if (one.key === null || other.key === null) {
      if (one.key === other.key) return one.member.number - other.member.number;
      return one.key === null ? 1 : -1;
    }
    return way * compared(one.key, other.key) || tie(column, one.member, other.member);
  });
  return rows.map(({ member }) => member);
}

const compared = (one, other) =>
  typeof one === "string" ? collator.compare(one, other) : one - other;

function tie(column, one, other) {
  // Who is silent for longest is looked after first.
  const isSilent = column === "state" && one.state === "silent";
  const heard = ({ last }) => (last ? Date.parse(last) : 0);
  return (isSilent ? heard(one) - heard(other) : 0) || one.number - other.number;
}

/**
 * Part sorted members into what is shown: `[{key, shown, hidden}]`, by state where they are sorted by
 * that. `more` says how many more one has asked for, by key.
 */
export function partsOf(members, column, more) {
  const isFew = members.length <= FEW;
  const groups =
    column === "state" && !isFew
      ? [...Map.groupBy(members, ({ state }) => state)]
      : [["all", members]];
  return groups.map(([key, rows]) => {
    const first = groups.length > 1 ? FIRST[key] : MORE;
    const most = first + (more.get(key) ?? 0);
    // One row is no longer than what would stand for it.
    const shown = rows.length <= most + 1 ? rows : rows.slice(0, most);
    return { key, shown, hidden: rows.length - shown.length };
  });
}
