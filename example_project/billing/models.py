import stripe
from django.conf import settings
from django.db import models
from django.utils import timezone


class PaymentMethod(models.Model):
    code = models.SlugField(unique=True)
    label = models.CharField(max_length=60)
    enabled = models.BooleanField(default=True)

    class Meta:
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label


class Invoice(models.Model):
    product = models.ForeignKey("catalog.Product", models.PROTECT, related_name="invoices")
    customer_email = models.EmailField()
    quantity = models.PositiveIntegerField(default=1)
    total = models.DecimalField(max_digits=10, decimal_places=2)
    issued_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return f"Invoice {self.pk}"

    def charge(self, method: PaymentMethod, token: str) -> "Payment":
        intent = stripe.PaymentIntent.create(
            api_key=settings.STRIPE_API_KEY,
            amount=int(self.total * 100),
            currency=settings.SHOP_CURRENCY.lower(),
            payment_method=token,
            receipt_email=self.customer_email,
            confirm=True,
        )
        return self.payments.create(method=method, amount=self.total, stripe_intent=intent.id)


class Payment(models.Model):
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="payments")
    method = models.ForeignKey(PaymentMethod, models.PROTECT, related_name="payments")
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    stripe_intent = models.CharField(max_length=80, unique=True)
    paid_at = models.DateTimeField(default=timezone.now)
    refunded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-paid_at"]

    def __str__(self) -> str:
        return f"{self.amount} for {self.invoice}"

    def refund(self) -> None:
        stripe.Refund.create(api_key=settings.STRIPE_API_KEY, payment_intent=self.stripe_intent)
        self.refunded_at = timezone.now()
        self.save(update_fields=["refunded_at"])
