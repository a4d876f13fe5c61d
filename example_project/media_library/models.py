from django.db import models

from .storage import media_storage


class Asset(models.Model):
    product = models.ForeignKey("catalog.Product", models.SET_NULL, null=True, blank=True, related_name="assets")
    title = models.CharField(max_length=120)
    file = models.FileField(upload_to="assets/%Y/", storage=media_storage)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.title
