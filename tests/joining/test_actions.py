import datetime as dt

import pytest

from papers.joining import actions
from papers.joining.queries import address_of, invites
from papers.mail.models import Outgoing
from papers.members.acts import acts
from papers.members.models import Act, Application, Invite, Member
from papers.refusals import Refused
from tests.at_once import at_once

pytestmark = pytest.mark.django_db

LI = {"name": "Li", "language": "en", "time_zone": "Asia/Shanghai"}


def refusal_of(do) -> int:
    with pytest.raises(Refused) as refused:
        do()
    return refused.value.status


# --- Invites


def test_an_organiser_makes_an_invite_and_it_is_logged(alice, time_machine):
    time_machine.move_to("2023-03-01T12:00Z", tick=False)
    invite = actions.invite("reader", note=" Chat ", uses=3, days=7, by=alice)
    assert (invite.role, invite.note, invite.uses_left, invite.made_by) == ("reader", "Chat", 3, alice)
    assert invite.expires_at == dt.datetime(2023, 3, 8, 12, tzinfo=dt.UTC)
    assert acts()[0][0].sentence == f"Alice made invite link {invite.pk}, for 3 people (Reader)."


def test_only_organisers_invite_take_back_and_answer(bob, rita, charlie, an_invite):
    invite = an_invite()
    asks = Application.objects.create(name="Li", email="li@example.org", sentence="Hello", language="en")
    for member in (bob, rita, charlie):
        assert refusal_of(lambda by=member: actions.invite("member", note="", uses=1, days=1, by=by)) == 403
        assert refusal_of(lambda by=member: actions.revoke(invite, by=by)) == 403
        assert refusal_of(lambda by=member: actions.accept(asks, by=by)) == 403
        assert refusal_of(lambda by=member: actions.decline(asks, by=by)) == 403


@pytest.mark.parametrize("facts", [{"uses": 0}, {"uses": 501}, {"days": 0}, {"days": 366}, {"role": "king"}], ids=str)
def test_an_invite_that_cannot_be_is_refused(alice, facts):
    facts = {"role": "member", "note": "", "uses": 1, "days": 1, **facts}
    assert refusal_of(lambda: actions.invite(**facts, by=alice)) == 422
    assert not Invite.objects.exists()


def test_an_invite_that_was_taken_back_has_another_address_and_lets_nobody_in(alice, an_invite):
    invite = an_invite()
    before = address_of(invite)
    revoked = actions.revoke(invite, by=alice)
    assert address_of(revoked) != before
    assert refusal_of(lambda: actions.join("li@example.org", **LI, invite=revoked)) == 410
    assert refusal_of(lambda: actions.revoke(invite, by=alice)) == 409
    assert acts()[0][0].sentence == f"Alice took invite link {invite.pk} back."


def test_the_list_of_invites_takes_two_queries_however_many_there_are(
    alice, group, an_invite, django_assert_num_queries
):
    for count in (1, 3):
        while Invite.objects.filter(revoked_at=None).count() < count:
            an_invite()
            actions.revoke(an_invite(), by=alice)
        with django_assert_num_queries(2):
            good, over = invites(group)
        assert (len(good), len(over)) == (count, count)
        assert all(row.url and row.can_revoke for row in good)
        assert not any(row.url or row.can_revoke for row in over)


# --- Joining


def test_who_joins_by_invite_gets_its_role_and_their_own_language_and_zone(an_invite):
    invite = an_invite(role="reader")
    li = actions.join("Li@Example.org", **LI, invite=invite)
    assert (li.email, li.role, li.language, li.time_zone) == ("li@example.org", "reader", "en", "Asia/Shanghai")
    assert li.emailaddress_set.get().verified
    invite.refresh_from_db()
    assert invite.uses_left == 1
    assert acts()[0][0].sentence == f"Li joined with invite link {invite.pk} (Reader)."


def test_who_is_refused_uses_nothing_up(an_invite, bob):
    invite = an_invite()
    assert refusal_of(lambda: actions.join(bob.email, **LI, invite=invite)) == 409
    assert refusal_of(lambda: actions.join("li@example.org", **{**LI, "name": "\u200b"}, invite=invite)) == 422
    invite.refresh_from_db()
    assert invite.uses_left == 2


def test_an_invite_ends_with_its_last_use_and_with_its_time(an_invite, time_machine):
    time_machine.move_to("2023-03-01T12:00Z", tick=False)
    invite = an_invite(uses=1, days=1)
    late = an_invite(uses=1, days=1)
    actions.join("li@example.org", **LI, invite=invite)
    assert refusal_of(lambda: actions.join("wu@example.org", **LI, invite=invite)) == 410
    time_machine.move_to("2023-03-02T12:00Z", tick=False)
    assert refusal_of(lambda: actions.join("wu@example.org", **LI, invite=late)) == 410
    assert not Member.objects.filter(email="wu@example.org").exists()


