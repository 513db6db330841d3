"""A family is invited by one link: the form, the link with its text, and what became of each."""

import re
from typing import Any

import pytest

from .clipboard import CLIPBOARD
from .conftest import Modules
from .inviting_home import ACCEPTED, DONE, LINK, QR, SENT, invitation, invite, inviting
from .sharing_home import play

HTML = "<b onclick='x()'>Le Goff</b>"
NO_ADDRESS = SENT | {"gives_account": False, "link": "xmpp:ibis@scorff.example?roster;sen1=0"}

FILL = """
    const write = async (label) => {
        const [input] = all("input[name=label]");
        input.value = label;
        input.dispatchEvent(new Event("input", {bubbles: true}));
        await settled();
    };
    const tick = async (text) => {
        all(".tick").find((one) => plain(one).startsWith(text)).querySelector("input").click();
        await settled();
    };
    const choose = async (select, value) => {
        select.value = value;
        select.dispatchEvent(new Event("change", {bubbles: true}));
        await settled();
    };
    const sent = (type) => calls.filter((call) => call.type === `sen1/${type}`);
"""
MAKE = f"""{FILL} await write("Famille Le Goff"); await press(all("[type=submit]").map(plain)[0]);
"""
LINES = 'all(".message > *").map((one) => one.textContent)'
STEPS = """all(".progress").map((one) => [...one.children].map(
    (step) => [step.className, plain(step)]))"""


# The form


def test_nothing_is_ticked_beforehand_nor_after_a_link_was_made(modules: Modules) -> None:
    before, during, after = invite(
        modules,
        f"""{FILL}
        const ticked = () => all(".tick input").map(({{ checked }}) => checked);
        const before = ticked();
        await write("Famille Le Goff");
        await tick("Consumption of the home");
        await tick("Their consumption");
        const during = ticked();
        await press("Make the link");
        await press("Invite another family");
        return [before, during, [...ticked(), all("input[name=label]")[0].value]];""",
        inviting(),
        made=SENT,
    )
    assert before == [False] * 5
    assert during == [True, False, True, False, False]
    assert after == [False] * 5 + [""]


def test_what_was_written_and_ticked_is_sent_and_no_more(modules: Modules) -> None:
    promise, sent = invite(
        modules,
        f"""{FILL}
        await write("  Famille Le Goff ");
        await tick("Consumption per square metre");
        await press("Another measure");
        await tick("Production of my roof");
        await tick("Their kWh");
        await choose(all("form select")[0], "14");
        const promise = plain(all(".deed p")[0]);
        await press("Make the link");
        return [promise, sent("invite")];""",
        inviting(),
        made=SENT,
    )
    assert promise == (
        "The link works once, until Thursday, 10 December 2026, 18:42. "
        "You offer 2 measures and ask for 1 measure."
    )
    assert sent == [
        {
            "type": "sen1/invite",
            "entry_id": "a",
            "label": "Famille Le Goff",
            "offers": [{"what": "per_area", "granularity": "P1Y"}],
            "series": ["roof"],
            "asks": [{"what": "per_area", "granularity": "P1Y"}],
            "days": 14,
            "language": "en-GB",
        }
    ]


def test_what_is_offered_or_asked_is_so_in_the_coarsest_detail_unless_another_is_chosen(
    modules: Modules,
) -> None:
    def chosen(kind: str, title: str, place: int, choice: str) -> Any:
        return invite(
            modules,
            f"""{FILL}
            await write("Famille Le Goff");
            await tick({title!r});
            const select = all(".tick select")[{place}];
            const possible = [...select.options].map(plain);
            {choice}
            await press("Make the link");
            return [select.getAttribute("aria-label"), possible, sent("invite")[0].{kind}];""",
            inviting(),
            made=SENT,
        )

    for place, (kind, title) in enumerate(
        [("offers", "Consumption of the home"), ("asks", "Their consumption")]
    ):
        name, possible, sent = chosen(kind, title, place, "")
        assert name == f"In what detail: {title}"
        assert possible == ["by day", "by hour", "live"]
        assert sent == [{"what": "consumption", "granularity": "P1D"}]
        *_, sent = chosen(kind, title, place, 'await choose(select, "PT1H");')
        assert sent == [{"what": "consumption", "granularity": "PT1H"}]


