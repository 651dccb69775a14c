"""How much of a remark stands in the list."""

import pytest

from papers.catalogue.models import Entry
from papers.catalogue.remarks import give_remarks, lead


@pytest.mark.parametrize(
    ("text", "most", "said"),
    [
        ("", 20, ""),
        ("Short.", 20, "Short."),
        ("One. Two is longer than that.", 12, "One."),
        ("第一句。第二句要长得多。", 6, "第一句。"),
        ("One sentence without any end that fits", 20, "One sentence…"),
        ("没有标点的一长串文字放不下", 8, "没有标点的一长…"),
        ("First paragraph.\nSecond one.", 50, "First paragraph."),
        ("GPT-3.5 is no end of a sentence", 12, "GPT-3.5 is…"),
    ],
)
def test_the_lead_ends_with_a_sentence_or_a_word(text, most, said):
    assert lead(text, most) == said
    assert len(lead(text, most)) <= most


@pytest.mark.django_db
def test_both_languages_have_one_and_it_goes_with_the_remark():
    entry = Entry()
    give_remarks(entry, {"remark_zh": "**要点**在这里。", "remark_en": "The *point*."})
    assert (entry.html["remark_zh_lead"], entry.html["remark_en_lead"]) == ("要点在这里。", "The point.")
    give_remarks(entry, {"remark_zh": ""})
    assert (entry.html["remark_zh"], entry.html["remark_zh_lead"]) == ("", "")


@pytest.mark.django_db
def test_the_list_shows_it_in_the_readers_language(a_paper, bob, client_of):
    entry = a_paper().entries.get()
    give_remarks(entry, {"remark_zh": "注意力的开端。", "remark_en": "Where attention began."})
    entry.save()
    client = client_of(bob)
    assert "Where attention began." in client.get("/papers/").content.decode()
    bob.language = "zh-hans"
    bob.save()
    assert "注意力的开端。" in client.get("/papers/").content.decode()
