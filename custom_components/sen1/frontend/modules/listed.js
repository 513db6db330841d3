/** Return names as they are said one after the other. */
export const listed = (names, { and }) =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${and} ${names.at(-1)}`;