def test_what_else_is_a_series_is_folded_and_stays_ticked(modules: Modules) -> None:
    first, open_page, closed, sent = invite(
        modules,
        f"""{FILL}
        const titles = () => all("fieldset")[0].querySelectorAll(".tick");
        const seen = () => [...titles()].map(plain);
        await write("Famille Le Goff");
        const first = [seen(), button("Another measure").getAttribute("aria-expanded")];
        await press("Another measure");
        await tick("My car");
        const open = [seen(), button("Another measure").getAttribute("aria-expanded")];
        await press("Another measure");
        const closed = seen();
        await press("Make the link");
        return [first, open, closed, sent("invite")[0].series];""",
        inviting(),
        made=SENT,
    )
    home = [
        "Consumption of the homeby dayby hourlive",
        "Consumption per square metreby year",
    ]
    assert first == [home, "false"]
    assert open_page == [[*home, "My carby day", "Production of my roofby hour"], "true"]
    assert closed == home
    assert sent == ["car"]


def test_a_home_that_is_not_known_offers_the_series_there_are_and_says_what_comes_next(
    modules: Modules,
) -> None:
    some, none = (
        invite(
            modules,
            """const half = all("fieldset")[0];
            return [plain(half), [...half.querySelectorAll("button.small")].map(plain),
                half.querySelectorAll(".tick").length, all(".fold").length];""",
            account,
        )
        for account in (inviting(offers=[]), inviting(offers=[], series=[]))
    )
    for _, links, _, folds in (some, none):
        assert (links, folds) == (["Add your home or your meter"], 0)
    assert (some[2], none[2]) == (2, 0)
    assert "You have nothing to offer yet" in none[0]
    assert "You have nothing to offer yet" not in some[0]


def test_who_offers_a_fine_curve_is_told_what_it_tells(modules: Modules) -> None:
    by_day, by_hour, none, other = invite(
        modules,
        f"""{FILL}
        await tick("Consumption of the home");
        const byDay = page();
        await choose(all(".tick select")[0], "PT1H");
        const byHour = page();
        await tick("Consumption of the home");
        const none = page();
        await press("Another measure");
        await tick("Production of my roof");
        return [byDay, byHour, none, page()];""",
        inviting(),
    )
    said = "A fine curve tells when somebody is at home."
    shown = [said in page for page in (by_day, by_hour, none, other)]
    assert shown == [False, True, False, True]


def test_why_a_link_was_refused_is_said_in_words(modules: Modules) -> None:
    page = invite(
        modules,
        f"""{FILL}
        const {{ callWS }} = house;
        house.callWS = async (message) => {{
            if (message.type !== "sen1/invite") return callWS(message);
            throw {{ code: "home_assistant_error", translation_key: "offer_lent",
                translation_placeholders: {{ title: "Consumption of the home" }} }};
        }};
        house.loadBackendTranslation = async (kind) => (key, {{ title }}) =>
            `${{kind}}: ${{key}} ${{title}}`;
        await write("Famille Le Goff");
        await press("Make the link");
        return page();""",
        inviting(),
    )
    refusal = "exceptions: component.sen1.exceptions.offer_lent.message Consumption of the home"
    assert f"try again.{refusal}" in page


def test_a_link_works_for_a_week_and_offers_nothing_unless_one_says_so(modules: Modules) -> None:
    (sent,) = invite(modules, f"{MAKE} return sent('invite');", inviting(), made=SENT)
    assert (sent["days"], sent["offers"], sent["asks"]) == (7, [], [])


@pytest.mark.parametrize("label", ["", "   "])
def test_without_a_name_nothing_is_sent(modules: Modules, label: str) -> None:
    sent = invite(
        modules,
        f"""{FILL} await write({label!r}); await press("Make the link"); return sent("invite");""",
        inviting(),
        made=SENT,
    )
    assert sent == []


def test_the_form_says_who_can_read_what_is_exchanged(modules: Modules) -> None:
    page = invite(modules, "return page();", inviting(), language="fr")
    assert "Les opérateurs des deux serveurs peuvent lire ces valeurs." in page
    assert "rien n\u2019y est coché d\u2019avance" in page


def test_a_link_that_cannot_be_made_loses_nothing_of_what_was_written(modules: Modules) -> None:
    page, label, ticked, sent = invite(
        modules,
        f"""{FILL}
        await write("Famille Le Goff");
        await tick("Consumption of the home");
        await press("Make the link");
        return [page(), all("input[name=label]")[0].value, all(".tick input")[0].checked,
            sent("invite").length];""",
        inviting(),
    )
    assert "The link could not be made. What you wrote is still here" in page
    assert (label, ticked, sent) == ("Famille Le Goff", True, 1)


