import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadUsage, NotFound, Refused
from bot.portal.identifiers import Pasted, find_references, read_pasted
from bot.portal.object_ids import Kind

SESSION_TOKEN = "YWNjdF8xTXJTanpMa2RJd0h1N2l4"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("cus_QXg1o8vcGmoR32", Kind.CUSTOMER),
        ("sub_1Pgc6rB7WZ01zgkWNy0Cn5nw", Kind.SUBSCRIPTION),
        ("sub_sched_1Pgc7AB7WZ01zgkWaeHcsbnC", Kind.SCHEDULE),
        ("si_QXhVnC2h0Jczwc", Kind.ITEM),
        ("in_1Pgc6tB7WZ01zgkWu9fdqL6I", Kind.INVOICE),
        ("pi_1PgafyB7WZ01zgkWSjxsAJo3", Kind.PAYMENT_INTENT),
        ("ch_1PgafuB7WZ01zgkWXYmPNZs8", Kind.CHARGE),
        ("py_1PgafuB7WZ01zgkWXYmPNZs8", Kind.CHARGE),
        ("cs_test_a1YS1URlnyQCN5fUUduORoQ7Pw41PJqDWkIVQCpJPqkfIhd6tVY8XB1OLY", Kind.CHECKOUT_SESSION),
        ("cs_live_a1YS1URlnyQCN5fUUduORoQ7Pw41PJqDWkIVQCpJPqkfIhd6tVY8XB1OLY", Kind.CHECKOUT_SESSION),
        ("pm_1Pgc75B7WZ01zgkWlHVgdEGJ", Kind.PAYMENT_METHOD),
        ("seti_1Pgag7B7WZ01zgkWSgwGdb8Z", Kind.SETUP_INTENT),
        ("cn_1Pgc75B7WZ01zgkWJMPt5riP", Kind.CREDIT_NOTE),
        ("qt_1Pgc79B7WZ01zgkWHyj9Adwl", Kind.QUOTE),
        ("ii_1Pgc6sB7WZ01zgkWrG16hkdl", Kind.INVOICE_ITEM),
        ("re_1Pgc72B7WZ01zgkWqPvrRrPE", Kind.REFUND),
        ("pyr_1Pgc72B7WZ01zgkWqPvrRrPE", Kind.REFUND),
        ("dp_1Pgc71B7WZ01zgkWMevJiAUx", Kind.DISPUTE),
        ("du_1Pgc71B7WZ01zgkWMevJiAUx", Kind.DISPUTE),
        ("evt_1Pgc76B7WZ01zgkWwyRHS12y", Kind.EVENT),
        ("acct_1Pgc70B7WZ01zgkW", Kind.ACCOUNT),
        ("jenny@example.com", Kind.EMAIL),
        ("jenny+billing@example.co.uk", Kind.EMAIL),
        ("o'brien@example.com", Kind.EMAIL),
        ("jürgen@müller.de", Kind.EMAIL),
        ('"jenny rosen"@example.com', Kind.EMAIL),
        ("C008FC2-0354", Kind.INVOICE_NUMBER),
        ("INV-2026-00012", Kind.INVOICE_NUMBER),
        ("12345678-0001", Kind.INVOICE_NUMBER),
        ("C008FC2-DRAFT", Kind.INVOICE_NUMBER),
        ("1234-5678", Kind.RECEIPT_NUMBER),
        ("#1234-5678", Kind.RECEIPT_NUMBER),
        ("+49 30 901820", Kind.PHONE),
        ("(555) 555-5555", Kind.PHONE),
        ("555-123-4567", Kind.PHONE),
        ("0049 (0)30/901820", Kind.PHONE),
        ("555.555.5555 ext 12", Kind.PHONE),
        ("Jenny Rosen", Kind.NAME),
        ("anna-2024", Kind.NAME),
        ("山田 太郎", Kind.NAME),
        ("re_run", Kind.REFUND),
    ],
)
def test_every_kind_of_paste_is_recognised(text: str, kind: Kind) -> None:
    assert read_pasted(text).kind is kind


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "<https://dashboard.stripe.com/customers/cus_QXg1o8vcGmoR32|dashboard.stripe.com/…>",
            "cus_QXg1o8vcGmoR32",
        ),
        ("`cus_QXg1o8vcGmoR32`", "cus_QXg1o8vcGmoR32"),
        ("*cus_QXg1o8vcGmoR32*", "cus_QXg1o8vcGmoR32"),
        ("_cus_QXg1o8vcGmoR32_", "cus_QXg1o8vcGmoR32"),
        ("“cus_QXg1o8vcGmoR32”,", "cus_QXg1o8vcGmoR32"),
        ("(cus_QXg1o8vcGmoR32).", "cus_QXg1o8vcGmoR32"),
        ("\u200bcus_QXg1o8\u200dvcGmoR32\ufeff", "cus_QXg1o8vcGmoR32"),
        ("\xa0cus_QXg1o8vcGmoR32\n", "cus_QXg1o8vcGmoR32"),
        ("pi_1PgafyB7_secret_Dm43xiq1k0ywrRRjDoi8y1gkM", "pi_1PgafyB7"),
        ("<mailto:jenny@example.com|jenny@example.com>", "jenny@example.com"),
        ("<mailto:jenny%2Bbilling@example.com?subject=hi|Jenny>", "jenny+billing@example.com"),
        ("&lt;jenny@example.com&gt;", "jenny@example.com"),
        ("‘jenny@example.com’?", "jenny@example.com"),
        ("Jenny Rosen <mailto:jenny@example.com|jenny@example.com>", "jenny@example.com"),
        ("customer cus_QXg1o8vcGmoR32 please", "cus_QXg1o8vcGmoR32"),
        ("<tel:+4930901820|+49 30 901820>", "+4930901820"),
        ("c008fc2–0354", "C008FC2-0354"),
        ("“Smith &amp; Sons”", "Smith & Sons"),
    ],
)
def test_what_slack_and_copying_add_is_undone(text: str, value: str) -> None:
    assert read_pasted(text).value == value


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("customers/cus_1a", Pasted(Kind.CUSTOMER, "cus_1a", None, True)),
        ("test/customers/cus_1a", Pasted(Kind.CUSTOMER, "cus_1a", None, False)),
        ("acct_1b/test/customers/cus_1a", Pasted(Kind.CUSTOMER, "cus_1a", "acct_1b", False)),
        ("acct_1b/subscriptions/sub_1a?tab=x#y", Pasted(Kind.SUBSCRIPTION, "sub_1a", "acct_1b", True)),
        ("b/acct_1b/invoices/in_1a", Pasted(Kind.INVOICE, "in_1a", "acct_1b", True)),
        ("test/payments/pi_1a/", Pasted(Kind.PAYMENT_INTENT, "pi_1a", None, False)),
        ("disputes/du_1a", Pasted(Kind.DISPUTE, "du_1a", None, True)),
        ("test/checkout/sessions/cs_test_a1", Pasted(Kind.CHECKOUT_SESSION, "cs_test_a1", None, False)),
        ("customers/cus_1a/subscriptions/sub_2b", Pasted(Kind.SUBSCRIPTION, "sub_2b", None, True)),
        ("test/subscription_schedules/sub_sched_1a", Pasted(Kind.SCHEDULE, "sub_sched_1a", None, False)),
        ("acct_1b/test/connect/accounts/acct_2c/activity", Pasted(Kind.ACCOUNT, "acct_2c", "acct_1b", False)),
        ("test/events/evt_1a", Pasted(Kind.EVENT, "evt_1a", None, False)),
    ],
)
def test_a_dashboard_address_gives_object_account_and_mode(path: str, expected: Pasted) -> None:
    assert read_pasted(f"https://dashboard.stripe.com/{path}") == expected
    assert read_pasted(f"<https://dashboard.stripe.com/{path}|label & more>") == expected
    assert read_pasted(f"dashboard.stripe.com/{path}") == expected


