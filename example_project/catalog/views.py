from django.db.models import QuerySet
from django.views.generic import DetailView, ListView

from .models import Product


class ProductListView(ListView):
    paginate_by = 20

    def get_queryset(self) -> QuerySet[Product]:
        products = Product.objects.select_related("category")
        if category := self.request.GET.get("category"):
            products = products.filter(category__slug=category)
        return products


class ProductDetailView(DetailView):
    model = Product
