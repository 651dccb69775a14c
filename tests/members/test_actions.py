import datetime as dt

import pytest
from django.utils import timezone

from papers.mail.actions import queue
from papers.mail.models import Outgoing
from papers.members import actions
from papers.members.acts import acts
from papers.members.models import Act, Group, Member
from papers.members.queries import fingerprint, settings_of
from papers.refusals import Refused
from tests.at_once import at_once

pytestmark = pytest.mark.django_db


def the_act() -> Act:
    return Act.objects.get()


# --- Oneself


def test_a_member_changes_name_language_and_zone(bob):
    actions.change_profile(bob, "  Bob \u202eB.  ", "zh-hans", "Asia/Kathmandu", by=bob)
    bob.refresh_from_db()
    assert (bob.name, bob.language, bob.time_zone) == ("Bob B.", "zh-hans", "Asia/Kathmandu")
    assert not Act.objects.exists()


@pytest.mark.parametrize(("name", "zone"), [("\u200b \u3164", "UTC"), ("x" * 81, "UTC"), ("Bob", "Asia/Gone")])
def test_a_profile_that_cannot_be_is_refused_and_nothing_changes(bob, name, zone):
    with pytest.raises(Refused) as refused:
        actions.change_profile(bob, name, "en", zone, by=bob)
    assert refused.value.status == 422
    assert (bob.name, bob.time_zone) == ("Bob", "Europe/Berlin")


def test_nobody_changes_what_belongs_to_another_member(bob, alice):
    with pytest.raises(Refused) as refused:
        actions.change_profile(bob, "Robert", "en", "UTC", by=alice)
    assert refused.value.status == 403
    wishes = {"wants_reminders": False, "wants_digest": False, "digest_weekday": 1, "digest_hour": 7}
    with pytest.raises(Refused):
        actions.change_mail_wishes(bob, **wishes, by=alice)
    bob.refresh_from_db()
    assert (bob.name, bob.wants_digest) == ("Bob", True)


def test_a_member_chooses_their_mails(bob):
    wishes = {"wants_reminders": False, "wants_digest": True, "digest_weekday": 7, "digest_hour": 23}
    actions.change_mail_wishes(bob, **wishes, by=bob)
    assert Member.objects.filter(pk=bob.pk, **wishes).exists()


# --- Settings


def save(group: Group, by: Member, **values) -> Group:
    return actions.change_group(values, by=by, seen=fingerprint(settings_of(group)))


def test_an_organiser_changes_the_settings_and_what_changed_is_logged(group, alice):
    saved = save(group, alice, name="Readers", goal=120, starts_on=dt.date(2024, 2, 27), weeks=26)
    assert (saved.name, saved.goal, saved.starts_on) == ("Readers", 120, dt.date(2024, 2, 27))
    assert the_act().verb == "change settings"
    assert the_act().before == {"name": "论文阅读组", "goal": 150, "starts_on": "2023-02-27"}
    assert the_act().after == {"name": "Readers", "goal": 120, "starts_on": "2024-02-27"}


def test_who_saves_the_settings_first_has_set_the_group_up(group, alice, time_machine):
    Group.objects.update(set_up_at=None)
    time_machine.move_to("2024-03-01T10:00Z", tick=False)
    assert save(group, alice, **{}).set_up_at == timezone.now()
    time_machine.move_to("2024-03-02T10:00Z", tick=False)
    assert save(group, alice, weeks=30).set_up_at == dt.datetime(2024, 3, 1, 10, tzinfo=dt.UTC)
    assert [act.verb for act in Act.objects.all()] == ["change settings", "set up group"]


def test_saving_what_already_is_changes_and_logs_nothing(group, alice):
    save(group, alice, name=group.name)
    actions.change_group({"name": group.name}, by=alice, seen="something older")
    assert not Act.objects.exists()


def test_settings_that_another_organiser_saved_meanwhile_are_not_overwritten(group, alice):
    seen = fingerprint(settings_of(group))
    actions.change_group({"goal": 200}, by=alice, seen=seen)
    with pytest.raises(Refused) as refused:
        actions.change_group({"goal": 300}, by=alice, seen=seen)
    assert refused.value.status == 409
    group.refresh_from_db()
    assert group.goal == 200


@pytest.mark.parametrize(
    "values",
    [
        *({"name": " \u200b"}, {"name": "x" * 121}, {"time_zone": "Mars/Base"}, {"starts_on": dt.date(1023, 2, 27)}),
        *({"goal": 0}, {"goal": 10**9}, {"first_goal": 9, "goal": 8}, {"claim_cap": 0}, {"weeks": -1}),
        {"papers_per_week": 201},
    ],
    ids=str,
)
def test_settings_that_cannot_be_are_refused(group, alice, values):
    with pytest.raises(Refused) as refused:
        save(group, alice, **values)
    assert refused.value.status == 422
    assert not Act.objects.exists()


