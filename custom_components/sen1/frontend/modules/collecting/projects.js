/** What members hold of the organiser's projects: what they were told, what they say, news to them. */

import { chips, h, subline } from "../dom.js";
import { inOne } from "../formats.js";
import { dateOf } from "../inviting/times.js";

/** What needs a gesture comes first. */
const STATES = ["contested", "untold", "asked", "confirmed"];

const holders = ({ members }) => members.filter(({ register }) => register);

/** Return what a member says of its shares, or undefined where it holds none of a project. */
export function confirmingOf({ register }, words, formats) {
  if (!register) return undefined;
  const { state, at } = register;
  return words.shares_told.states[state](at && dateOf(formats, Date.parse(at)));
}

/** Return the projects, and for who organises how it is with the shares of all; false without any. */
export function projectsOf(card, collection) {
  const { projects = [], shares_told: isTold } = collection;
  if (!projects.length) return false;
  const words = card.words.shares_told;
  if (!card.may("members", collection)) {
    const titles = projects.map(({ title }) => title).join(", ");
    return h("ha-card.told-shares", h("h2", words.projects), subline(titles));
  }
  const all = holders(collection);
  const of = Map.groupBy(all, ({ register }) => register.state);
  const untold = of.get("untold") ?? [];
  const counts = STATES.filter((state) => of.has(state));
  const said = [
    words.holders(all.length),
    ...counts.map((state) => words.counts[state](of.get(state).length)),
  ];
  return h(
    "ha-card.told-shares",
    h("h2", words.title),
    subline(all.length === 0 ? words.none(projects[0].title) : inOne(said)),
    chips(
      untold.length > 0 &&
        card.deed(
          words.tell(untold.length),
          "mdi:account-check",
          () => card.open(({ tellAsked }) => tellAsked(card, untold)),
          { class: "strong" },
        ),
      isTold &&
        projects
          .map((project) => ({ ...project, holders: told(all, project) }))
          .filter((project) => project.holders > 0)
          .map((project) =>
            card.deed(words.write(project.title), "mdi:bullhorn-outline", () =>
              card.announce(collection, project),
            ),
          ),
    ),
  );
}

/** Return how many were told that they hold shares in a project. */
const told = (all, { project }) =>
  all.filter(
    ({ register: { state, holdings } }) =>
      state !== "untold" && holdings.some((held) => held.project === project),
  ).length;
