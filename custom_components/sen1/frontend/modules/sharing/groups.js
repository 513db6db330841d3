/** What is shared and held, by friend or by series: groups whose counts are those of their rows. */

import { BY_AREA } from "../energy_class.js";
import { FINEST_FIRST } from "./fineness.js";

const DAY = 86_400_000;
const SOON_DAYS = 30;
/** Of more groups than this, small ones are folded into one. */
const MOST_SHOWN = 7;
/** Fewer are not worth one. */
const FEWEST_FOLDED = 3;

/** How a friend's key stands, the weakest first: a group shows the weakest of its rows. */
export const STANDINGS = ["stopped", "unknown", "keyless", "seen", "verified"];

/** Return how fine a series is: what is told of a whole year is not finer for being sent at once. */
export const detailOf = (granularity, unit) => (unit === BY_AREA ? "P1Y" : granularity);

/** Return the key of a friend among those of all accounts. */
export const personOf = (entryId, friendId) => `${entryId} ${friendId}`;

/** Return what an account grants, each grant with the series it is of. */
export const grantsOf = (account, states) =>
  account.shares.flatMap((series) =>
    series.grants.map((grant) => ({
      ...grant,
      series,
      account,
      detail: detailOf(
        series.granularity,
        states[series.entity_id]?.attributes.unit_of_measurement,
      ),
      person: personOf(account.entry_id, grant.friend_id),
      asked: { entry_id: account.entry_id, friend_id: grant.friend_id },
    })),
  );

/** Return in how many days a grant ends, one that has begun counted whole. */
export const daysLeft = ({ until }, now) => Math.ceil((Date.parse(until) - now) / DAY);

export const isEndingSoon = (grant, now) =>
  grant.state !== "ended" && daysLeft(grant, now) <= SOON_DAYS;

/** What a list can be narrowed to, by the name of its count. */
const FILTERS = {
  all: () => true,
  paused: ({ state }) => state === "paused",
  soon: isEndingSoon,
};

/**
 * Return how many grants there are, to how many, and in which states; those to a friend whose key has
 * changed are not active, but stopped.
 */
export function countsOf(grants, now, standingOf = () => undefined) {
  const count = (is) => grants.filter((grant) => is(grant, now)).length;
  const inState = (state) => count((grant) => grant.state === state);
  const stopped = count(
    ({ state, kind, person }) =>
      state === "active" && kind === "home" && standingOf(person) === "stopped",
  );
  return {
    all: grants.length,
    receivers: new Set(grants.map(({ person }) => person)).size,
    active: inState("active") - stopped,
    stopped,
    paused: inState("paused"),
    coming: inState("coming"),
    ended: inState("ended"),
    soon: count(FILTERS.soon),
  };
}

/** Return the grants that a filter keeps and whose names `isSought` finds. */
export const narrowed = (grants, filter, isSought, now) =>
  grants.filter(
    (grant) => FILTERS[filter](grant, now) && isSought(`${grant.friend} ${grant.series.title}`),
  );

/** Return the weakest of some standings, or undefined where none is known. */
export const weakest = (standings) => STANDINGS.find((one) => standings.includes(one));

/** Return how the key of a grant's receiver stands: a proxy of 2019 has none. */
export const standingIn = ({ person, kind }, standingOf) =>
  kind === "proxy" ? "keyless" : standingOf(person);

/** Return the finest of some details; one that is not known may be finer than all. */
const finest = (details) =>
  details.toSorted((one, other) => FINEST_FIRST.indexOf(one) - FINEST_FIRST.indexOf(other))[0];

const inTime = (times) =>
  times.filter(Boolean).sort((one, other) => Date.parse(one) - Date.parse(other));

/** Return the first of some times, or undefined. */
export const earliest = (times) => inTime(times)[0];

/** Return how many measures some rows are: of members one stands for all of them. */
export const countIn = (rows) => rows.reduce((sum, { count = 1 }) => sum + count, 0);

/**
 * Return the grants by `friend` or by `series`; `standingOf` says how the key of a person stands.
 * Those whose key has changed come first, then those of most rows.
 */
export function groupsOf(grants, by, standingOf) {
  const keyOf = ({ person, account, series }) =>
    by === "friend" ? person : `${account.entry_id} ${series.publication}`;
  const groups = [...Map.groupBy(grants, keyOf)].map(([key, rows]) =>
    groupOf(key, rows, by, standingOf),
  );
  const isStopped = ({ standing }) => standing === "stopped";
  return groups.sort(
    (one, other) =>
      isStopped(other) - isStopped(one) ||
      other.rows.length - one.rows.length ||
      one.name.localeCompare(other.name),
  );
}

function groupOf(key, rows, by, standingOf) {
  const [first] = rows;
  const going = rows.filter(({ state }) => state !== "ended");
  const ends = (going.length ? going : rows).map(({ until }) => until);
  const details = rows.map(({ detail }) => detail);
  const count = (state) => rows.filter((row) => row.state === state).length;
  return {
    key,
    rows,
    name: by === "friend" ? first.friend : first.series.title,
    kind: by === "friend" ? first.kind : "series",
    members: by === "friend" ? first.members : null,
    detail: finest(details),
    until: earliest(ends),
    isOneEnd: new Set(ends.map(Date.parse)).size === 1,
    lastSent: inTime(rows.map(({ last_sent: sent }) => sent)).at(-1) ?? null,
    active: count("active"),
    paused: count("paused"),
    standing: weakest(rows.map((row) => standingIn(row, standingOf))),
  };
}

/** Whether a key asks for an answer, or there is none. */
const isWeak = (standing) => ["stopped", "keyless"].includes(standing);

/** Part what is shared: small are homes that receive one series, of which nothing is to be said. */
export function parted(groups, now) {
  if (groups.length <= MOST_SHOWN) return { shown: groups, others: [] };
  const isSmall = ({ kind, rows, active, standing }) =>
    kind === "home" &&
    rows.length === 1 &&
    active === 1 &&
    !isWeak(standing) &&
    !isEndingSoon(rows[0], now);
  const { true: others = [], false: shown = [] } = Object.groupBy(groups, isSmall);
  return others.length < FEWEST_FOLDED ? { shown: groups, others: [] } : { shown, others };
}

/** Return the groups of one, as the row that stands for all of them. */
export function together(groups) {
  const rows = groups.flatMap((group) => group.rows);
  return {
    names: groups.map(({ name }) => name),
    titles: [...new Set(rows.map(({ series }) => series.title))],
    detail: finest(rows.map(({ detail }) => detail)),
    standing: weakest(groups.map(({ standing }) => standing)),
  };
}

/** Return what is held and `isKept`, by friend: those of whom most is held come first. */
export function heldBy(accounts, standingOf, isKept = () => true) {
  const rows = accounts.flatMap(({ entry_id: entryId, holds }) =>
    holds.filter(isKept).map((one) => ({
      ...one,
      entry_id: entryId,
      detail: detailOf(one.granularity, one.unit),
      person: personOf(entryId, one.friend_id),
    })),
  );
  return [...Map.groupBy(rows, ({ person }) => person)]
    .map(([key, held]) => ({
      key,
      name: held[0].friend,
      rows: held,
      readings: held.reduce((sum, { readings }) => sum + readings, 0),
      until: earliest(held.map(({ until }) => until)) ?? null,
      standing: standingOf(key),
    }))
    .sort((one, other) => other.readings - one.readings || one.name.localeCompare(other.name));
}
