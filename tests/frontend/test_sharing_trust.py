"""Keys, days and the journal on the page of what is shared, and the dialogues about them."""

from typing import Any

import pytest

from .clipboard import CLIPBOARD
from .conftest import Modules
from .sharing_home import (
    NEW,
    SIX,
    THEIRS,
    account,
    changed,
    demo,
    grant,
    known,
    play,
    series,
    trusted,
)
from .town import Town

SHARED = account(series("Use", "PT1H", grant("Dune")), series("Days", "P1D", grant("Dune")))

STEP = {
    "type": "menu",
    "step_id": "init",
    "flow_id": "f",
    "menu_options": ["same", "other", "later"],
    "description_placeholders": {
        "friend": "Dune\\-",
        "how": "seen since 2026-03-03, never checked",
        "changed": "2026-11-26 09:12",
        "before_begin": "4271  0936  8815",
        "before_end": "5502  1947  3368",
        "now_begin": "9054  7713  2086",
        "now_end": "6439  0125  8870",
        "shares": "3",
        "holds": "0",
    },
}
SIGNED = {
    "ours": {"granted": 11, "acknowledged": 10, "withdrawn": 0, "erased": 0},
    "theirs": {"granted": 0, "acknowledged": 0, "withdrawn": 0, "erased": 0},
}
OTHER = {"fingerprint": SIX, "at": None, "before_how": "seen"}
ISSUE = {"domain": "sen1", "translation_key": "key_changed", "issue_id": "key_changed_1"}


def test_a_friend_has_the_mark_of_its_key_and_the_marks_are_explained_once(
    modules: Modules,
) -> None:
    found = play(
        modules,
        """return [all("ha-card:first-of-type [role=img]").map(named),
            all(".keys-told li").map(plain)];""",
        sharing=SHARED,
        trust=trusted(known("Dune", "seen")),
    )
    assert found[0][0] == "key seen, not verified"
    assert found[1] == ["key seen, not verified"]


@pytest.mark.parametrize("language", ["en-GB", "fr-FR"])
@pytest.mark.parametrize("width", [400, 1000])
def test_trust_says_of_each_friend_how_many_days_agree(
    modules: Modules, width: int, language: str
) -> None:
    friends = (
        known("Dune", days=(8, 8, 0, 0)),
        known("Fern", days=(96, 95, 1, 0)),
        known("Node", "keyless"),
    )
    page = play(
        modules,
        """await press({ "en-GB": "Trust", "fr-FR": "Confiance" }[language]); return page();""",
        sharing=SHARED,
        trust=trusted(*friends),
        width=width,
        language=language,
    )
    said = {
        "en-GB": ("8 days of 8", "95 days of 96", "does not sign"),
        "fr-FR": ("8 jours sur 8", "95 jours sur 96", "ne signe pas"),
    }
    for one in said[language]:
        assert one in page


def test_many_who_do_not_sign_are_one_row_that_unfolds(modules: Modules) -> None:
    found = play(
        modules,
        """await press("Trust"); const named = () => all("ul.trust li").map(plain);
        const folded = named();
        all("ul.trust button")[0].click();
        await settled();
        return [folded, named()];""",
        sharing=SHARED,
        trust=trusted(*(known(name, "keyless") for name in ("Ada", "Bea", "Cyr", "Dan"))),
    )
    assert len(found[0]) == 1
    assert "4 others" in found[0][0]
    assert "does not sign" in found[0][0]
    assert [name[:3] for name in found[1][1:]] == ["Ada", "Bea", "Cyr", "Dan"]


def test_without_what_is_known_of_keys_the_page_shows_what_is_shared(modules: Modules) -> None:
    page = play(modules, "return page();", sharing=SHARED)
    assert "Dune" in page
    assert "could not be read" in page
    assert "Trust" not in page


