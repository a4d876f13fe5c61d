from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .exports import invoices_xlsx, sales_by_month_csv

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@staff_member_required
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/index.html")


@staff_member_required
def sales(request: HttpRequest) -> HttpResponse:
    headers = {"Content-Disposition": 'attachment; filename="sales.csv"'}
    return HttpResponse(sales_by_month_csv(), content_type="text/csv", headers=headers)


@staff_member_required
def invoices(request: HttpRequest) -> HttpResponse:
    headers = {"Content-Disposition": 'attachment; filename="invoices.xlsx"'}
    return HttpResponse(invoices_xlsx(), content_type=XLSX, headers=headers)
