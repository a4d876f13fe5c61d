from django.contrib.admin.views.decorators import staff_member_required
from django.urls import path

from . import views

app_name = "billing"
urlpatterns = [
    path("", staff_member_required(views.InvoiceListView.as_view()), name="invoice-list"),
]
