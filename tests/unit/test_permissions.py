"""Who may do what is one table."""

import pytest

from app.ground.errors import Forbidden, Unauthorized
from app.permissions import TABLE, Actor, Permission, Role, may, permit

LOWEST = {
    Permission.READ: Role.GUEST,
    Permission.REPLY: Role.GUEST,
    Permission.SEE_SETTINGS: Role.GUEST,
    Permission.REPLY_UNCHECKED: Role.MODERATOR,
    Permission.MODERATE: Role.MODERATOR,
    Permission.REVEAL_ADDRESSES: Role.MODERATOR,
    Permission.DELETE_FOR_EVER: Role.MODERATOR,
    Permission.MANAGE_WORDS: Role.MODERATOR,
    Permission.MANAGE_OWN_TOKENS: Role.MODERATOR,
    Permission.EDIT_ARTICLES: Role.EDITOR,
    Permission.CHANGE_SETTINGS: Role.ADMIN,
    Permission.MANAGE_MODERATORS: Role.ADMIN,
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("permission", list(LOWEST))
def test_each_role_has_what_the_one_before_it_has(permission: Permission, role: Role) -> None:
    assert may(Actor(role=role), permission) is (role.rank >= LOWEST[permission].rank)


def test_only_who_has_an_account_changes_it() -> None:
    assert may(Actor(role=Role.MODERATOR, account_id=1), Permission.CHANGE_OWN_ACCOUNT)
    assert not may(Actor(role=Role.ADMIN), Permission.CHANGE_OWN_ACCOUNT)


def test_every_permission_is_in_the_table() -> None:
    assert set(TABLE) == set(Permission) == {*LOWEST, Permission.CHANGE_OWN_ACCOUNT}


def test_a_guest_is_asked_who_they_are_and_staff_are_told_no() -> None:
    with pytest.raises(Unauthorized):
        permit(Actor(), Permission.MODERATE)
    with pytest.raises(Forbidden):
        permit(Actor(role=Role.EDITOR), Permission.CHANGE_SETTINGS)
    permit(Actor(role=Role.ADMIN), Permission.CHANGE_SETTINGS)
