from papers.pages import home, lineage, members, news, organise, paper, papers, sessions

urlpatterns = [
    *home.urlpatterns,
    *lineage.urlpatterns,
    *members.urlpatterns,
    *news.urlpatterns,
    *organise.urlpatterns,
    *paper.urlpatterns,
    *papers.urlpatterns,
    *sessions.urlpatterns,
]
