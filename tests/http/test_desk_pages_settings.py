"""Can an admin choose the discussion settings in a browser, and see what another admin chose meanwhile?"""

import re
from typing import Any

import pytest

from app.desk.settings import SETTINGS, SWITCHES
from app.site.schemas import SettingsChangeSchema
from tests.contract import ContractClient

Headers = dict[str, str]
PATH = "/desk/settings"
FORM = {
    "discussion": "open",
    "name_and_email_required": "true",
    "close_after_days": "0",
    "threaded": "true",
    "max_depth": "5",
    "page_size": "50",
    "order": "oldest",
    "hold_first_comment": "true",
    "trust": "receipt",
    "link_limit": "2",
    "show_avatars": "true",
}


def save(client: ContractClient, headers: Headers, different: Headers | None = None, *, seen: int = 0,
         without: str = "") -> Any:  # noqa: ANN401 (a test's response)  # fmt: skip
    form = {name: value for name, value in (FORM | (different or {})).items() if name != without}
    return client.post(PATH, data=form | {"if_match": f'"v{seen}"'}, headers=headers)


def saved(client: ContractClient, headers: Headers) -> dict[str, Any]:
    return dict(client.get("/api/v1/moderation/settings", headers=headers).json)


def test_the_form_has_every_setting() -> None:
    assert set(SETTINGS) == set(SettingsChangeSchema().fields)


def test_they_stand_in_the_order_of_wordpress(client: ContractClient, as_admin: Headers) -> None:
    page = client.get(PATH, headers=as_admin).text
    names = re.findall(r'id="field-(\w+)"', page)
    assert names == [
        "discussion",
        "name_and_email_required",
        "close_after_days",
        "threaded",
        "max_depth",
        "page_size",
        "order",
        "hold_all",
        "hold_first_comment",
        "trust",
        "link_limit",
        "show_avatars",
    ]


def test_a_form_that_is_sent_as_it_came_changes_nothing(client: ContractClient, as_admin: Headers) -> None:
    before = saved(client, as_admin)
    assert save(client, as_admin).status_code == 303
    assert saved(client, as_admin) == before


def test_what_is_chosen_holds(client: ContractClient, as_admin: Headers) -> None:
    answer = save(client, as_admin, {"max_depth": "3", "order": "newest", "hold_all": "true"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PATH}?said=settings_changed")
    now = saved(client, as_admin)
    assert (now["max_depth"], now["order"], now["hold_all"], now["version"]) == (3, "newest", True, 1)
    assert 'value="3"' in client.get(PATH, headers=as_admin).text


@pytest.mark.parametrize("name", SWITCHES)
def test_a_box_that_is_not_ticked_means_no(client: ContractClient, as_admin: Headers, name: str) -> None:
    save(client, as_admin, without=name)
    assert saved(client, as_admin)[name] is False


@pytest.mark.parametrize(
    ("name", "typed"),
    [("max_depth", "11"), ("max_depth", "five"), ("max_depth", ""), ("page_size", "-1"), ("trust", "everybody")],
)
def test_what_cannot_be_comes_back_with_what_is_wrong(
    client: ContractClient, as_admin: Headers, name: str, typed: str
) -> None:
    answer = save(client, as_admin, {"link_limit": "7", name: typed})
    assert answer.status_code == 422
    assert f'href="#field-{name}"' in answer.text
    assert f'id="error-{name}"' in answer.text
    assert 'value="7"' in answer.text
    assert saved(client, as_admin)["version"] == 0


def test_who_comes_second_sees_what_was_saved_and_keeps_what_they_chose(
    client: ContractClient, as_admin: Headers
) -> None:
    save(client, as_admin, {"page_size": "10"})
    late = save(client, as_admin, {"max_depth": "3"})
    assert late.status_code == 412
    assert "test admin" in late.text
    assert "Saved now: 10." in late.text
    assert 'value="3"' in late.text
    assert 'name="if_match" value="&quot;v1&quot;"' in late.text
    assert save(client, as_admin, {"max_depth": "3"}, seen=1).status_code == 303
    assert saved(client, as_admin)["max_depth"] == 3


def test_a_mistake_does_not_make_the_form_forget_what_it_has_not_seen(
    client: ContractClient, as_admin: Headers
) -> None:
    save(client, as_admin, {"page_size": "10"})
    wrong = save(client, as_admin, {"max_depth": "99"}, seen=0)
    assert wrong.status_code == 422
    assert 'name="if_match" value="&quot;v0&quot;"' in wrong.text


def test_a_moderator_sees_them_and_cannot_change_them(client: ContractClient, as_moderator: Headers) -> None:
    page = client.get(PATH, headers=as_moderator).text
    assert "<fieldset disabled>" in page
    assert "Save changes" not in page
    assert save(client, as_moderator, {"max_depth": "3"}).status_code == 403
    assert saved(client, as_moderator)["max_depth"] == 5
