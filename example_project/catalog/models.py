from decimal import Decimal
from typing import IO

import pandas as pd
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse

from .attributes import ATTRIBUTES, parse_value


class Category(models.Model):
    name = models.CharField(max_length=80)
    slug = models.SlugField(unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class ProductQuerySet(models.QuerySet["Product"]):
    @transaction.atomic
    def import_price_list(self, file: IO[bytes]) -> int:
        """Set prices from a supplier's CSV file; return how many rows matched."""
        rows = pd.read_csv(file, dtype=str).dropna(subset=["sku", "price"])
        rows["price"] = rows["price"].str.replace(",", ".", regex=False)
        rows = rows.drop_duplicates("sku", keep="last")
        return sum(self.filter(sku=row.sku).update(price=Decimal(row.price)) for row in rows.itertuples())


class Product(models.Model):
    category = models.ForeignKey(Category, models.PROTECT, related_name="products")
    name = models.CharField(max_length=120)
    sku = models.CharField(max_length=20, unique=True)
    barcode = models.CharField(max_length=14, blank=True)
    brand = models.CharField(max_length=60, blank=True)
    description = models.TextField(blank=True)
    price = models.DecimalField(max_digits=9, decimal_places=2)
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:product-detail", kwargs={"pk": self.pk})

    def clean(self) -> None:
        for code, value in self.attributes.items():
            if code in ATTRIBUTES and parse_value(code, "en", str(value)) is None:
                raise ValidationError({"attributes": f"{code}: cannot read {value!r}"})


class PriceChange(models.Model):
    product = models.ForeignKey(Product, models.CASCADE, related_name="price_changes")
    old_price = models.DecimalField(max_digits=9, decimal_places=2)
    new_price = models.DecimalField(max_digits=9, decimal_places=2)
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return f"{self.product}: {self.old_price} → {self.new_price}"
