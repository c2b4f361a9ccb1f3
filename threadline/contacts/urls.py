"""People, the lists they are on, and the files they are imported from."""

from django.urls import path

from threadline.contacts.views import imports, list_people, lists, people, person, wizard

app_name = "contacts"
urlpatterns = [
    path("people/", people.index, name="people"),
    path("people/new/", person.new, name="new"),
    path("people/add-to-list/", people.add_to_list, name="add_to_list"),
    path("people/lists/", lists.index, name="lists"),
    path("people/lists/<str:public_id>/", lists.show, name="list"),
    path("people/lists/<str:public_id>/rename/", lists.rename, name="list_rename"),
    path("people/lists/<str:public_id>/delete/", lists.delete, name="list_delete"),
    path("people/lists/<str:public_id>/add/", list_people.add, name="list_add"),
    path("people/lists/<str:public_id>/remove/", list_people.remove, name="list_remove"),
    path("people/imports/", imports.index, name="imports"),
    path("people/imports/new/", wizard.new, name="import_new"),
    path("people/imports/<str:public_id>/", wizard.show, name="import"),
    path("people/imports/<str:public_id>/cancel/", imports.cancel, name="import_cancel"),
    path("people/imports/<str:public_id>/rejects.csv", imports.rejects, name="rejects"),
    path("people/<str:public_id>/", person.show, name="person"),
]
