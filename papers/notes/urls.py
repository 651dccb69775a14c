from django.urls import path

from papers.notes.views import drafts, history, masking, reading, sharing, texts

urlpatterns = [
    path("papers/<int:number>/notes/", texts.write, name="write_note"),
    path("papers/<int:number>/notes/shape/", texts.reshape, name="reshape_note"),
    path("papers/<int:number>/seen/", reading.seen, name="seen"),
    path("papers/<int:number>/reading/", reading.reading, name="reading"),
    path("papers/<int:number>/open/", masking.open_texts, name="open_texts"),
    path("papers/<int:number>/first-thoughts/", masking.first_thoughts, name="first_thoughts"),
    path("notes/<int:pk>/", texts.note, name="note"),
    path("notes/<int:pk>/edit/", texts.edit, name="edit_note"),
    path("notes/<int:pk>/edit/shape/", texts.reshape_edit, name="reshape_edited_note"),
    path("notes/<int:pk>/history/", history.history, name="note_history"),
    path("notes/<int:pk>/link/", sharing.renew_link, name="renew_note_link"),
    path("n/<str:token>/", sharing.by_link, name="note_by_link"),
    path("preview/", texts.preview, name="preview"),
    path("drafts/", drafts.keep, name="keep_draft"),
    path("drafts/discard/", drafts.discard, name="discard_draft"),
]
