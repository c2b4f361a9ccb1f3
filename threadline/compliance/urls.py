"""Settings → Compliance."""

from django.urls import path

from threadline.compliance import views

app_name = "compliance"
urlpatterns = [path("settings/compliance/", views.index, name="index")]
