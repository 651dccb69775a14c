from papers.pages import home, members, organise, papers, sessions

urlpatterns = [
    *home.urlpatterns,
    *members.urlpatterns,
    *organise.urlpatterns,
    *papers.urlpatterns,
    *sessions.urlpatterns,
]
