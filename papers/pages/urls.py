from papers.pages import sessions

urlpatterns = [
    *sessions.urlpatterns,
]