def test_only_organisers_change_settings(group, bob, rita):
    for member in (bob, rita):
        with pytest.raises(Refused) as refused:
            save(group, member, goal=151)
        assert refused.value.status == 403


# --- Roles


def test_an_organiser_gives_another_role_and_it_is_logged(alice, bob):
    actions.give_role(bob, "organiser", by=alice, seen="member")
    bob.refresh_from_db()
    assert bob.role == "organiser"
    assert (the_act().about, the_act().before, the_act().after) == (
        f"member:{bob.pk}",
        {"role": "member"},
        {"role": "organiser"},
    )


def test_the_same_form_sent_twice_changes_a_role_once(alice, bob):
    for _time in range(2):
        actions.give_role(bob, "reader", by=alice, seen="member")
    assert Act.objects.count() == 1


def test_a_role_that_somebody_else_changed_meanwhile_is_a_conflict(alice, bob):
    actions.give_role(bob, "reader", by=alice, seen="member")
    with pytest.raises(Refused) as refused:
        actions.give_role(bob, "organiser", by=alice, seen="member")
    assert (refused.value.status, "Reader" in refused.value.sentence) == (409, True)
    bob.refresh_from_db()
    assert bob.role == "reader"


def test_who_has_left_gets_no_role(alice, charlie):
    with pytest.raises(Refused) as refused:
        actions.give_role(charlie, "organiser", by=alice, seen="member")
    assert (refused.value.status, "has left" in refused.value.sentence) == (409, True)


def test_an_organiser_who_no_longer_is_one_changes_nothing(alice, bob, a_member):
    olga = a_member("Olga", "organiser")
    actions.give_role(olga, "member", by=alice, seen="organiser")
    # Her request had begun before: it still believes that she organises.
    for write in (
        lambda: actions.give_role(bob, "reader", by=olga, seen="member"),
        lambda: actions.end_membership(bob, by=olga),
        lambda: actions.bring_back(bob, by=olga),
    ):
        with pytest.raises(Refused) as refused:
            write()
        assert refused.value.status == 403


def test_the_last_organiser_can_neither_be_demoted_nor_leave(alice, bob):
    for write in (
        lambda: actions.give_role(alice, "member", by=alice, seen="organiser"),
        lambda: actions.end_membership(alice, by=alice),
    ):
        with pytest.raises(Refused) as refused:
            write()
        assert (refused.value.status, "only organiser" in refused.value.sentence) == (409, True)
    alice.refresh_from_db()
    assert (alice.role, alice.left_at) == ("organiser", None)


def test_an_organiser_who_has_left_does_not_count(alice, a_member):
    a_member("Olga", "organiser", is_active=False, left_at=dt.datetime(2023, 5, 1, tzinfo=dt.UTC))
    with pytest.raises(Refused):
        actions.end_membership(alice, by=alice)


# --- Going and coming back


def a_mail(member: Member, key: str) -> Outgoing:
    mail = queue(kind="digest", key=key, address=member.email, subject="News", text="News", member=member)
    assert mail is not None
    return mail


def test_what_waits_to_be_mailed_to_somebody_who_leaves_is_void(bob, alice):
    mine, theirs = a_mail(bob, "digest:1"), a_mail(alice, "digest:2")
    actions.end_membership(bob, by=bob)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.state, theirs.state) == ("void", "waiting")


def test_a_member_leaves_by_themselves(bob, time_machine):
    time_machine.move_to("2024-03-01T10:00Z", tick=False)
    actions.end_membership(bob, by=bob)
    bob.refresh_from_db()
    assert (bob.left_at, bob.is_active) == (dt.datetime(2024, 3, 1, 10, tzinfo=dt.UTC), False)
    assert (the_act().verb, the_act().by) == ("leave", bob)


def test_an_organiser_takes_somebody_out_and_brings_them_back(alice, bob):
    actions.end_membership(bob, by=alice)
    with pytest.raises(Refused) as refused:
        actions.end_membership(bob, by=alice)
    assert refused.value.status == 409
    actions.bring_back(bob, by=alice)
    with pytest.raises(Refused) as refused:
        actions.bring_back(bob, by=alice)
    assert refused.value.status == 409
    bob.refresh_from_db()
    assert (bob.left_at, bob.is_active, bob.role) == (None, True, "member")
    assert [act.verb for act in Act.objects.all()] == ["bring back", "remove"]


