from http import HTTPStatus

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from papers.refusals import Refused


class OrganisersSite(AdminSite):
    """Django's admin, which says who may use it instead of asking a member who is signed in to sign in."""

    site_title = gettext_lazy("Records")
    site_header = gettext_lazy("Records of the reading group")
    index_title = gettext_lazy("Records")

    def has_permission(self, request: HttpRequest) -> bool:
        if request.user.is_authenticated and not super().has_permission(request):
            raise Refused(
                _("These pages are for organisers. Ask one of them for what you need here."),
                status=HTTPStatus.FORBIDDEN,
            )
        return super().has_permission(request)
