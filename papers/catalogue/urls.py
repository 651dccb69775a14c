from django.urls import path

from papers.catalogue.views import imports, proposals, seasons
from papers.catalogue.views import record as views

urlpatterns = [
    path("papers/new/", views.new_paper, name="new_paper"),
    path("papers/proposals/", proposals.proposals, name="proposals"),
    path("papers/proposals/<int:pk>/vote/", proposals.vote, name="vote"),
    path("papers/proposals/<int:pk>/accept/", proposals.accept, name="accept_proposal"),
    path("papers/proposals/<int:pk>/decline/", proposals.decline, name="decline_proposal"),
    path("papers/to-fill/", views.incomplete, name="to_fill"),
    path("papers/<int:number>/edit/", views.edit_paper, name="edit_paper"),
    path("papers/<int:number>/history/", views.history, name="paper_history"),
    path("papers/<int:number>/places/", views.place, name="place_paper"),
    path("papers/<int:number>/links/", views.add_link, name="add_link"),
    path("papers/<int:number>/lineage/", views.relate, name="relate"),
    path("entries/<int:pk>/remark/", views.edit_remark, name="edit_remark"),
    path("links/<int:pk>/", views.remove_link, name="remove_link"),
    path("lineage/<int:pk>/", views.unrelate, name="unrelate"),
    path("organise/list/", seasons.shape, name="list_shape"),
    path("organise/list/parts/<int:pk>/", seasons.name_part, name="name_part"),
    path("organise/list/next/", seasons.start_next, name="next_list"),
    path("entries/<int:pk>/move/", seasons.move, name="move_entry"),
    path("organise/import/", imports.begin, name="import"),
    path("organise/import/<int:pk>/", imports.preview, name="import_preview"),
    path("edits/<int:pk>/restore/", views.restore, name="restore"),
]
