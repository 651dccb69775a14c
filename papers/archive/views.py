import tempfile

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from papers.archive import actions
from papers.members.requests import MemberRequest
from papers.members.views.group import require_organiser

# A larger one waits on the disk while it is sent.
IN_MEMORY = 8_000_000


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: MemberRequest) -> HttpResponse | FileResponse:
    """GET says what is in the archive; POST makes it and sends it."""
    require_organiser(request)
    if request.method != "POST":
        return render(request, "archive/export.html", {"section": "organise"})
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    actions.export(file, by=request.user)
    file.seek(0)
    name = f"reading-group-{timezone.localdate():%Y-%m-%d}.zip"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "no-store"
    return response
