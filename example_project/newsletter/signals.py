from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Subscriber


@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def subscribe_new_user(instance: AbstractBaseUser, created: bool, raw: bool, **kwargs: object) -> None:
    email = getattr(instance, instance.get_email_field_name(), "")
    if created and not raw and email:
        Subscriber.objects.get_or_create(email=email)
