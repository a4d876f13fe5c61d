from django.contrib import admin

from .models import Category, PriceChange, Product


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    list_display = ["name", "sku", "category", "price"]
    list_filter = ["category", "brand"]
    search_fields = ["name", "sku", "barcode"]


@admin.register(PriceChange)
class PriceChangeAdmin(admin.ModelAdmin):
    list_display = ["product", "old_price", "new_price", "changed_at"]
