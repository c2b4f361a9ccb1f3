"""Pages of people and workspaces; signing in itself is allauth's, under /accounts/."""

from django.urls import path

from threadline.accounts.views import invitations, members, profile, workspace

app_name = "accounts"
urlpatterns = [
    path("settings/", workspace.index, name="settings"),
    path("settings/workspace/", workspace.edit, name="workspace"),
    path("settings/profile/", profile.edit, name="profile"),
    path("settings/members/", members.index, name="members"),
    path("settings/members/<str:public_id>/role/", members.change_role, name="member_role"),
    path("settings/members/<str:public_id>/remove/", members.remove, name="member_remove"),
    path("settings/members/invitations/", invitations.create, name="invite"),
    path("settings/members/invitations/<str:public_id>/revoke/", invitations.revoke, name="invitation_revoke"),
    path("invitations/<str:token>/", invitations.open_link, name="invitation"),
    path("workspaces/<str:public_id>/switch/", workspace.switch, name="switch"),
]