def test_what_the_server_says_of_itself_and_my_numbers_are_unfolded(modules: Modules) -> None:
    policy = [{"key": "data_retention", "text": "Kept for 30 days."}]
    found = play(
        modules,
        """await press("My six numbers"); return [page(), all(".six li").map(plain)];""",
        sharing=SHARED,
        trust=trusted(known("Dune"), policy=policy),
    )
    assert found[1] == SIX
    assert "What the server rade.example says of itself:Kept for 30 days." in found[0]
    assert "xmpp:ibis@rade.example?roster" in found[0]


def test_another_key_in_my_name_is_told(modules: Modules) -> None:
    trust = trusted(known("Dune"), own_key_forged=True)
    page = play(modules, "return page();", sharing=SHARED, trust=trust)
    assert "Your server shows another key than yours in your name" in page


@pytest.mark.parametrize(
    ("label", "answer"), [("The numbers are the same", True), ("The numbers are others", False)]
)
def test_numbers_are_compared_side_by_side(modules: Modules, label: str, answer: bool) -> None:
    numbers, said, is_open = play(
        modules,
        """await press("Compare the numbers: Dune");
        while (!all("dialog .six li").length) await painted();
        const shown = all("dialog .six li").map(plain);
        await press(label); await settled();
        return [shown, calls.find(({ type }) => type === "sen1/confirm_key"), Boolean(dialog())];
        """.replace("label", repr(label)),
        sharing=SHARED,
        trust=trusted(known("Dune", "seen")),
        answers={"sen1/confirm_key": {}},
    )
    assert numbers == THEIRS + SIX
    assert said == {
        "type": "sen1/confirm_key",
        "entry_id": "a",
        "friend_id": "dune",
        "same": answer,
    }
    assert not is_open


def test_an_answer_that_does_not_get_through_is_told_and_given_again(modules: Modules) -> None:
    text, is_disabled = play(
        modules,
        """await press("Compare the numbers: Dune"); await press("The numbers are the same");
        return [plain(dialog()), button("The numbers are the same").disabled];""",
        sharing=SHARED,
        trust=trusted(known("Dune", "seen")),
    )
    assert "The answer did not get through" in text
    assert not is_disabled


@pytest.mark.parametrize(
    ("pressed", "option"),
    [
        pytest.param("I called: they read the numbers under", "same", id="the new ones"),
        pytest.param("I called: they read other numbers", "other", id="others"),
    ],
)
@pytest.mark.parametrize("width", [400, 1000])
def test_a_changed_key_is_answered_by_the_steps_of_its_repair(
    modules: Modules, width: int, pressed: str, option: str
) -> None:
    text, numbers, posted, is_open = play(
        modules,
        f"""await press("Answer: Dune"); await settled();
        const [text, numbers] = [plain(dialog()), all("dialog .six li").map(plain)];
        await press({pressed!r}); await settled();
        const posted = calls.filter(({{ next_step_id: id }}) => id).map((one) => one.next_step_id);
        return [text, numbers, posted, Boolean(dialog())];""",
        sharing=SHARED,
        trust=trusted(changed("Dune")),
        width=width,
        answers={"step": STEP, "repairs/list_issues": {"issues": [ISSUE]}},
    )
    assert numbers == THEIRS + NEW
    for said in (
        "The key of “Dune” has changed",
        "Exchange is stopped both ways.",
        "Most often: Dune was set up anew",
        "More rarely: somebody passes for Dune.",
        "verified by you on 3 Mar 2026, by their link",
        "Call Dune",
        "2 measures that you send them, 1 that you receive",
    ):
        assert said in text
    assert posted == [option]
    assert not is_open


def test_to_decide_later_leaves_the_repair_open(modules: Modules) -> None:
    calls, is_open = play(
        modules,
        """await press("Answer: Dune"); await settled();
        await press("I do not know yet"); await settled();
        return [calls.filter(({ path }) => path).map(({ method, path }) => `${method} ${path}`),
            Boolean(dialog())];""",
        sharing=SHARED,
        trust=trusted(changed("Dune")),
        answers={"step": STEP, "repairs/list_issues": {"issues": [ISSUE]}},
    )
    assert calls[-1] == "DELETE repairs/issues/fix/f"
    assert not any("next_step_id" in call for call in calls)
    assert not is_open


