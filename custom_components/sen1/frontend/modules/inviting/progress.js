/** How far an invitation has come, and how many stand where. */

/** Where an invitation may stand, in the order in which they are counted. */
export const STAGES = ["sent", "opened", "accepted", "done", "expired", "taken_back"];
const STEPS = ["made", "opened", "accepted", "first"];

/** Return the stage of an invitation: each has one, so that they add up. */
export function stageOf({ state, opened, accepted }) {
  if (state !== "open") return state;
  if (accepted) return "accepted";
  return opened ? "opened" : "sent";
}

/** Return the four steps as `{step, at}`, `at` in text or null; the first that is awaited is said so. */
export function stepsOf(invitation) {
  const next = STEPS.findIndex((step) => !invitation[step]);
  return STEPS.map((step, position) => ({
    step,
    at: invitation[step],
    isAwaited: invitation.state === "open" && position === next,
  }));
}

/** Return `[stage, count]` of each stage in which there is an invitation. */
export const countsOf = (invitations) =>
  STAGES.map((stage) => [stage, invitations.filter((one) => stageOf(one) === stage).length]).filter(
    ([, count]) => count > 0,
  );

/** Whether its link still does something. */
export const isUsable = ({ state, uses, accepted }) => state === "open" && uses > 0 && !accepted;

/** Return invitations that are under way first, the newest first of each. */
export const inOrder = (invitations) =>
  invitations.toSorted(
    (a, b) =>
      Number(b.state === "open") - Number(a.state === "open") ||
      Date.parse(b.made) - Date.parse(a.made),
  );