@pytest.mark.parametrize(("path", "value", "account"), [
    ("test/subscriptions?status=active&customer=cus_1a", "cus_1a", None),
    ("test/workbench/inspector?object=cus_1a", "cus_1a", None),
    ("test/events?type=x&related_object=sub_1a", "sub_1a", None),
    ("test/workbench/events?event=evt_1a", "evt_1a", None),
    ("login?redirect=%2Ftest%2Fcustomers%2Fcus_1a%3Fx%3D1", "cus_1a", None),
    ("test/search#query=jo%40field.example", "jo@field.example", None),
    ("test/search?query=is%3Acustomer+jo%40field.example", "jo@field.example", None),
    ("test/search?query=name%3A%22Jo+Held%22+is%3Acustomer", "Jo Held", None),
    ("test/search?query=customer%3Dcus_1a", "cus_1a", None),
    ("test/connect/accounts/acct_2c/customers/cus_1a", "cus_1a", "acct_2c"),
])  # fmt: skip
def test_a_filter_a_search_or_a_login_page_names_what_it_is_about(
    path: str, value: str, account: str | None
) -> None:
    pasted = read_pasted(f"https://dashboard.stripe.com/{path}")
    assert (pasted.value, pasted.account, pasted.livemode) == (value, account, False)


@pytest.mark.parametrize("path", [
    "test/customers?starting_after=cus_9z", "test/search?query=last4%3A4242", "test/search?query=",
    "test/logs/req_1",
])  # fmt: skip
def test_a_page_of_a_list_or_a_search_for_something_else_leads_to_nobody(path: str) -> None:
    with pytest.raises(NotFound, match="address_without_id"):
        read_pasted(f"https://dashboard.stripe.com/{path}")


