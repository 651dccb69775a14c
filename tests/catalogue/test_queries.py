from papers.catalogue.queries import visible_to


def test_every_signed_in_member_may_know_of_every_paper(alice, bob, rita, a_paper):
    on_list, mentioned = a_paper("Attention"), a_paper("BERT", on_list=False)
    for member in (alice, bob, rita):
        assert set(visible_to(member)) == {on_list, mentioned}