def test_of_several_accounts_the_one_that_was_chosen_invites(modules: Modules) -> None:
    school = inviting(entry_id="b", title="School", offers=[], series=[])
    page, (sent,) = invite(
        modules,
        f"""{FILL}
        await choose(all("form select")[0], "b");
        const chosen = page();
        await write("Famille Le Goff");
        await press("Make the link");
        return [chosen, sent("invite")];""",
        inviting(),
        school,
        made=SENT,
    )
    assert "You have nothing to offer yet" in page
    assert sent["entry_id"] == "b"


# The link and its text


def test_the_link_says_until_when_how_often_where_and_whose_key(modules: Modules) -> None:
    page = invite(modules, f"{MAKE} return page();", inviting(), made=SENT)
    for said in (
        "Link for “Famille Le Goff”",
        LINK,
        "ExpiresThursday, 3 December 2026, 20:00",
        "Worksonce, then no more",
        "Their addressmade on scorff.example",
        "Your keyin the link: verified at once",
        "Consumption of the homeby day",
        "Those who run the two servers can read these values.",
    ):
        assert said in page


def test_the_square_code_is_drawn_as_it_was_given(modules: Modules) -> None:
    path, box, label = invite(
        modules,
        f"""{MAKE} const [qr] = all(".qr"); return [qr.querySelector("path").getAttribute("d"),
            qr.getAttribute("viewBox"), qr.getAttribute("aria-label")];""",
        inviting(),
        made=SENT,
    )
    drawn = [["0"] * len(QR) for _ in QR]
    for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        x, y, length = map(int, run)
        drawn[y - 4][x - 4 : x - 4 + length] = ["1"] * length
    assert ["".join(row) for row in drawn] == QR
    assert box == f"0 0 {len(QR) + 8} {len(QR) + 8}"
    assert label == "Square code of the link, to scan"


@pytest.mark.parametrize(
    ("seen", "language", "until", "steps", "bye"),
    [
        pytest.param(
            seen,
            *("fr", "Le lien sert une fois, jusqu\u2019au jeudi 3 décembre 2026, 20 h 00."),
            *("« Commencer à partager », et collez ce lien :", "À bientôt, Foyer Ibis"),
            id=f"French, seen from {seen}",
        )
        for seen in ("fr", "en-GB")
    ]
    + [
        pytest.param(
            seen,
            *("en", "The link works once, until Thursday, December 3, 2026, 8:00 PM."),
            *("“Start sharing”, and paste this link:", "See you soon, Foyer Ibis"),
            id=f"English, seen from {seen}",
        )
        for seen in ("fr", "en-US")
    ],
)
def test_the_text_holds_link_and_date_in_the_language_one_chooses(
    modules: Modules, seen: str, language: str, until: str, steps: str, bye: str
) -> None:
    default, lines, lang = invite(
        modules,
        f"""{MAKE}
        const [select] = all(".text-card select");
        const {{ value }} = select;
        await choose(select, {language!r});
        while (!all(".message").length) await painted();
        return [value, {LINES}, all(".message")[0].lang];""",
        inviting(),
        made=SENT,
        language=seen,
    )
    lines = [re.sub(r"\s", " ", line) for line in lines]
    assert default == seen[:2]
    assert lang == language
    assert lines.count(LINK) == 1
    assert lines[lines.index(LINK) - 1].endswith(steps)
    assert [line[:2] for line in lines if line[0].isdigit()] == ["1.", "2.", "3."]
    assert until in lines
    assert lines[-1] == bye


def test_the_text_says_what_the_link_gives_and_what_is_offered_and_asked(modules: Modules) -> None:
    lines = invite(modules, f"{MAKE} return {LINES};", inviting(), made=SENT)
    assert "The link gives you an address on scorff.example and makes us friends." in lines
    assert "You would receive: Consumption of the home (by day)." in lines
    assert "We would like to receive: your consumption (by day)." in lines
    assert "You choose afterwards what you share, or nothing." in lines
    bare = SENT | {"offers": [], "asks": []}
    lines = invite(modules, f"{MAKE} return {LINES};", inviting(), made=bare)
    assert not [line for line in lines if "receive" in line]