def test_a_checkout_address_gives_the_session_and_its_mode() -> None:
    pasted = read_pasted("https://checkout.stripe.com/c/pay/cs_live_a1b2#fidkdWxOYHwnPyd1blpxYHZxWj")
    assert pasted == Pasted(Kind.CHECKOUT_SESSION, "cs_live_a1b2", None, True)


@pytest.mark.parametrize(
    "text",
    [
        f"https://billing.stripe.com/p/session/test_{SESSION_TOKEN}",
        f"<https://billing.stripe.com/p/session/{SESSION_TOKEN}|link>",
        f"https://pay.shop.example/p/session/{SESSION_TOKEN}?x=1",
        f"billing.stripe.com/p/session/{SESSION_TOKEN}",
        f"cus_1 https://billing.stripe.com/p/session/{SESSION_TOKEN}",
        f"https://slack-redir.net/link?url=https%3A%2F%2Fbilling.stripe.com%2Fp%2Fsession%2F{SESSION_TOKEN}",
        f"https://billing.stripe.com/anything/{SESSION_TOKEN}",
    ],
)
def test_a_session_address_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(NotFound) as refusal:
        read_pasted(text)
    assert refusal.value.code == "portal_session_address"
    assert SESSION_TOKEN not in repr(refusal.value) + repr(refusal.value.facts)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("https://billing.stripe.com/p/login/test_14k00000", "portal_login_address"),
        ("bps_1MrSjzLkdIwHu7ixex0IvU9b", "portal_session_id"),
        ("sk_live_51abc", "key_pasted"),
        ("bpc_1MrnZsLkdIwHu7ixNiQL1xPM", "leads_to_no_customer"),
        ("price_1PgafmB7WZ01zgkW6dKueIc5", "leads_to_no_customer"),
        ("https://dashboard.stripe.com/test/settings/billing/portal", "address_without_id"),
        ("https://invoice.stripe.com/i/acct_1b/test_YWNj", "address_without_id"),
        ("<@U024BE7LH|jenny>", "slack_person_pasted"),
        ("", "nothing_pasted"),
        (" \u200b?! ", "nothing_pasted"),
        ("jenny@", "email_not_understood"),
        ("jenny@example", "email_not_understood"),
        ("a@example.com b@example.com", "several_things_pasted"),
        ("x" * 201, "paste_too_long"),
        ("x" * 1_000_000, "paste_too_long"),
    ],
)
def test_what_leads_nowhere_is_refused_with_its_own_sentence(text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_pasted(text)
    assert refusal.value.code == code


def test_usage_errors_are_told_from_dead_ends() -> None:
    with pytest.raises(BadUsage):
        read_pasted("")
    with pytest.raises(NotFound):
        read_pasted("https://example.com/")


def test_references_in_a_message_come_in_order_and_once() -> None:
    message = (
        "Hi, <mailto:jenny+x@example.com|jenny+x@example.com> writes that invoice C008FC2-0354 is wrong, see "
        "<https://dashboard.stripe.com/acct_1b/test/subscriptions/sub_1Pgc6rB7|here> and cus_QXg1o8vcGmoR32, "
        "again jenny+x@example.com. The sub_total and the in_production flag are unrelated."
    )
    assert [(each.kind, each.value) for each in find_references(message)] == [
        (Kind.EMAIL, "jenny+x@example.com"),
        (Kind.INVOICE_NUMBER, "C008FC2-0354"),
        (Kind.SUBSCRIPTION, "sub_1Pgc6rB7"),
        (Kind.CUSTOMER, "cus_QXg1o8vcGmoR32"),
    ]


def test_portal_addresses_in_a_message_are_passed_over() -> None:
    assert find_references(f"see https://billing.stripe.com/p/session/{SESSION_TOKEN} thanks") == ()


@given(st.text(max_size=300) | st.text(alphabet="cus_b@.<>|&-0159:/?= \u200b", max_size=200))
def test_no_text_raises_anything_but_a_refusal(text: str) -> None:
    find_references(text)
    try:
        pasted = read_pasted(text)
    except Refused:
        return
    assert pasted.value


@given(st.emails().filter(lambda address: not set(address) & set('"\\(),:;<>[]|?%/{}`*~')))
def test_every_ordinary_address_is_an_email(address: str) -> None:
    address = address.lstrip("'")
    pasted = read_pasted(f"<mailto:{address}|{address}>")
    assert pasted == Pasted(Kind.EMAIL, address)


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "a@",
        "a" * 64 + "@a.",
        "@",
        "<",
        "<a|",
        "https://",
        "cus_",
        "1-",
        "a.",
        "&lt;",
        "a@a-",
        "A1-",
        '"a',
    ],
)
def test_a_megabyte_takes_bounded_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    started = time.perf_counter()
    find_references(text)
    with pytest.raises(Refused):
        read_pasted(text)
    read_short(text[:4_000])
    assert time.perf_counter() - started < 2


def read_short(text: str) -> None:
    try:
        read_pasted(text)
    except Refused:
        return
