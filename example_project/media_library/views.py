from django.views.generic import ListView

from .models import Asset


class AssetListView(ListView):
    model = Asset
    paginate_by = 50
