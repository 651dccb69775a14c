"""`@` and `#` in a text that is being written: what they may mean, by name, pinyin, initials, number, alias, title."""

import pytest

from papers.search.completing import OFFERED, completions
from papers.search.typed import place_of


@pytest.mark.parametrize(
    ("typed", "name", "place"),
    [
        ("zhu", "朱志远", 0),
        ("zhuzhiyuan", "朱志远", 0),
        ("zzy", "朱志远", 0),
        ("zhuzy", "朱志远", 0),
        ("ZHU zhi", "朱志远", 0),
        ("朱志", "朱志远", 0),
        ("志远", "朱志远", 1),
        ("zhiyuan", "朱志远", 1),
        ("yuan", "朱志远", 2),
        # A name may have any of its readings: 单 is Shan as a surname, 曾 Zeng.
        ("shan", "单田芳", 0),
        ("zeng", "曾国藩", 0),
        ("lv", "吕布", 0),
        ("al", "Ada Lovelace", 0),
        ("love", "Ada Lovelace", 1),
        ("zoe", "Zoë", 0),
        ("ＡＤＡ", "Ada Lovelace", 0),
        ("ppo", "Proximal Policy Optimization", 0),
        ("zhu2", "朱2号", 0),
        ("", "朱志远", 0),
        ("zyz", "朱志远", None),
        ("zhuzhiyuanx", "朱志远", None),
        ("hu", "朱志远", None),
        ("vel", "Ada Lovelace", None),
        ("x", "😀", None),
    ],
)
def test_what_a_name_answers_to(typed, name, place):
    assert place_of(typed, name) == place


def test_a_long_name_costs_no_time():
    assert place_of("z" * 200, "朱" * 5000) == 0
    assert place_of("z" * 199 + "x", "朱" * 5000) is None


@pytest.mark.django_db
class TestCompletions:
    def test_members_whose_name_begins_so_come_first(self, alice, bob, charlie, a_member):
        a_member("Dan Bobby")
        assert [one.text for one in completions("@bo", alice)] == ["@Bob ", "@Dan Bobby "]
        # Neither oneself nor who has left.
        assert completions("@alice", alice) == []
        assert completions("@char", alice) == []
        assert len(completions("@", alice)) == 2

    def test_papers_by_number_alias_and_title(self, alice, a_paper):
        for number in (1, 7, 17, 170):
            a_paper(f"Paper about {number}", number=number)
        a_paper("Proximal Policy Optimization Algorithms", number=33, aliases=["PPO"])
        assert [one.label for one in completions("#17", alice)] == ["#17", "#170"]
        assert [(one.text, one.detail) for one in completions("#ppo", alice)] == [("#33 ", "PPO")]
        assert [one.text for one in completions("#optim", alice)] == ["#33 "]

    def test_there_is_an_end_to_the_offers(self, alice, a_paper):
        for _ in range(12):
            a_paper("Attention")
        assert len(completions("#att", alice)) == len(completions("#1", alice)) + 4 == OFFERED

    @pytest.mark.parametrize(
        "typed", ["", "bob", "@nobody", "#nothing", "@" + "x" * 500, "\N{FULLWIDTH COMMERCIAL AT}bob"]
    )
    def test_nothing_to_offer(self, typed, alice, bob):
        assert completions(typed, alice) == []

    @pytest.mark.parametrize("count", [1, 3])
    def test_one_query(self, count, alice, a_member, a_paper, django_assert_num_queries):
        for number in range(count):
            a_member(f"Member{number}")
            a_paper("Attention")
        for typed in ("@mem", "#att", "#1"):
            with django_assert_num_queries(1):
                completions(typed, alice)

    def test_the_address(self, bob, alice, rita, client, client_of):
        html = client_of(bob).get("/complete/", {"q": "@ali"}).content.decode()
        assert 'data-text="@Alice "' in html
        assert "1 suggestion;" in html
        assert client_of(rita).get("/complete/", {"q": "@ali"}).status_code == 200
        assert client_of(bob).get("/complete/", {"q": "@zzz"}).status_code == 204
        assert client_of(bob).post("/complete/").status_code == 405
        assert client.get("/complete/", {"q": "@ali"}).status_code == 302
