"""A customer is not mailed again and again. One engine per process, so every test opens its own stand."""

import pytest

from tests.mail.stand import mails, open_mail_stand, preview, told
from tests.stand.stand import GENEROUS


@pytest.mark.parametrize("limits", ["minutes_between = 10\nper_day = 5", "minutes_between = 0\nper_day = 1"])
def test_a_customer_is_not_mailed_again_and_again(
    tmp_path_factory: pytest.TempPathFactory, limits: str
) -> None:
    folder = tmp_path_factory.mktemp("limits")
    with open_mail_stand(folder, config=f"{GENEROUS}[mail]\n{limits}\n") as stand:
        agent = stand.person()
        agent.submits(preview(agent))
        told(agent, "has accepted")
        assert not agent.types("/portal email jenny@example.com")["failure"]
        told(agent, "This customer")
        assert len(mails(stand)) == 1
