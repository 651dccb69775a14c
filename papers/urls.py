"""The door to every address. Each capability lists its own."""

from django.urls import include, path

urlpatterns = [
    path("", include(f"papers.{capability}.urls"))
    for capability in (
        "archive",
        "pages",
        "due",
        "digests",
        "figures",
        "macros",
        "merging",
        "arranging",
        "search",
        "minutes",
        "attendance",
        "calendars",
        "discussion",
        "planning",
        "claims",
        "notes",
        "sessions",
        "catalogue",
        "joining",
        "members",
    )
]
