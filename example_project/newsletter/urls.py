from django.urls import path

from . import views

app_name = "newsletter"
urlpatterns = [
    path("", views.SubscribeView.as_view(), name="subscribe"),
    path("issues/<int:pk>/preview/", views.preview, name="preview"),
    path("issues/<int:pk>/issue.eml", views.download, name="download"),
]