@pytest.mark.parametrize(
    ("language", "page", "lines"),
    [
        (
            "en-GB",
            ["scorff.example makes no addresses for others", "on the server they choose"],
            ["choose where your address is made: on a server of the list", "gives no address"],
        ),
        (
            "fr",
            [
                "scorff.example ne crée pas d\u2019adresse pour d\u2019autres",
                "sur le serveur qu\u2019ils",
            ],
            ["choisissez où votre adresse est créée", "ne donne pas d\u2019adresse"],
        ),
    ],
)
def test_where_the_server_makes_no_address_the_page_and_the_text_say_so(
    modules: Modules, language: str, page: list[str], lines: list[str]
) -> None:
    form, shown, text = invite(
        modules,
        f"const form = page(); {MAKE} return [form, page(), {LINES}];",
        inviting(can="friend"),
        made=NO_ADDRESS,
        language=language,
    )
    assert page[0] in form
    assert all(said in shown for said in page)
    assert all(any(said in line for line in text) for said in lines)
    assert not [line for line in text if "scorff.example" in line and "xmpp:" not in line]


@pytest.mark.parametrize(
    ("is_secure", "is_allowed", "said"),
    [
        pytest.param(True, True, "Copied", id="clipboard"),
        pytest.param(False, True, "Copied", id="over plain http"),
        pytest.param(
            False, False, "Selected: copy it with your keyboard or a long press", id="not allowed"
        ),
    ],
)
def test_link_and_text_are_copied_and_the_page_says_so(
    modules: Modules, is_secure: bool, is_allowed: bool, said: str
) -> None:
    code = f"""
        const isSecure = {str(is_secure).lower()}, isAllowed = {str(is_allowed).lower()};
        {CLIPBOARD} {MAKE}
        const told = () => all(".chips [role=status]").map(plain);
        const silent = told();
        await press("Copy the link");
        const first = [told(), getSelection().toString()];
        await press("Copy the text");
        const second = told();
        const lines = {LINES};
        delete navigator.clipboard;
        document.execCommand = execCommand;
        return [silent, ...first, second, kept, lines];
    """
    silent, first, selected, second, kept, lines = invite(modules, code, inviting(), made=SENT)
    assert silent == ["", ""]
    assert first == [said, ""]
    assert second == ["", said]
    assert kept == ([LINK, "\n".join(lines)] if is_allowed else [])
    assert selected == ("" if is_secure else LINK)


def test_the_text_is_sent_by_what_the_device_has(modules: Modules) -> None:
    without, sent, lines = invite(
        modules,
        f"""{MAKE}
        const without = Boolean(button("Send"));
        const shared = [];
        navigator.share = async (what) => {{ shared.push(what); throw new Error("closed"); }};
        card.redraw();
        await press("Send");
        delete navigator.share;
        return [without, shared, {LINES}];""",
        inviting(),
        made=SENT,
    )
    assert without is False
    assert sent == [{"text": "\n".join(lines)}]


def test_a_link_that_was_used_is_shown_no_more(modules: Modules) -> None:
    page, form = invite(
        modules,
        f"""{MAKE}
        const used = {{ ...answers["sen1/invite"].accounts[0].invitations[0],
            state: "done", uses: 0, opened: "2026-11-26T17:42:00Z" }};
        said["sen1/invitations"] = {{
            accounts: [{{ ...answers["sen1/invite"].accounts[0], invitations: [used] }}] }};
        await card.read();
        await settled();
        return [page(), all("form").length];""",
        inviting(),
        made=SENT,
    )
    assert LINK not in page
    assert "1 invitation: 1 opened" in page
    assert form == 1


# What became of them

STATES = (
    SENT,
    invitation("Opened", opened="2026-11-26T17:42:00+00:00"),
    invitation("Came", opened="2026-11-26T17:42:00+00:00", uses=0, state="done"),
    ACCEPTED,
    DONE,
    invitation("Old", made="2026-11-01T10:00:00Z", until="2026-11-08T10:00:00Z", state="expired"),
    invitation("Back", state="taken_back"),
    invitation("Back again", state="taken_back", opened="2026-11-26T17:42:00+00:00"),
)


def test_the_counts_by_state_add_up_to_the_header(modules: Modules) -> None:
    header, names = invite(
        modules,
        """return [plain(all(".title .aside")[0]), all(".invitations h3").map(plain)];""",
        inviting(*STATES),
    )
    assert header == (
        "8 invitations: 1 sent, 2 opened, 1 accepted, 1 finished, 1 expired, 2 taken back"
    )
    total, *parts = map(int, re.findall(r"\d+", header))
    assert total == sum(parts) == len(names) == len(STATES)
    assert set(names[:4]) == {"Famille Le Goff", "Opened", "Came", "École de Lanveur"}