def test_a_closed_group_lets_nobody_in_with_an_invite_either(an_invite, signup):
    invite = an_invite()
    signup("closed")
    assert refusal_of(lambda: actions.join("li@example.org", **LI, invite=invite)) == 410


def test_only_an_open_group_is_joined_without_an_invite(group, signup):
    for mode in ("invite", "apply", "closed"):
        signup(mode)
        assert refusal_of(lambda: actions.join("li@example.org", **LI)) == 410
    signup("open")
    assert actions.join("li@example.org", **LI).role == "member"


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_want_the_last_place_one_joins(an_invite):
    invite = an_invite(uses=1)
    tries = [
        lambda number=number: actions.join(f"li{number}@example.org", **LI, invite=invite) for number in range(20)
    ]
    assert [refused.status for refused in at_once(*tries)] == [410] * 19
    assert Member.objects.filter(email__startswith="li").count() == 1
    invite.refresh_from_db()
    assert invite.uses_left == 0


@pytest.mark.django_db(transaction=True)
def test_who_sends_the_code_twice_at_once_joins_once_and_uses_up_one_place(an_invite):
    invite = an_invite(uses=2)

    def join():
        actions.join("li@example.org", **LI, invite=invite)

    assert [refused.status for refused in at_once(join, join)] == [409]
    invite.refresh_from_db()
    assert invite.uses_left == 1


# --- Applications


@pytest.fixture
def li(signup) -> Application:
    signup("apply")
    actions.apply("Li", "li@example.org", "I read about agents.", language="en")
    return Application.objects.get()


def test_who_is_accepted_becomes_a_member_and_is_told_how_to_sign_in(alice, li):
    member = actions.accept(li, by=alice)
    assert (member.email, member.role, member.language) == ("li@example.org", "member", "en")
    # Only the code that lets them in proves the address.
    assert not member.emailaddress_set.get().verified
    mail = Outgoing.objects.get()
    assert (mail.address, mail.member, mail.secret) == ("li@example.org", member, False)
    assert "li@example.org" in mail.text
    assert "/accounts/login/" in mail.text
    assert "/accounts/login/" in mail.html
    assert acts()[0][0].sentence == "Alice took Li in, who had asked to join."


def test_who_is_declined_is_told_nothing(alice, li):
    actions.decline(li, by=alice)
    assert not Member.objects.filter(email="li@example.org").exists()
    assert not Outgoing.objects.exists()
    assert Act.objects.get().verb == "decline application"


def test_an_application_is_answered_once(alice, li):
    actions.decline(li, by=alice)
    assert refusal_of(lambda: actions.accept(li, by=alice)) == 409
    assert refusal_of(lambda: actions.decline(li, by=alice)) == 409


@pytest.mark.django_db(transaction=True)
def test_of_two_organisers_who_answer_at_once_one_is_told_who_was_faster(alice, li, a_member):
    bea = a_member("Bea", "organiser")
    refused = at_once(lambda: actions.accept(li, by=alice), lambda: actions.accept(li, by=bea))
    assert [one.status for one in refused] == [409]
    assert Member.objects.filter(email="li@example.org").count() == 1


def test_asking_again_changes_nothing_and_says_nothing(li):
    actions.apply("Somebody else", "LI@example.org".lower(), "Another sentence.", language="zh-hans")
    assert Application.objects.get().name == "Li"
    assert not Outgoing.objects.exists()


def test_after_a_no_one_may_ask_again(alice, li):
    actions.decline(li, by=alice)
    actions.apply("Li", "li@example.org", "Please.", language="en")
    assert Application.objects.filter(decided_at=None).count() == 1


def test_a_member_who_asks_is_told_by_mail_only(bob, signup):
    signup("apply")
    actions.apply("Bob", bob.email, "Hello", language="en")
    assert not Application.objects.exists()
    assert (Outgoing.objects.get().address, Outgoing.objects.get().member) == (bob.email, bob)


def test_who_left_and_asks_again_comes_back_when_accepted(alice, charlie, signup):
    signup("apply")
    actions.apply("Charlie", charlie.email, "I have time again.", language="en")
    member = actions.accept(Application.objects.get(), by=alice)
    assert member == charlie
    assert (member.left_at, member.is_active) == (None, True)


def test_who_joined_otherwise_meanwhile_is_not_accepted_twice(alice, li, an_invite):
    actions.join("li@example.org", **LI, invite=an_invite())
    assert refusal_of(lambda: actions.accept(li, by=alice)) == 409
    li.refresh_from_db()
    assert li.decided_at is None


def test_nobody_asks_to_join_where_that_is_not_the_way_in(group, signup):
    for mode in ("open", "invite", "closed"):
        signup(mode)
        assert refusal_of(lambda: actions.apply("Li", "li@example.org", "Hello", language="en")) == 410
