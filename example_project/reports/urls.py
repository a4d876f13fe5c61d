from django.urls import path

from . import views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("sales.csv", views.sales, name="sales"),
    path("invoices.xlsx", views.invoices, name="invoices"),
]
