from papers.pages import home, lineage, members, news, organise, paper, papers, room, sessions

urlpatterns = [
    *home.urlpatterns,
    *lineage.urlpatterns,
    *members.urlpatterns,
    *news.urlpatterns,
    *organise.urlpatterns,
    *paper.urlpatterns,
    *papers.urlpatterns,
    *room.urlpatterns,
    *sessions.urlpatterns,
]
