/** Who may what: the one place that says what each page takes, and each part that is not for everybody. */

/** What each role gives, besides what those before it give. */
export const GIVES = {
  // Of these nobody is told but who may look at one.
  none: ["together", "challenge", "collection"],
  // The pages of sites, of any, and what friends tell.
  look: ["home", "buildings", "past", "year", "compare", "wall", "cooperative", "others"],
  // Of a collection: who takes part, and all that is done there.
  organise: ["members"],
  // All that leaves the house or is done among the settings, and whatever else is measured here.
  administrator: [
    ...["friends", "invite", "participate", "sharing", "roles"],
    ...["set_up", "all_series"],
  ],
};

const ROLES = Object.keys(GIVES);

export const isAdministrator = (user) => user.is_admin;

/** Whether this person may have that, of a place that was told of with its `role`. */
export function may({ user }, what, place) {
  const role = isAdministrator(user) ? "administrator" : (place?.role ?? "none");
  return ROLES.slice(0, ROLES.indexOf(role) + 1).some((one) => GIVES[one].includes(what));
}
