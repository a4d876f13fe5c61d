from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("invoices/", include("billing.urls")),
    path("media-library/", include("media_library.urls")),
    path("newsletter/", include("newsletter.urls")),
    path("reports/", include("reports.urls")),
    path("search/", include("search.urls")),
    path("", include("catalog.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
