from django.db.models.signals import pre_save
from django.dispatch import receiver

from .models import PriceChange, Product


@receiver(pre_save, sender=Product)
def record_price_change(sender: type[Product], instance: Product, raw: bool, **kwargs: object) -> None:
    if raw or instance.pk is None:
        return
    old = sender.objects.filter(pk=instance.pk).values_list("price", flat=True).first()
    if old is not None and old != instance.price:
        PriceChange.objects.create(product=instance, old_price=old, new_price=instance.price)
