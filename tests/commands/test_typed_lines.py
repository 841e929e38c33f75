"""What people type: marks, punctuation, phrases, slips and names, each as it was seen."""

import pytest
import yaml

from bot.commands.command import Unclear
from bot.commands.phrases import one_slip_apart, phrases
from bot.commands.reading import read_command, read_words
from bot.commands.verbs import BY_NAME
from bot.errors import BadUsage
from bot.portal.identifiers import read_pasted
from bot.portal.object_ids import Kind
from bot.words import messages_folder

JENNY = "jenny@example.com"
OF_LATER_VERSIONS = {"invoices"}
"""Verbs of the contract that phrases mean already."""


def unclear(line: str) -> Unclear:
    with pytest.raises(Unclear) as refused:
        read_command(line)
    return refused.value


def choices(line: str) -> list[str]:
    return [each.line() for each in unclear(line).choices]


@pytest.mark.parametrize(("typed", "meant"), [
    ("switch sub_x price_y, qty:1", "switch sub_x price_y qty:1"),
    ("switch sub_x `price_y`", "switch sub_x price_y"),
    ("switch sub_x <price_y>", "switch sub_x price_y"),
    ("switch sub_x &lt;price_y&gt;", "switch sub_x price_y"),
    ("switch sub_x ```price_y```.", "switch sub_x price_y"),
    ("switch `sub_x`, 'price_y';", "switch sub_x price_y"),
    ("why sub_x cancel?", "why sub_x cancel"),
    ("why (sub_x) “cancel”?!", 'why sub_x "cancel"'),
    ("cancel sub_x offer：c10", "cancel sub_x offer:c10"),
    ("cancel sub_x offer:`c10`", "cancel sub_x offer:c10"),
    ("cancel sub_x offer: c10", "cancel sub_x offer:c10"),
    ("cancel sub_x offer=c10;", "cancel sub_x offer:c10"),
    ("ｃａｎｃｅｌ　ｓｕｂ＿ｘ　ｏｆｆｅｒ：ｃ１０", "cancel sub_x offer:c10"),
    ("home cus_x locale:de.", "home cus_x locale:de"),
    ("*home* cus_x", "home cus_x"),
    ("_home_ cus_x", "home cus_x"),
    ("~home~ *cus_x*", "home cus_x"),
    ("*home cus_x*", "home cus_x"),
    ("_home cus_x_", "home cus_x"),
    ("home\u200b cus_x", "home cus_x"),
    ("\u2068home\u2069\xa0cus_\u00adx\ufe0f", "home cus_x"),
    ("home: cus_x", "home cus_x"),
    ("home, cus_x", "home cus_x"),
    ("home,cus_x", "home cus_x"),
    ("home:cus_x", "home cus_x"),
    ("Home – cus_x", "home cus_x"),
    ("home Cus_x", "home cus_x"),
    ("home SUB_SCHED_x", "home sub_sched_x"),
    ("home cus_x config:bpc_1,", "home cus_x config:bpc_1"),
    ("<http://jo%40field.example|jo%40field.example>", "jo@field.example"),
    ("home jo%2Bx%40field.example", "home jo+x@field.example"),
    ("home <mailto:jo@field.example|Jo>.", "home jo@field.example"),
    ("Invoice-ABCD1234-0001.pdf", "ABCD1234-0001"),
    ("Invoice-ABCD1234-0001 (2).pdf", "ABCD1234-0001"),
    ("Receipt-1234-5678.pdf", "1234-5678"),
    ("home invoice-abcd1234-0001", "home abcd1234-0001"),
    ("switch sub_x price_y,qty:1", "switch sub_x price_y qty:1"),
    ("sub_x,price_y;qty:1 switch", "switch sub_x price_y qty:1"),
    ("switch sub_x price_y (qty:1)", "switch sub_x price_y qty:1"),
    ("switch sub_x price_y [qty: 1]", "switch sub_x price_y qty:1"),
    ("switch sub_x qty = 1", "switch sub_x qty:1"),
    ("switch sub_x qty:1,promo:HELLO", "switch sub_x qty:1 promo:HELLO"),
    ("cancel sub_x offer ： c10", "cancel sub_x offer:c10"),
    ('home cus_x for:"ticket 42".', 'home cus_x for:"ticket 42"'),
    ("home\u200bcus_x", "home cus_x"),
    ("home:\u2060cus_x", "home cus_x"),
    ("cancel jo@field.example's subscription", "cancel jo@field.example"),
    ("switch sub_x <https://dashboard.stripe.com/test/prices/price_y|price_y>", "switch sub_x price_y"),
    ("switch sub_x https://dashboard.stripe.com/products/prod_y?active=true", "switch sub_x prod_y"),
    ("home|cus_x", "home cus_x"),
    ("home mailto:jo@field.example", "home jo@field.example"),
    ("mailto:jo@field.example home", "home jo@field.example"),
    ("home tel:+4930901820", "home +4930901820"),
    ("why sub_x can't cancel?", "why sub_x cancel"),
    ("why is sub_x not able to cancel?", "why sub_x cancel"),
    ("home (555) 555-5555, please", "home (555) 555-5555"),
    ("home +49 30 901820 for:ticket 42", 'home +49 30 901820 for:"ticket 42"'),
])  # fmt: skip
def test_what_slack_phones_and_copying_add_changes_nothing(typed: str, meant: str) -> None:
    assert read_command(typed) == read_command(meant)
    assert read_command(typed).line() in {meant, meant.replace('"cancel"', "cancel")}


