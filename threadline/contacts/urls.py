"""People, the lists they are on, and the files they are imported from."""

from django.urls import path

from threadline.contacts.views import (
    bulk,
    fields,
    imports,
    list_people,
    lists,
    mapping,
    merging,
    people,
    person,
    wizard,
)

app_name = "contacts"
urlpatterns = [
    path("people/", people.index, name="people"),
    path("people/new/", person.new, name="new"),
    path("people/bulk/", bulk.act, name="bulk"),
    path("people/undelete/", bulk.undelete, name="undelete"),
    path("people/lists/", lists.index, name="lists"),
    path("people/lists/<str:public_id>/", lists.show, name="list"),
    path("people/lists/<str:public_id>/rename/", lists.rename, name="list_rename"),
    path("people/lists/<str:public_id>/delete/", lists.delete, name="list_delete"),
    path("people/lists/<str:public_id>/add/", list_people.add, name="list_add"),
    path("people/imports/", imports.index, name="imports"),
    path("people/imports/new/", wizard.new, name="import_new"),
    path("people/imports/<str:public_id>/", wizard.show, name="import"),
    path("people/imports/<str:public_id>/check/", mapping.check, name="import_check"),
    path("people/imports/<str:public_id>/cancel/", imports.cancel, name="import_cancel"),
    path("people/imports/<str:public_id>/undo/", imports.undo, name="import_undo"),
    path("people/imports/<str:public_id>/rejects.csv", imports.rejects, name="rejects"),
    path("people/fields/", fields.index, name="fields"),
    path("people/fields/<str:key>/rename/", fields.rename, name="field_rename"),
    path("people/fields/<str:key>/delete/", fields.delete, name="field_delete"),
    path("people/tags/<str:public_id>/rename/", fields.tag_rename, name="tag_rename"),
    path("people/tags/<str:public_id>/delete/", fields.tag_delete, name="tag_delete"),
    path("people/duplicates/", merging.suggestions, name="duplicates"),
    path("people/merges/<str:public_id>/undo/", merging.undo, name="merge_undo"),
    path("people/<str:public_id>/", person.show, name="person"),
    path("people/<str:public_id>/edit/", person.edit, name="edit"),
    path("people/<str:public_id>/delete/", person.delete, name="delete"),
    path("people/<str:public_id>/merge/", merging.merge, name="merge"),
]
