"""Campaigns: the table, a new one, and the pages of each."""

from django.urls import path

from threadline.campaigns.views import (
    arming,
    duplicating,
    exporting,
    launch_rules,
    leads,
    listing,
    new,
    reading,
    running,
    settings,
    simulation,
)

app_name = "campaigns"
urlpatterns = [
    path("settings/campaigns/", launch_rules.edit, name="launch_rules"),
    path("campaigns/", listing.index, name="list"),
    path("campaigns/new/", new.new, name="new"),
    path("campaigns/templates/", duplicating.templates, name="templates"),
    path("campaigns/templates/<str:public_id>/rename/", duplicating.rename_template, name="template_rename"),
    path("campaigns/templates/<str:public_id>/delete/", duplicating.delete_template, name="template_delete"),
    path("campaigns/<str:public_id>/", reading.results, name="show"),
    path("campaigns/<str:public_id>/messages/", reading.messages, name="messages"),
    path("campaigns/<str:public_id>/details/", reading.details, name="details"),
    path("campaigns/<str:public_id>/settings/", settings.edit, name="settings"),
    path("campaigns/<str:public_id>/settings/preview/", settings.preview, name="preview"),
    path("campaigns/<str:public_id>/preview/", simulation.show, name="simulation"),
    path("campaigns/<str:public_id>/preview/run/", simulation.run, name="simulation_run"),
    path("campaigns/<str:public_id>/preview/replace/", simulation.replace, name="simulation_replace"),
    path("campaigns/<str:public_id>/leads/", leads.index, name="leads"),
    path("campaigns/<str:public_id>/leads/add/", leads.add, name="lead_add"),
    path("campaigns/<str:public_id>/leads/<str:contact_id>/", leads.show, name="lead"),
    path("campaigns/<str:public_id>/leads/<str:contact_id>/complete/", leads.complete, name="lead_complete"),
    path("campaigns/<str:public_id>/leads/<str:contact_id>/remove/", leads.remove, name="lead_remove"),
    path("campaigns/<str:public_id>/leads/<str:contact_id>/send/", leads.send, name="lead_send"),
    path("campaigns/<str:public_id>/leads/<str:contact_id>/retry/", leads.retry, name="lead_retry"),
    path("campaigns/<str:public_id>/export/people/", exporting.people, name="export_people"),
    path("campaigns/<str:public_id>/export/messages/", exporting.messages, name="export_messages"),
    path("campaigns/<str:public_id>/duplicate/", duplicating.duplicate, name="duplicate"),
    path("campaigns/<str:public_id>/template/", duplicating.save_template, name="template_save"),
    path("campaigns/<str:public_id>/start/", running.start, name="start"),
    path("campaigns/<str:public_id>/pause/", running.pause, name="pause"),
    path("campaigns/<str:public_id>/resume/", running.resume, name="resume"),
    path("campaigns/<str:public_id>/stop/", running.stop, name="stop"),
    path("campaigns/<str:public_id>/archive/", running.archive, name="archive"),
    path("campaigns/<str:public_id>/restore/", running.restore, name="restore"),
    path("campaigns/<str:public_id>/arm/", arming.arm, name="arm"),
    path("campaigns/<str:public_id>/disarm/", arming.disarm, name="disarm"),
]
