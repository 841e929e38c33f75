"""`[mail] language`: for customers who have none in Stripe, and for nobody else."""

from collections.abc import Iterator

import pytest

from tests.mail.stand import NO_LIMITS, open_mail_stand, preview
from tests.stand.stand import Stand

GREETING = {"pt-BR": "Olá", "en": "Hello", "de": "Guten Tag"}


@pytest.fixture(scope="module")
def module_stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    config = f'{NO_LIMITS}language = "pt_BR"\n'
    with open_mail_stand(tmp_path_factory.mktemp("language"), config) as stand:
        yield stand


@pytest.mark.parametrize(("label", "preferred", "typed", "language"), [
    ("jenny", [], "", "pt-BR"), ("noah", ["ar"], "", "pt-BR"), ("past_due", ["en-US"], "", "en"),
    ("unpaid", [], " locale:de", "de"),
])  # fmt: skip
def test_the_setting_is_for_customers_without_a_language_of_the_portal(
    stand: Stand, label: str, preferred: list[str], typed: str, language: str
) -> None:
    customer = stand.customer(label)
    stand.on_loop(lambda: stand.sandbox.stripe.test.get(customer).update(preferred_locales=preferred))
    window = preview(stand.person(), f"{customer}{typed}")
    assert GREETING[language] in window.words
