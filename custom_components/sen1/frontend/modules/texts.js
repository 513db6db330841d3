/** Texts in the language of the person; English where there is no other. */

const LANGUAGES = ["fr"];

/** Where a text has a value, by its number, and the forms that it chooses from. */
const HOLE = /\{(\d)(?:([:#?])((?:[^{}]|\{[^{}]*\})*))?\}/g;

/** What stands between two forms, and not between those of a value within. */
const BETWEEN = /\|(?![^{]*\})/;

const FORMS = ["one", "two", "few"];

/**
 * Return the texts of a language: words, or functions of what they tell. Those of `parts` are
 * added, which the pages without them need not load.
 *
 * A text that tells something has the first value where `{0}` is. With `{0:day|days}` it has the
 * form of so many, with `{0#st|nd|rd|th}` that of such a place, with `{0?since {0}|never}` that of
 * whether there is one: the last where a language has no other.
 */
export async function textsOf(language, ...parts) {
  const own = LANGUAGES.find((one) => language === one || language.startsWith(`${one}-`)) ?? "en";
  const rules = {
    ":": new Intl.PluralRules(own),
    "#": new Intl.PluralRules(own, { type: "ordinal" }),
    "?": { select: (value) => value && "one" },
  };
  const said = (text, values) =>
    text.replace(HOLE, (_, at, sign, all) => {
      const forms = all?.split(BETWEEN);
      const form = sign && FORMS.indexOf(rules[sign].select(values[at]));
      return sign ? said(forms[form] ?? forms.at(-1), values) : values[at];
    });
  const telling =
    (text) =>
    (...values) =>
      said(text, values);
  const all = await Promise.all(
    ["every_page", ...parts].map((part) => import(`./texts/${part}/${own}.js`)),
  );
  return Object.assign({}, ...all.map((one) => one.default(telling)));
}