def test_a_code_keeps_the_capitals_that_an_id_loses() -> None:
    assert read_command("switch sub_x promo:PROMO_10").option("promo") == "PROMO_10"
    assert read_command("switch Sub_x Price_y").line() == "switch sub_x price_y"


@pytest.mark.parametrize(("typed", "kind", "value"), [
    ("abcd1234-0001", Kind.INVOICE_NUMBER, "ABCD1234-0001"),
    ("qvsdsone-0001", Kind.INVOICE_NUMBER, "QVSDSONE-0001"),
    ("Invoice-ABCD1234-0001.pdf", Kind.INVOICE_NUMBER, "ABCD1234-0001"),
    ("https://dashboard.stripe.com/test/search?query=jo%40field.example", Kind.EMAIL, "jo@field.example"),
    ("https://dashboard.stripe.com/test/search?query=email%3Ajo%40x.example", Kind.EMAIL, "jo@x.example"),
    ("https://dashboard.stripe.com/test/customers?email=jo%40field.example", Kind.EMAIL, "jo@field.example"),
    ("https://dashboard.stripe.com/test/search?query=cus_1a", Kind.CUSTOMER, "cus_1a"),
    ("https://dashboard.stripe.com/test/search?query=Jenny+Rosen", Kind.NAME, "Jenny Rosen"),
    ("johannes-2024", Kind.NAME, "johannes-2024"),
])  # fmt: skip
def test_a_number_and_a_search_page_lead_to_whom_they_are_about(typed: str, kind: Kind, value: str) -> None:
    pasted = read_pasted(read_command(typed).subject)
    assert (pasted.kind, pasted.value) == (kind, value)
    assert pasted.livemode is (False if "/test/" in typed else None)


@pytest.mark.parametrize("typed", [
    "jenny@example.com cancel", "cancel jenny@example.com", "jenny@example.com: cancel?",
    "please cancel for jenny@example.com", "jenny@example.com, please cancel the subscription",
    "cancel customer jenny@example.com thanks",
])  # fmt: skip
def test_a_verb_stands_before_or_after_its_subject(typed: str) -> None:
    assert read_command(typed).line() == "cancel jenny@example.com"


@pytest.mark.parametrize(("phrase", "verb"), [
    ("card expired", "payment"), ("update card", "payment"), ("Card has expired,", "payment"),
    ("update her card", "payment"), ("change plan", "update"), ("upgrade", "update"),
    ("change the plan", "update"), ("wrong name on the invoice", "details"),
    ("wrong name on invoice", "details"), ("change address", "details"), ("can't log in", "passcode"),
    ("can’t log in", "passcode"), ("no code", "passcode"), ("cancel subscription", "cancel"),
])  # fmt: skip
def test_a_phrase_means_its_verb_and_the_command_remembers_it(phrase: str, verb: str) -> None:
    for line in (f"{phrase} {JENNY}", f"{JENNY} {phrase}", f"{phrase} for {JENNY}, please"):
        command = read_command(line)
        assert command == read_command(f"{verb} {JENNY}")
        assert command.phrase
    assert not read_command(f"{verb} {JENNY}").phrase


@pytest.mark.parametrize("phrase", ["invoice", "receipt"])
def test_invoice_and_receipt_mean_invoices(phrase: str) -> None:
    if "invoices" in BY_NAME:
        assert read_command(f"{phrase} {JENNY}").verb.name == "invoices"
    else:
        assert unclear(f"{phrase} {JENNY}").facts["words"] == phrase


def test_more_seats_asks_how_many() -> None:
    with pytest.raises(BadUsage) as refused:
        read_command(f"more seats {JENNY}")
    assert refused.value.code == "quantity_missing"
    assert refused.value.facts["line"] == f"switch {JENNY} qty:5"
    assert read_command(f"more seats {JENNY} qty:7").line() == f"switch {JENNY} qty:7"
    assert choices(f"more seats {JENNY} 7")[0] == f"switch {JENNY} qty:7"