def test_whose_repair_was_answered_can_be_answered_anew(modules: Modules) -> None:
    said = play(
        modules,
        """await press("Answer: Dune"); await settled();
        await press("I called: they read the numbers under"); await settled();
        return calls.find(({ type }) => type === "sen1/confirm_key");""",
        sharing=SHARED,
        trust=trusted(changed("Dune")),
        answers={"repairs/list_issues": {"issues": []}, "sen1/confirm_key": {}},
    )
    assert said["same"] is True


def test_of_several_changed_keys_the_repair_of_the_friend_is_found(modules: Modules) -> None:
    text = play(
        modules,
        """await press("Answer: Dune"); await settled(); return plain(dialog());""",
        sharing=SHARED,
        trust=trusted(changed("Fern", changed=OTHER), changed("Dune")),
        answers={
            "step": STEP,
            "repairs/list_issues": {"issues": [ISSUE, ISSUE | {"issue_id": "key_changed_2"}]},
        },
    )
    assert "The key of “Dune” has changed" in text


@pytest.mark.parametrize(
    ("label", "asked"),
    [
        (
            "Proof of consent: Dune",
            {"type": "sen1/consent_proof", "entry_id": "a", "friend_id": "dune"},
        ),
        (
            "Journal with them: Dune",
            {"type": "sen1/export_journal", "entry_id": "a", "friend_id": "dune"},
        ),
    ],
)
def test_journal_and_proofs_are_kept_as_files(
    modules: Modules, label: str, asked: dict[str, Any]
) -> None:
    calls, name = play(
        modules,
        f"""let name;
        instead(HTMLAnchorElement.prototype, "click", function () {{ name = this.download; }});
        await press({label!r});
        return [calls, name];""",
        sharing=SHARED,
        trust=trusted(known("Dune")),
        answers={asked["type"]: {"name": "it.json", "text": "{}"}},
    )
    assert asked in calls
    assert name == "it.json"


@pytest.mark.parametrize(
    ("label", "asked", "answer", "kept"),
    [
        pytest.param(
            "The journal",
            {"type": "sen1/export_journal", "entry_id": "a"},
            {"name": "journal.json", "text": "{}"},
            "journal.json",
            id="journal",
        ),
        pytest.param(
            "Proofs of consent",
            {"type": "sen1/consent_proof", "entry_id": "a"},
            {"name": "proofs.json", "text": "{}"},
            "proofs.json",
            id="proofs",
        ),
        pytest.param(
            "Meter",
            {
                "type": "call_service",
                "domain": "sen1",
                "service": "export_series",
                "service_data": {"series": "sensor.meter", "format": "csv"},
                "return_response": True,
            },
            {"response": {"content": "begin;value"}},
            "Meter.csv",
            id="values",
        ),
    ],
)
def test_my_data_are_exported_as_the_files_that_there_are(
    modules: Modules, label: str, asked: dict[str, Any], answer: dict[str, Any], kept: str
) -> None:
    town = Town(1)
    town.states["sensor.meter"] = {"state": "1", "attributes": {"unit_of_measurement": "W"}}
    calls, name, told = play(
        modules,
        f"""let name;
        await press("Take all"); await press("Export my data");
        instead(HTMLAnchorElement.prototype, "click", function () {{ name = this.download; }});
        while (!dialog()) await painted();
        [...dialog().querySelectorAll("button")]
            .find((one) => named(one).startsWith({label!r})).click();
        await settled();
        return [calls, name, plain(dialog())];""",
        sharing=account(series("Meter", "live", grant("Dune")), series("Tariff", "live")),
        trust=trusted(known("Dune")),
        town=town,
        answers={asked["type"]: answer},
    )
    assert asked in calls
    assert name == kept
    assert f"“{label}” is made." in told
    assert "Tariff" not in told