def test_each_invitation_has_four_dated_steps(modules: Modules) -> None:
    sent, accepted, done = invite(modules, f"return {STEPS};", inviting(SENT, ACCEPTED, DONE))
    assert sent == [
        ["done", "Sent26 Nov, 18:42"],
        ["awaited", "Openedawaited"],
        ["later", "Acceptedto come"],
        ["later", "First readingto come"],
    ]
    assert accepted == [
        ["done", "Sent24 Nov, 9:03"],
        ["done", "Opened24 Nov, 17:30"],
        ["done", "Accepted25 Nov, 8:12"],
        ["awaited", "First readingawaited"],
    ]
    assert [step[0] for step in done] == ["done"] * 4
    assert done[3][1] == "First reading19 Nov, 0:06"


def test_each_invitation_says_what_comes_next(modules: Modules) -> None:
    rows = invite(
        modules,
        """return all(".invitations > li").map((one) => [
            plain(one.querySelector(".who")), plain(one.querySelector(".act"))]);""",
        inviting(*STATES),
        language="fr",
    )
    for said in (
        ["Famille Le Goffexpire le 3 déc. 2026, 20 h 00", "Reprendre le lien"],
        ["École de Lanveurami depuis le 25 nov. 2026", "mesure attendue le 27 nov., 0 h 10"],
        ["Foyer Duneami depuis le 18 nov. 2026", "terminé"],
        ["Olda expiré le 8 nov. 2026, 11 h 00", "expirée"],
        ["Backlien repris", ""],
        ["Camevenus ; l\u2019amitié se noue dans les deux sens", ""],
    ):
        assert said in rows


def test_nothing_is_awaited_of_an_invitation_that_is_over(modules: Modules) -> None:
    steps = invite(modules, f"return {STEPS};", inviting(*STATES[5:]))
    assert "awaited" not in {kind for invitation in steps for kind, _ in invitation}


def test_the_link_of_an_open_invitation_is_found_again(modules: Modules) -> None:
    names, page = invite(
        modules,
        """const names = all("button").map(named);
        await press("Show the link: Famille Le Goff");
        return [names, page()];""",
        inviting(*STATES),
    )
    assert [name for name in names if name.startswith("Show")] == [
        "Show the link: Famille Le Goff",
        "Show the link: Opened",
    ]
    assert LINK in page


def test_a_link_is_taken_back_once_that_is_confirmed(modules: Modules) -> None:
    question, before, sent, page = invite(
        modules,
        f"""{FILL}
        said["sen1/take_back_invitation"] = {{ accounts: [{{
            ...answers["sen1/invitations"].accounts[0],
            invitations: [{{ ...answers["sen1/invitations"].accounts[0].invitations[0],
                state: "taken_back" }}] }}] }};
        await press("Take the link back: Famille Le Goff");
        const question = plain(dialog());
        await press("Keep it");
        const before = sent("take_back_invitation");
        await press("Take the link back: Famille Le Goff");
        dialog().querySelector("button.danger").click();
        await settled();
        return [question, before, sent("take_back_invitation"), page()];""",
        inviting(SENT),
    )
    assert "Take back the link for “Famille Le Goff”?" in question
    assert "It works no more, wherever it was sent." in question
    assert before == []
    assert sent == [
        {
            "type": "sen1/take_back_invitation",
            "entry_id": "a",
            "invitation": "famille-le-goff",
            "language": "en-GB",
        }
    ]
    assert "1 invitation: 1 taken back" in page
    assert "Take the link back" not in page


def test_what_could_not_be_taken_back_is_said(modules: Modules) -> None:
    page = invite(
        modules,
        """await press("Take the link back");
        dialog().querySelector("button.danger").click();
        await settled();
        return page();""",
        inviting(SENT),
    )
    assert "The link could not be taken back." in page


def test_of_many_the_first_ten_are_shown_until_one_asks(modules: Modules) -> None:
    before, after = invite(
        modules,
        """const count = () => all(".invitations > li").length;
        const before = count();
        await press("Show 3 more");
        return [before, count()];""",
        inviting(*(invitation(f"Family {n}") for n in range(13))),
    )
    assert (before, after) == (10, 13)


# For whom, and how it is used


def test_a_name_with_markup_is_shown_as_text(modules: Modules) -> None:
    page, bold, question = invite(
        modules,
        f"""{MAKE}
        await press("Take the link back");
        return [page(), all("b").length, plain(dialog())];""",
        inviting(name=HTML, server="<i>x</i>"),
        made=SENT | {"label": HTML, "offers": [{"title": HTML, "granularity": "P1D"}]},
    )
    assert bold == 0
    assert page.count(HTML) >= 4
    assert HTML in question


