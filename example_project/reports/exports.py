from io import BytesIO

import openpyxl
import pandas as pd
from openpyxl.styles import Font

from billing.models import Invoice

COLUMNS = ["product__sku", "quantity", "total", "issued_at"]


def sales_by_month_csv() -> str:
    frame = pd.DataFrame(Invoice.objects.values_list(*COLUMNS), columns=COLUMNS)
    frame["month"] = pd.to_datetime(frame["issued_at"], utc=True).dt.strftime("%Y-%m")
    frame["total"] = frame["total"].astype(float)
    sales = frame.groupby(["month", "product__sku"])[["quantity", "total"]].sum()
    return sales.to_csv(float_format="%.2f")


def invoices_xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Invoices"
    sheet.append(["SKU", "Quantity", "Total", "Date"])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for sku, quantity, total, issued_at in Invoice.objects.values_list(*COLUMNS):
        sheet.append([sku, quantity, total, issued_at.date()])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()
