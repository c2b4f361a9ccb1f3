"""Settings → Billing."""

from django.urls import path

from threadline.billing import views

app_name = "billing"
urlpatterns = [
    path("settings/billing/", views.index, name="index"),
    path("settings/billing/budget/", views.budget, name="budget"),
    path("settings/billing/rates/", views.save_rate, name="rate"),
    path("settings/billing/rates/reset/", views.reset_rate, name="rate_reset"),
]