def test_every_phrase_means_a_verb_of_the_contract() -> None:
    table = phrases()
    written = yaml.safe_load((messages_folder() / "phrases.yaml").read_text(encoding="utf-8"))
    assert {words.split()[0] for words in written["verbs"]} <= BY_NAME.keys() | OF_LATER_VERSIONS
    for meaning in table.meanings.values():
        assert meaning.option is None or meaning.option in BY_NAME[meaning.verb].options
    verbs = {verb for (verb, *more) in table.meanings if not more}
    assert table.fillers.isdisjoint(verbs)
    assert table.fillers.isdisjoint(table.elsewhere)


@pytest.mark.parametrize(("typed", "words", "likeliest"), [
    ("paymnet jenny@example.com", "paymnet", "payment jenny@example.com"),
    ("jenny@example.com paymnet", "paymnet", "payment jenny@example.com"),
    ("cancle sub_x", "cancle", "cancel sub_x"),
    ("card expird jenny@example.com", "card expird", "payment jenny@example.com"),
    ("why sub_x cancell", "cancell", "why sub_x cancel"),
    ("cancel noah@example.com at year end", "at year end", "cancel noah@example.com"),
    ("do not cancel noah@example.com", "do not", "cancel noah@example.com"),
    ("Jenny Rosen jenny@example.com", "Jenny Rosen", "jenny@example.com"),
    ("update sub_x price_y", "price_y", "switch sub_x price_y"),
    ("switch sub_x from price_a to price_y", "price_a", "switch sub_x price_y"),
    ("upgrade noah@example.com to pro", "pro", 'switch noah@example.com "pro"'),
    ("switch sub_x price_y price_z", "price_z", "switch sub_x price_y"),
    ("switch sub_x team_yearly tomorrow", "team_yearly tomorrow", "switch sub_x"),
    ("paymnet jenny rosen", "paymnet", 'payment "jenny rosen"'),
    ("Paymnet jenny rosen", "Paymnet", 'payment "jenny rosen"'),
    ("jenny rosen cancle", "cancle", 'cancel "jenny rosen"'),
    ("paymnet:jenny@example.com", "paymnet", "payment jenny@example.com"),
    ("paymnet jenny@example.com for:ticket 42", "paymnet", 'payment jenny@example.com for:"ticket 42"'),
])  # fmt: skip
def test_a_word_that_is_not_understood_is_named_with_what_was_meant(
    typed: str, words: str, likeliest: str
) -> None:
    refused = unclear(typed)
    assert refused.code == "word_not_understood"
    assert refused.facts["words"] == words
    assert refused.choices[0].line() == likeliest
    assert likeliest in str(refused.facts["choices"])


def test_what_no_verb_does_is_said_with_what_to_do_instead() -> None:
    for line in (f"refund {JENNY}", f"{JENNY} refund", "refund jenny rosen"):
        refused = unclear(line)
        assert (refused.code, refused.facts["word"]) == ("verb_elsewhere", "refund")
        assert "Dashboard" in str(refused.facts["instead"])
        assert all(not choice.makes_link for choice in refused.choices)


@pytest.mark.parametrize(("typed", "readings"), [
    ("home cancel jenny@example.com", ["home jenny@example.com", "cancel jenny@example.com"]),
    ("cancel sub_x why", ["why sub_x cancel", "cancel sub_x"]),
    ("jenny rosen cancel", ['cancel "jenny rosen"', '"jenny rosen cancel"']),
    ("update card kingdom", ['payment "kingdom"', 'update "card kingdom"']),
    ("mcdonald's cancel", ['cancel "mcdonald\'s"', '"mcdonald\'s cancel"']),
    ("upgrade labs", ['update "labs"', '"upgrade labs"']),
    ("cancel jenny pause", ['cancel "jenny pause"', 'pause "jenny"']),
    ("home cus_1 cus_2", ["home cus_1", "home cus_2"]),
])  # fmt: skip
def test_with_two_readings_it_asks(typed: str, readings: list[str]) -> None:
    assert choices(typed) == readings


