from typing import Any

from django.apps import apps
from django.views.generic import ListView

from .models import Invoice


class InvoiceListView(ListView):
    queryset = Invoice.objects.select_related("product")
    paginate_by = 50

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        methods = apps.get_app_config("billing").payment_methods
        return super().get_context_data(payment_methods=methods, **kwargs)
