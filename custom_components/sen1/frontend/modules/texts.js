/** Texts in the language of the person; English where there is no other. */

const LANGUAGES = ["fr"];

/**
 * Return the texts of a language: words, or functions of what they tell. Those of a `part` are added,
 * which the pages without it need not load.
 */
export async function textsOf(language, part) {
  const own = LANGUAGES.find((one) => language === one || language.startsWith(`${one}-`)) ?? "en";
  const [all, more] = await Promise.all([
    import(`./texts/${own}.js`),
    part && import(`./texts/${part}/${own}.js`),
  ]);
  return { ...all.default, ...more?.default };
}
