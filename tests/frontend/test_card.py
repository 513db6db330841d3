"""What all cards share, where something fails: it is said in that card alone, and not for ever."""

from .conftest import Modules

CARD = """
    const host = document.createElement("div");
    host.attachShadow({ mode: "open" });
    document.body.replaceChildren(host);
    const hass = {
        connected: true,
        config: { time_zone: "Europe/Paris", currency: "EUR" },
        locale: { language: "en", number_format: "language", time_format: "language" },
        states: {}, entities: {}, devices: {},
    };
    instead(console, "error", () => undefined);
    const { Card } = await import("/card.js");
    const { h } = await import("/dom.js");
    class Shown extends Card {
        watched = () => [this.what];
        content() {
            if (this.what === "broken") throw new Error("broken");
            return [h("p", null, this.what ?? this.text.loading)];
        }
    }
    const card = new Shown(host);
    const shown = () => card.frame.textContent;
    const show = (what) => { card.what = what; return card.take(hass); };
"""


def test_texts_that_could_not_be_fetched_are_fetched_with_the_next_state(modules: Modules) -> None:
    found = modules.run(
        CARD
        + """
        Shown.words = ["of_a_version_that_is_gone"];
        const failed = await show().then(() => false, () => true);
        const before = [failed, card.language ?? null, shown()];
        Shown.words = [];
        await show();
        return [before, [card.language, shown()]];
        """
    )
    assert found == [[True, None, ""], ["en", "Loading"]]


def test_texts_of_another_language_that_cannot_be_fetched_leave_those_of_before(
    modules: Modules,
) -> None:
    found = modules.run(
        CARD
        + """
        await show();
        Shown.words = ["of_a_version_that_is_gone"];
        const french = { ...hass, locale: { ...hass.locale, language: "fr" } };
        await card.take(french).catch(() => undefined);
        const during = [card.language, shown()];
        Shown.words = [];
        await card.take({ ...french });
        return [during, [card.language, shown()]];
        """
    )
    assert found == [["en", "Loading"], ["fr", "Chargement"]]


def test_a_card_that_cannot_draw_says_so_with_a_button_and_draws_again_when_it_can(
    modules: Modules,
) -> None:
    found = modules.run(
        CARD
        + """
        const seen = [];
        for (const what of ["before", "broken", "after"]) {
            await show(what);
            const pressed = card.root.querySelector("[role=alert] button");
            seen.push([shown(), pressed?.textContent ?? null]);
        }
        return seen;
        """
    )
    [before, [broken, press], after] = found
    assert (before, after) == (["before", None], ["after", None])
    assert broken.startswith("Something went wrong in this card")
    assert press == "Reload the page"


def test_what_cannot_be_opened_says_so_until_it_can(modules: Modules) -> None:
    found = modules.run(
        CARD
        + """
        await show("content");
        await card.attempt(() => import("/of_a_version_that_is_gone.js"));
        const during = shown();
        await card.attempt(() => import("/csv.js"));
        return [during, shown()];
        """
    )
    assert found[0].startswith("This could not be opened")
    assert found[0].endswith("content")
    assert found[1] == "content"


def test_what_only_some_pages_need_is_fetched_once_and_again_where_that_failed(
    modules: Modules,
) -> None:
    found = modules.run(
        CARD
        + """
        let tries = 0;
        const answers = [() => Promise.reject(new Error("cut")), () => "here"];
        const fetch = async () => { tries += 1; return answers.shift()(); };
        card.content = () => [h("p", null, card.needed("part", fetch) ?? "")];
        await show();
        const seen = [];
        for (let i = 0; i < 3; i += 1) {
            await card.fetching.part;
            seen.push(shown());
            card.redraw();
            card.redraw();
        }
        return [tries, seen];
        """
    )
    tries, [failed, *here] = found
    assert tries == 2
    assert failed.startswith("This could not be opened")
    assert here == ["here", "here"]


def test_a_subscription_that_failed_is_tried_again_and_ends_with_the_page(modules: Modules) -> None:
    found = modules.run(
        CARD
        + """
        const told = [];
        const answers = [
            () => Promise.reject(new Error("not now")),
            () => Promise.resolve(() => told.push("stopped")),
        ];
        for (let i = 0; i < 3; i += 1) {
            card.hear(() => { told.push("asked"); return answers.shift()(); });
            await painted();
        }
        card.disconnect();
        await painted();
        return told;
        """
    )
    assert found == ["asked", "asked", "stopped"]


def test_where_home_assistant_never_said_if_it_is_dark_its_page_is_as_the_browser(
    modules: Modules,
) -> None:
    found = modules.run(
        CARD
        + """
        const drawn = [];
        for (const [browser, themes] of [
            [true, {}], [false, {}], [true, undefined],
            [true, { darkMode: false }], [false, { darkMode: true }],
        ]) {
            instead(window, "matchMedia", () => ({ matches: browser }));
            await card.take({ ...hass, themes });
            drawn.push(card.frame.classList.contains("dark"));
        }
        return drawn;
        """
    )
    assert found == [True, False, True, False, True]
