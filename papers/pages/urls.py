from papers.pages import home, lineage, members, news, organise, paper, papers, progress, room, sessions

urlpatterns = [
    *home.urlpatterns,
    *lineage.urlpatterns,
    *members.urlpatterns,
    *news.urlpatterns,
    *organise.urlpatterns,
    *paper.urlpatterns,
    *papers.urlpatterns,
    *progress.urlpatterns,
    *room.urlpatterns,
    *sessions.urlpatterns,
]
