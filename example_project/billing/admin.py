from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from .models import Invoice, Payment, PaymentMethod


@admin.register(PaymentMethod)
class PaymentMethodAdmin(admin.ModelAdmin):
    list_display = ["label", "code", "enabled"]


@admin.register(Invoice)
class InvoiceAdmin(admin.ModelAdmin):
    list_display = ["__str__", "customer_email", "product", "total", "issued_at"]
    date_hierarchy = "issued_at"


@admin.register(Payment)
class PaymentAdmin(admin.ModelAdmin):
    list_display = ["__str__", "method", "paid_at", "refunded_at"]
    actions = ["refund"]

    @admin.action(description="Refund selected payments")
    def refund(self, request: HttpRequest, queryset: QuerySet[Payment]) -> None:
        if not settings.STRIPE_API_KEY:
            self.message_user(request, "STRIPE_API_KEY is not set.", messages.ERROR)
            return
        for payment in queryset.filter(refunded_at=None):
            payment.refund()