@pytest.mark.parametrize(
    ("language", "line"),
    [
        pytest.param(
            "en", "2026-11-01T00:00:00+01:00,2026-11-01T01:00:00+01:00,-0.5,kWh,sum", id="en"
        ),
        pytest.param(
            "fr", "2026-11-01T00:00:00+01:00;2026-11-01T01:00:00+01:00;-0,5;kWh;sum", id="fr"
        ),
    ],
)
def test_exported_values_are_written_as_the_person_writes_numbers(
    modules: Modules, language: str, line: str
) -> None:
    town = Town(1)
    town.states["sensor.meter"] = {"state": "1", "attributes": {"unit_of_measurement": "W"}}
    begin, end = (f"2026-11-01T0{hour}:00:00+01:00" for hour in range(2))
    content = f"begin,end,value,unit,aggregation\n{begin},{end},-0.5,kWh,sum\n"
    found = play(
        modules,
        """const { promise: saved, resolve } = Promise.withResolvers();
        await press({ en: "Take all", fr: "Tout emporter" }[language]);
        await press({ en: "Export my data", fr: "Exporter mes données" }[language]);
        instead(HTMLAnchorElement.prototype, "click", async function () {
            resolve(await (await fetch(this.href)).text());
        });
        await press("Meter");
        return (await saved).split("\\r\\n")[1];""",
        sharing=account(series("Meter", "live", grant("Dune"))),
        trust=trusted(known("Dune")),
        town=town,
        answers={"call_service": {"response": {"content": content}}},
        language=language,
    )
    assert found == line


def test_a_file_that_cannot_be_made_is_said_in_the_dialogue(modules: Modules) -> None:
    told = play(
        modules,
        """await press("Take all"); await press("Export my data");
        while (!dialog()) await painted();
        [...dialog().querySelectorAll("button")]
            .find((one) => named(one).startsWith("The journal")).click();
        await settled();
        return plain(dialog());""",
        sharing=SHARED,
        trust=trusted(known("Dune")),
    )
    assert "This file could not be made. Try again." in told


@pytest.mark.parametrize("width", [400, 1000])
def test_everything_is_taken_back_or_erased_once_this_is_confirmed(
    modules: Modules, width: int
) -> None:
    before, titles, withdrawn, erased = play(
        modules,
        """const sent = (kind) => calls.filter(({ type }) => type === kind).length;
        const title = () => dialog().querySelector("h2").textContent;
        const changes = ["sen1/change_grant", "sen1/erase_held"];
        await press("Take all");
        await press("Erase everything…"); await press("Take back all that I share");
        const titles = [title()];
        const before = changes.map(sent);
        dialog().querySelector("button.danger").click(); await settled();
        await press("Erase everything…"); await press("Erase all that I hold of others");
        titles.push(title());
        dialog().querySelector("button.danger").click(); await settled();
        return [before, titles, sent(changes[0]), calls.filter(({ type }) => type === changes[1])];
        """,
        sharing=demo(),
        trust=trusted(known("Dune")),
        answers={"sen1/erase_held": {"accounts": [demo()]}},
        width=width,
    )
    assert before == [0, 0]
    assert titles == ["Take back all 19 shares?", "Erase all 15 measures?"]
    assert withdrawn == 19
    assert len(erased) == 9


def test_a_new_key_is_made_once_this_is_confirmed(modules: Modules) -> None:
    before, after = play(
        modules,
        """await press("My six numbers"); await press("Make a new key…");
        const made = () => calls.filter(({ type }) => type === "sen1/new_key").length;
        const before = made();
        dialog().querySelector("button.danger").click(); await settled();
        return [before, made()];""",
        sharing=SHARED,
        trust=trusted(known("Dune")),
        answers={"sen1/new_key": {}},
    )
    assert (before, after) == (0, 1)


