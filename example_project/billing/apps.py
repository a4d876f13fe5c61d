from django.apps import AppConfig
from django.db import OperationalError, ProgrammingError


class BillingConfig(AppConfig):
    name = "billing"
    payment_methods: dict[str, str]

    def ready(self) -> None:
        from .models import PaymentMethod

        enabled = PaymentMethod.objects.filter(enabled=True)
        try:
            self.payment_methods = dict(enabled.values_list("code", "label"))
        except (OperationalError, ProgrammingError):
            self.payment_methods = {}
