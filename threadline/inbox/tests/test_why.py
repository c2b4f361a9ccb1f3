from django.urls import reverse

from threadline.campaigns.testing import PEOPLE, make_campaign, make_leads
from threadline.inbox.testing import make_conversation
from threadline.lib import clock
from threadline.messaging.models import Attempt, Message
from threadline.messaging.testing import text
from threadline.numbers.testing import make_number


def test_why_tells_who_wrote_it_what_was_checked_and_what_was_tried(client, maria, line):
    text(line.workspace, body="Hello", member_id=maria.id)
    message = Message.objects.get()
    Attempt.objects.create(
        message=message,
        connection=line.connection,
        outcome="refused",
        wire_at=clock.now(),
        error="No.",
        error_code=21211,
    )
    url = reverse("inbox:why", args=[message.conversation.public_id, message.public_id])
    page = client.get(url).content.decode()
    assert f"Written by {maria.user.name}" in page
    assert "Checked when it was written: it may go" in page
    assert "Twilio refused it: No. <small>21211</small>" in page
    assert client.get(url, headers={"hx-request": "true"}).content.decode().lstrip().startswith("<dialog")


def test_a_text_of_a_campaign_names_it_and_leads_back_to_the_lead(client, line):
    campaign = make_campaign(line, name="Spring tune-up", state="active", timezone="America/Denver")
    (lead,) = make_leads(campaign, PEOPLE[:1])
    text(line.workspace, lead.address, body="Hello", source=campaign.source, automatic=True)
    message = Message.objects.get()
    page = client.get(reverse("inbox:why", args=[message.conversation.public_id, message.public_id])).content.decode()
    assert f'Written by the campaign <a href="/campaigns/{campaign.public_id}/">Spring tune-up</a>' in page
    assert f'href="/campaigns/{campaign.public_id}/leads/{lead.contact.public_id}/"' in page
    assert campaign.source not in page
    assert page.count('zone="America/Denver"') == page.count("<local-time") > 0


def test_a_text_is_only_found_in_its_own_conversation(client, line):
    text(line.workspace, body="Hello")
    other = make_conversation(line.workspace, "+18135550199")
    message = Message.objects.get()
    assert client.get(reverse("inbox:why", args=[other.public_id, message.public_id])).status_code == 404


def test_a_foreign_conversation_is_not_found(client, line):
    foreign = make_conversation(make_number().workspace)
    for name in ("conversation", "newer", "older"):
        assert client.get(reverse(f"inbox:{name}", args=[foreign.public_id])).status_code == 404
    for name in ("send", "draft", "reading", "unread", "close", "reopen"):
        assert client.post(reverse(f"inbox:{name}", args=[foreign.public_id])).status_code == 404