def test_without_an_account_there_is_one_line_and_the_way_to_start(modules: Modules) -> None:
    page, buttons = invite(modules, 'return [page(), all("button").map(plain)];')
    assert page == ("You do not share yet: an address of your own comes first.Start sharing")
    assert buttons == ["Start sharing"]


def test_who_is_no_administrator_is_told_who_invites(modules: Modules) -> None:
    page, asked = invite(
        modules,
        """card.take({ ...house, user: { is_admin: false } });
        card.redraw();
        await settled();
        const before = calls.length;
        await card.read();
        return [page(), calls.length - before];""",
        inviting(SENT),
    )
    assert "An administrator invites other families." in page
    assert "Le Goff" not in page
    assert asked == 0


def test_what_could_not_be_read_is_asked_for_again(modules: Modules) -> None:
    before, after = play(
        modules,
        """const before = page();
        said["sen1/invitations"] = { accounts: [] };
        await press("Try again");
        return [before, page()];""",
        name="invite",
    )
    assert "Your invitations could not be read" in before
    assert "Start sharing" in after


def test_while_home_assistant_is_away_nothing_can_be_pressed_that_needs_it(
    modules: Modules,
) -> None:
    page, disabled = invite(
        modules,
        """await card.take({ ...house, connected: false });
        await settled();
        return [page(), all("button").filter((one) => one.disabled).map(plain)];""",
        inviting(SENT),
    )
    assert "Home Assistant does not answer" in page
    assert disabled == ["Make the link", "Take the link back"]


CONTROLS = """const controls = () => all("button, a, input, select").map((one) => [
    one.getAttribute("aria-label") || [...(one.labels ?? [])].map(plain).join() || plain(one),
    one.tabIndex]);"""


@pytest.mark.parametrize("width", [390, 1000])
def test_each_control_has_a_name_and_is_reached_by_keyboard(modules: Modules, width: int) -> None:
    form, link, focus = invite(
        modules,
        f"""{CONTROLS} const form = controls(); {MAKE}
        return [form, controls(), plain(card.root.activeElement)];""",
        inviting(*STATES),
        made=SENT,
        width=width,
    )
    assert all(name and index == 0 for name, index in form + link)
    names = [name for name, _ in form]
    assert len(set(names)) == len(names)
    # The button that was pressed is gone: the page is read on from what it made.
    assert focus == "Link for “Famille Le Goff”"


def test_the_form_is_sent_by_the_enter_key(modules: Modules) -> None:
    # What a browser does for the key in a field of a form with one button that submits.
    sent = invite(
        modules,
        f"""{FILL} await write("Famille Le Goff"); all("form")[0].requestSubmit();
        await settled(); return [sent("invite").length, all("[type=submit]").length];""",
        inviting(can="account"),
    )
    assert sent == [1, 1]


WIDEST = """
    const blocks = new CSSStyleSheet();
    blocks.replaceSync("ha-card { display: block; }");
    card.root.adoptedStyleSheets = [...card.root.adoptedStyleSheets, blocks];
    const beyond = () => {
        const { right } = card.frame.getBoundingClientRect();
        return all(".frame *:not(.hidden)")
            .filter((one) => one.getBoundingClientRect().right > right + 0.5)
            .map((one) => one.className || one.localName);
    };
"""


@pytest.mark.parametrize("language", ["fr", "en-GB"])
@pytest.mark.parametrize("width", [390, 1000])
def test_nothing_is_wider_than_the_page(modules: Modules, width: int, language: str) -> None:
    long = "Famille-dont-le-nom-est-fort-long-et-ne-se-coupe-nulle-part-du-tout"
    frame, form, link = invite(
        modules,
        f"""{WIDEST} const form = beyond(); {MAKE}
        return [card.frame.getBoundingClientRect().width, form, beyond()];""",
        inviting(*STATES, can="friend"),
        made=NO_ADDRESS | {"label": long, "link": LINK + "x" * 200},
        width=width,
        language=language,
    )
    assert frame == width
    assert (form, link) == ([], [])


# The way there


def test_together_leads_to_the_invitation(modules: Modules) -> None:
    links = play(
        modules,
        """card.configure({ invite: "invite" });
        await settled();
        const links = all("a").map((one) => [plain(one), one.getAttribute("href")]);
        return links.filter(([, path]) => path?.endsWith("invite"));""",
        name="together",
    )
    assert links == [["Invite a family", "/invite"]]
