/** Texts in the language of the person; English where there is no other. */

const LANGUAGES = ["fr"];

/** Return the texts of a language: words, or functions of what they tell. */
export async function textsOf(language) {
  const own = LANGUAGES.find((one) => language === one || language.startsWith(`${one}-`));
  return (await import(`./texts/${own ?? "en"}.js`)).default;
}
