from papers.pages import home, members, organise, paper, papers, sessions

urlpatterns = [
    *home.urlpatterns,
    *members.urlpatterns,
    *organise.urlpatterns,
    *paper.urlpatterns,
    *papers.urlpatterns,
    *sessions.urlpatterns,
]
