/** Texts in the language of the person; English where there is no other. */

const LANGUAGES = ["fr"];

/**
 * Return the texts of a language: words, or functions of what they tell. Those of `parts` are
 * added, which the pages without them need not load.
 */
export async function textsOf(language, ...parts) {
  const own = LANGUAGES.find((one) => language === one || language.startsWith(`${one}-`)) ?? "en";
  const all = await Promise.all([
    import(`./texts/${own}.js`),
    ...parts.map((part) => import(`./texts/${part}/${own}.js`)),
  ]);
  return Object.assign({}, ...all.map((one) => one.default));
}