@pytest.mark.parametrize(("role", "then"), [("organiser", "member"), ("member", "member"), ("reader", "reader")])
def test_nobody_comes_back_as_an_organiser(alice, a_member, role, then):
    member = a_member("Olga", role)
    actions.end_membership(member, by=alice)
    assert actions.bring_back(member, by=alice).role == then


def test_members_take_nobody_out(bob, rita):
    with pytest.raises(Refused) as refused:
        actions.end_membership(rita, by=bob)
    assert refused.value.status == 403
    rita.refresh_from_db()
    assert rita.is_active


# --- Two organisers at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round", range(5))
def test_of_two_last_organisers_who_leave_at_once_one_stays(alice, a_member, round):
    olga = a_member("Olga", "organiser")
    refused = at_once(
        lambda: actions.end_membership(alice, by=alice),
        lambda: actions.end_membership(olga, by=olga),
    )
    assert [refusal.status for refusal in refused] == [409]
    assert Member.objects.filter(role="organiser", left_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round", range(5))
def test_of_two_organisers_who_demote_each_other_at_once_one_stays(alice, a_member, round):
    olga = a_member("Olga", "organiser")
    refused = at_once(
        lambda: actions.give_role(alice, "member", by=olga, seen="organiser"),
        lambda: actions.give_role(olga, "member", by=alice, seen="organiser"),
    )
    # Whoever came second is no organiser any more.
    assert [refusal.status for refusal in refused] == [403]
    assert Member.objects.filter(role="organiser").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round", range(5))
def test_of_two_who_save_settings_at_once_the_second_hears_of_it(group, alice, a_member, round):
    olga, seen = a_member("Olga", "organiser"), fingerprint(settings_of(group))
    refused = at_once(
        lambda: actions.change_group({"goal": 200}, by=alice, seen=seen),
        lambda: actions.change_group({"goal": 300}, by=olga, seen=seen),
    )
    assert [refusal.status for refusal in refused] == [409]


# --- The list of what was done


def test_every_verb_that_is_logged_has_a_sentence_of_its_own(settings):
    import re

    from papers.claims.machines import ANSWER
    from papers.members.acts import SENTENCES

    code = "".join(path.read_text() for path in (settings.BASE_DIR / "papers").rglob("*.py"))
    logged = set(re.findall(r'(?<![.\w])(?:members\.)?log\(\s*"([a-z ]+)"', code))
    logged |= set(re.findall(r'(?<![.\w])(?:members\.)?log\(\s*"[a-z ]+" if [^"]+ else "([a-z ]+)"', code))
    logged |= {f"{act} {what}" for _state, act in ANSWER for what in ("offer", "swap")}
    assert {"give role", "mark unread", "cancel session", "release"} <= logged
    assert logged - SENTENCES.keys() == set()


def test_acts_are_told_in_sentences_with_the_names_of_those_they_were_about(group, alice, bob):
    actions.give_role(bob, "reader", by=alice, seen="member")
    save(group, alice, goal=200, signup="open", welcome="Hello")
    actions.log("release", "paper #17", by=alice, before={"holder": bob.pk})
    actions.log("do something new", "thing:1", by=None)
    rows, older = acts()
    assert [(row.sentence, row.url) for row in rows] == [
        ("The server’s command line did this: do something new (thing:1).", ""),
        ("Alice released #17, which Bob held.", "/papers/17/"),
        (
            "Alice changed the settings of the group: “about the group” is Hello instead of nothing; "
            "“whole goal, in papers” is 200 instead of 150; "
            "“who may join” is Everybody may join instead of Only people with an invite link may join.",
            "",
        ),
        ("Alice changed the role of Bob from Member to Reader.", f"/members/{bob.pk}/"),
    ]
    assert older is None


def test_an_act_that_kept_less_than_its_sentence_says_is_still_shown(alice):
    for before in (None, "text", ["list"], {"holder": "x"}):
        actions.log("give role", "member:999999", by=alice, before=before)
        actions.log("release", "paper", by=alice, before=before)
    assert len(acts()[0]) == 8
    assert "…" in acts()[0][1].sentence


def test_acts_come_in_pages(alice):
    for number in range(51):
        actions.log("mark read", f"paper #{number}", by=alice)
    rows, older = acts()
    assert (len(rows), older) == (50, rows[-1].id)
    rows, older = acts(before=older)
    assert ([row.sentence for row in rows], older) == (["Alice marked #0 as read."], None)


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_of_acts_costs_the_same_for_one_and_for_three(alice, a_member, count, django_assert_num_queries):
    for number in range(count):
        actions.give_role(a_member(f"M{number}"), "reader", by=alice, seen="member")
    with django_assert_num_queries(2):
        assert len(acts()[0]) == count