@pytest.mark.parametrize("language", ["en-GB", "fr-FR"])
def test_a_verification_is_told_in_words(modules: Modules, language: str) -> None:
    days = {"known": 9, "equal": 7, "not_received": 1, "differs": 0, "unconfirmed": 1}
    verdict = {
        "state": "agrees",
        "since": "2026-03-03",
        "entries": 4127,
        "unconfirmed_since": "2026-11-25T23:00:00+00:00",
        "lines": [{"kind": "changed", "text": "Entry 3: it was changed."}],
        "notes": [{"kind": "torn", "text": "Entry 9: the power went."}],
        "friends": [{"friend_id": "dune", "friend": "Dune", "days": days, **SIGNED}],
    }
    text, asked = play(
        modules,
        """await press(language.startsWith("fr") ? "Le journal" : "The journal");
        button(language.startsWith("fr") ? "Vérifier" : "Verify").click();
        await settled(); await settled();
        return [plain(dialog()), calls.find(({ type }) => type === "sen1/verify_journal")];""",
        sharing=SHARED,
        trust=trusted(known("Dune")),
        language=language,
        answers={"sen1/verify_journal": verdict},
    )
    assert asked == {"type": "sen1/verify_journal", "entry_id": "a", "language": language}
    said = {
        "en-GB": (
            *("All agrees since 3 March 2026", "With Dune 9 days: 7 equal", "26 November 2026"),
            "With Dune, signed by both: 10 of 11 measures that you granted.",
        ),
        "fr-FR": (
            *("Tout concorde depuis le 3 mars 2026", "Avec Dune, 9 jours", "26 novembre 2026"),
            "Avec Dune, signées des deux côtés : 10 des 11 mesures que vous avez accordées.",
        ),
    }
    for one in (*said[language], "Entry 3: it was changed.", "Entry 9: the power went."):
        assert one in text


def test_a_journal_is_said_to_be_intact_before_a_day_is_compared(modules: Modules) -> None:
    verdict = {
        "state": "agrees",
        "since": "2026-11-26",
        "entries": 115,
        "unconfirmed_since": "2026-11-26T09:00:00+00:00",
        "lines": [],
        "notes": [],
        "friends": [
            {"friend_id": "dune", "friend": "Dune", "days": known("Dune")["days"], **SIGNED}
        ],
    }
    text = play(
        modules,
        """await press("The journal"); await press("Verify"); await settled();
        return plain(dialog());""",
        sharing=SHARED,
        trust=trusted(known("Dune"), state="none"),
        answers={"sen1/verify_journal": verdict},
    )
    assert "The journal is as it was written; no day to compare yet." in text
    assert "All agrees" not in text


def test_who_is_sent_nothing_has_a_key_to_compare_and_to_answer_about_as_well(
    modules: Modules,
) -> None:
    found = play(
        modules,
        """return all(".trust button").map((one) => one.ariaLabel);""",
        sharing=SHARED,
        trust=trusted(known("Dune"), known("Fern", "seen", shares=0), changed("Ivy", shares=0)),
    )
    assert found == ["Compare the numbers: Fern", "Answer: Ivy"]


def test_a_verification_that_failed_says_so(modules: Modules) -> None:
    text = play(
        modules,
        """await press("The journal"); await press("Verify"); await settled();
        return plain(dialog());""",
        sharing=SHARED,
        trust=trusted(known("Dune")),
    )
    assert "The journal could not be read" in text


def test_my_link_is_copied_over_plain_http_too_and_the_page_says_so(modules: Modules) -> None:
    kept, said = play(
        modules,
        f"""const isSecure = false, isAllowed = true; {CLIPBOARD}
        await press("My six numbers"); await press("Copy the link");
        delete navigator.clipboard;
        document.execCommand = execCommand;
        return [kept, all(".chips [role=status]").map(plain)];""",
        sharing=SHARED,
        trust=trusted(known("Dune")),
    )
    assert len(kept) == 1
    assert kept[0].startswith("xmpp:ibis@rade.example")
    assert said == ["Copied"]
