from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.models import Product

from .registry import enabled_backends


def results(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    products = Product.objects.none()
    for backend in enabled_backends():
        condition = backend.condition(query)
        if condition is not None:
            products = Product.objects.filter(condition)
            break
    context = {"query": query, "products": products}
    return render(request, "search/results.html", context)
