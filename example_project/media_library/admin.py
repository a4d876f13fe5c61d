from django.contrib import admin

from .models import Asset


@admin.register(Asset)
class AssetAdmin(admin.ModelAdmin):
    list_display = ["title", "product", "uploaded_at"]
    search_fields = ["title"]
