"""Tags are made by being used, whatever their capitals, and count who has them."""

import pytest
from django.db import transaction

from threadline.accounts.testing import make_workspace
from threadline.contacts import tags
from threadline.contacts.lists import NameTaken
from threadline.contacts.models import Tag, Tagging
from threadline.contacts.naming import BadName
from threadline.contacts.testing import make_contacts, make_tag
from threadline.lib import clock

pytestmark = pytest.mark.django_db


def ensure(workspace, *names):
    return tags.ensure(workspace, names, clock.now())


def test_a_tag_is_made_once_whatever_its_capitals():
    workspace = make_workspace()
    (vip,) = ensure(workspace, "VIP")
    again, sister = ensure(workspace, "vip", "Größe")
    assert (again, sister.name) == (vip, "Größe")
    assert ensure(workspace, "GRÖßE")[0] == sister
    assert Tag.objects.count() == 2
    assert ensure(make_workspace("Another firm"), "VIP")[0] != vip


def test_tags_that_people_take_for_one_are_one():
    workspace = make_workspace()
    tag, other = ensure(workspace, "Cafe\u0301 İzmir", "Other")
    assert ensure(workspace, "CAFÉ IZMIR", "café i̇zmir") == [tag, tag] == [tags.find(workspace, "Café izmir")] * 2
    assert ensure(workspace, "Größe", "GRÖSSE")[0] == ensure(workspace, "grösse")[0]
    with pytest.raises(NameTaken):
        tags.rename(other, "CAFÉ İZMIR")
    assert tags.split("Café, CAFE\u0301") == ["CAFÉ"]


def test_people_have_a_tag_once_and_its_version_rises():
    workspace = make_workspace()
    one, two = make_contacts(workspace, 2)
    vip = make_tag(workspace, "VIP", [one])
    with transaction.atomic():
        assert tags.add(vip.id, [one.id, two.id, two.id], clock.now()) == 1
        assert tags.add(vip.id, [one.id], clock.now()) == 0
        assert tags.remove(vip.id, [one.id]) == 1
    vip.refresh_from_db()
    assert vip.version == 2 and Tagging.objects.get().contact == two


def test_a_text_is_split_into_tags():
    assert tags.split(" #VIP, roofers  of Tampa,,vip ") == ["vip", "roofers of Tampa"]
    with pytest.raises(BadName, match="at most 40"):
        tags.split("x" * 41)
    assert len(tags.split(",".join(map(str, range(21))))) == 21
    for nothing in ("", " # "):
        with pytest.raises(BadName):
            tags.clean(nothing)


def test_a_name_belongs_to_one_tag():
    workspace = make_workspace()
    vip, roofer = ensure(workspace, "VIP", "Roofer")
    with pytest.raises(NameTaken):
        tags.rename(roofer, "vip")
    tags.rename(roofer, "ROOFER")
    assert roofer.name == "ROOFER" and vip.name == "VIP"