@pytest.mark.parametrize(("typed", "verb", "name"), [
    ("jenny rosen", "", "jenny rosen"), ("change plan for jenny", "update", "jenny"),
    ("change plan jenny rosen", "update", "jenny rosen"), ("upgrade for jenny", "update", "jenny"),
    ("change jenny's plan", "update", "jenny"), ("change jenny rosen’s plan", "update", "jenny rosen"),
    ("cancel jenny rosen's subscription please", "cancel", "jenny rosen"),
    ("jenny's card expired", "payment", "jenny"), ("Jenny's Shop", "", "Jenny's Shop"),
    ("cancel McDonald's Munich", "cancel", "McDonald's Munich"), ("home McDonald's", "home", "McDonald's"),
    ("jo @ field.example", "", "jo @ field.example"),
    ("card expired for the customer jenny rosen please", "payment", "jenny rosen"),
    ("jenny rosen card expired", "payment", "jenny rosen"),
    ("home Bank of America", "home", "Bank of America"), ("home the one", "home", "the one"),
    ("home For Eyes", "home", "For Eyes"), ("home Home Depot", "home", "Home Depot"),
    ("Jenny Page", "", "Jenny Page"), ("Upgrade Labs", "", "Upgrade Labs"), ("Emily Rose", "", "Emily Rose"),
    ("emily rose", "", "emily rose"), ("Homer Simpson", "", "Homer Simpson"),
    ("home Acme, Inc.", "home", "Acme, Inc"), ("home Yahoo! Media", "home", "Yahoo! Media"),
    ("Re:Store GmbH", "", "Re:Store GmbH"), ('home "home depot"', "home", "home depot"),
    ('"home"', "", "home"),
    ("home Smith &amp; Sons", "home", "Smith & Sons"), ('home John "Johnny" Doe', "home", "John Johnny Doe"),
])  # fmt: skip
def test_names_are_customers_too(typed: str, verb: str, name: str) -> None:
    command = read_command(typed)
    assert (command.verb.name, command.subject) == (verb, name)
    assert read_command(command.line()) == command


def test_a_name_before_an_address_in_brackets_is_part_of_it_and_a_slip_is_not() -> None:
    command = read_command(f"home Jenny Rosen &lt;<mailto:{JENNY}|{JENNY}>&gt;")
    assert command.subject == f"Jenny Rosen <{JENNY}>"
    assert read_pasted(command.subject).value == JENNY
    assert unclear(f"paymnet <{JENNY}>").choices[0].line() == f"payment {JENNY}"
    assert unclear(f"refund <{JENNY}>").code == "verb_elsewhere"


@pytest.mark.parametrize(("typed", "target"), [
    ("why sub_x upgrade", "update"), ("why can't sub_x cancel", "cancel"),
    ("why sub_x change plan", "update"), ("why can't jenny rosen change plan?", "update"),
])  # fmt: skip
def test_what_why_asks_about_may_be_a_phrase(typed: str, target: str) -> None:
    assert (read_command(typed).verb.name, read_command(typed).target) == ("why", target)


@pytest.mark.parametrize("line", [
    "paymnet https://billing.stripe.com/p/session/test_SECRET", "cus_1 cus_2 sk_live_SECRET",
    "home https://billing.stripe.com/p/session/SECRET at once", "cancel sub_x for:rk_live_SECRET",
    'home "a sk_live_SECRET', 'sk_live_SECRET"', 'xoxb-SECRET cus_1',
])  # fmt: skip
def test_a_session_address_or_key_is_left_to_the_lookup_which_repeats_neither(line: str) -> None:
    command = read_command(line)
    with pytest.raises(Exception, match=r"portal_session_address|key_pasted"):
        read_pasted(command.subject)
    assert command.option("for") is None
    assert read_command(command.line()) == command


def test_a_reason_before_the_customer_ends_there() -> None:
    command = read_command(f"for:ticket 42 home {JENNY}")
    assert (command.line(), command.option("for")) == (f'home {JENNY} for:"ticket 42"', "ticket 42")
    assert read_command("home for:T-12 Jenny Rosen").subject == "Jenny Rosen"


def test_what_follows_another_option_is_no_reason() -> None:
    assert unclear(f"home {JENNY} for:ticket 42 locale:de urgent").facts["words"] == "urgent"


def test_a_shell_that_takes_the_quotes_away_changes_nothing() -> None:
    words = ["switch", "cus_x", "for:asked: 5 seats, qty:9 later", "qty:5"]
    assert dict(read_words(words).options) == {"qty": "5", "for": "asked: 5 seats, qty:9 later"}
    assert read_words(["home", "Jenny Rosen"]) == read_command("home Jenny Rosen")


@pytest.mark.parametrize(("one", "other", "near"), [
    ("paymnet", "payment", True), ("cancl", "cancel", True), ("cancell", "cancel", True),
    ("hime", "home", True),
    ("home", "home", False), ("emily", "email", False), ("rosen", "home", False), ("emial", "email", True),
])  # fmt: skip
def test_one_slip_is_one_letter_or_two_exchanged(one: str, other: str, near: bool) -> None:
    assert one_slip_apart(one, other) is near
    assert one_slip_apart(other, one) is near
