from django.apps import apps
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.messages.views import SuccessMessageMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse_lazy
from django.views.generic import CreateView

from .models import Issue, Subscriber
from .rendering import render


class SubscribeView(SuccessMessageMixin, CreateView):
    model = Subscriber
    fields = ["email"]
    success_url = reverse_lazy("catalog:product-list")
    success_message = "You are subscribed."


@staff_member_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    issue = get_object_or_404(Issue, pk=pk)
    version = apps.get_app_config("newsletter").renderer_version
    page = render(issue.subject, issue.text)
    return HttpResponse(page, headers={"X-Renderer": version})


@staff_member_required
def download(request: HttpRequest, pk: int) -> HttpResponse:
    issue = get_object_or_404(Issue, pk=pk)
    mail = render(issue.subject, issue.text, format="eml")
    return HttpResponse(mail, content_type="message/rfc822")
