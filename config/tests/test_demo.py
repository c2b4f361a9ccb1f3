from datetime import UTC, datetime, timedelta

from config.demo import story

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
NUMBERS = ["+14155550110", "+18135550120", "+18005550199", "+16135550140"]


def test_the_demo_has_forty_people_each_with_a_number_of_their_own():
    talks = story.read()
    assert len(talks) == len({talk.phone for talk in talks}) == 40
    assert all(talk.texts for talk in talks)


def test_every_talk_ends_as_long_ago_as_it_says():
    talks = story.read()
    last: dict[str, float] = {}
    for text in story.history(talks, NUMBERS, NOW):
        person = text["to"] if text["from"] in NUMBERS else text["from"]
        assert text["date"] > last.get(person, 0)
        last[person] = text["date"]
    for talk in talks:
        assert abs(NOW - talk.age - datetime.fromtimestamp(last[talk.phone], UTC)) < timedelta(seconds=1)


def test_the_demo_shows_failed_texts_pictures_and_every_number():
    texts = list(story.history(story.read(), NUMBERS, NOW))
    assert {text["error_code"] for text in texts if text["status"] == "undelivered"} == {30003, 30005, 30006}
    assert any(text["media"] for text in texts)
    assert {number for text in texts for number in (text["from"], text["to"])} >= set(NUMBERS)
