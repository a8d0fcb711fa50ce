"""The helpdesk under /helpdesk, and under /hands what its people do on its pages, done as its pages do it."""

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.static import serve
from helpdesk.models import Queue, Ticket
from helpdesk.update_ticket import update_ticket
from rest_framework.authtoken.models import Token


def person(request: HttpRequest, name: str) -> JsonResponse:
    """Somebody on the staff, made when they are first needed."""
    user, _ = User.objects.get_or_create(username=name, defaults={"is_staff": True, "is_superuser": True})
    token, _ = Token.objects.get_or_create(user=user)
    return JsonResponse({"id": user.id, "token": token.key})


def queue(request: HttpRequest, slug: str) -> JsonResponse:
    """A queue of that name, without any mail."""
    made, _ = Queue.objects.get_or_create(slug=slug, defaults={"title": slug})
    return JsonResponse({"id": made.id})


@csrf_exempt
def does(request: HttpRequest, ticket: int) -> JsonResponse:
    """What the page of a ticket does when its form is sent."""
    form = request.POST
    follow_up = update_ticket(
        User.objects.get(username=form["name"]),
        Ticket.objects.get(id=ticket),
        comment=form.get("comment", ""),
        public=form.get("public") == "yes",
        owner=int(form.get("owner", -1)),
        new_status=int(form["status"]) if "status" in form else None,
        files=[SimpleUploadedFile(file.name, file.read()) for file in request.FILES.getlist("files")],
    )
    return JsonResponse({"id": follow_up.id})


urlpatterns = [
    path("helpdesk/", include("helpdesk.urls", namespace="helpdesk")),
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    path("hands/people/<str:name>", person),
    path("hands/queues/<slug:slug>", queue),
    path("hands/tickets/<int:ticket>", does),
]
