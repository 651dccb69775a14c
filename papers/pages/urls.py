from papers.pages import home, lineage, members, organise, paper, papers, sessions

urlpatterns = [
    *home.urlpatterns,
    *lineage.urlpatterns,
    *members.urlpatterns,
    *organise.urlpatterns,
    *paper.urlpatterns,
    *papers.urlpatterns,
    *sessions.urlpatterns,
]
