import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from threadline.accounts.testing import make_workspace
from threadline.lib import clock
from threadline.messaging import file_kinds, uploads
from threadline.messaging.models import Upload
from threadline.messaging.testing import picture, png
from threadline.numbers.testing import make_connection

pytestmark = pytest.mark.django_db

TAKEN = {
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "image/png": png(),
    "image/gif": b"GIF89a\x01\x00",
    "application/pdf": b"%PDF-1.7\n",
    "text/vcard": b"\xef\xbb\xbfbegin:vcard\r\nFN:Maria",
    "text/calendar": b"BEGIN:VCALENDAR\r\n",
    "audio/mpeg": b"ID3\x04\x00",
    "audio/amr": b"#!AMR\n",
    "audio/ogg": b"OggS\x00",
    "audio/wav": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "audio/mp4": b"\x00\x00\x00\x20ftypM4A ",
    "video/3gpp": b"\x00\x00\x00\x20ftyp3gp5",
    "video/quicktime": b"\x00\x00\x00\x14ftypqt  ",
    "video/mp4": b"\x00\x00\x00\x20ftypisom",
}


@pytest.fixture
def workspace():
    return make_workspace()


def store(workspace, file):
    return uploads.store(workspace, None, file, clock.now())


def sentence_about(workspace, file):
    with pytest.raises(uploads.Invalid) as refused:
        store(workspace, file)
    assert not Upload.objects.exists()
    return refused.value.sentence


@pytest.mark.parametrize("content_type", TAKEN)
def test_a_file_is_what_it_contains_whatever_it_is_called(workspace, content_type):
    upload = store(workspace, SimpleUploadedFile("page.html", TAKEN[content_type], "text/html"))
    assert upload.content_type == content_type
    assert upload.name.startswith("page.")
    assert not upload.name.endswith(".html")
    assert default_storage.open(upload.file).read() == TAKEN[content_type]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("photo.jpg", b"<html><script>alert(1)</script>", "web page"),
        ("drawing.png", b"  <svg xmlns='http://www.w3.org/2000/svg'/>", "web page"),
        ("setup.png", b"MZ\x90\x00", "cannot carry this kind"),
        ("photo.jpg", b"\x00\x00\x00\x18ftypheic", "HEIC"),
        ("photo.jpg", b"RIFF\x24\x00\x00\x00WEBPVP8 ", "WebP"),
        ("nothing.png", b"", "is empty"),
    ],
)
def test_anything_else_is_refused_with_the_way_out(workspace, name, content, says):
    sentence = sentence_about(workspace, SimpleUploadedFile(name, content, "image/png"))
    assert says in sentence
    assert name in sentence


@pytest.mark.requirement("U20")
def test_a_picture_may_have_5_mb_and_anything_else_half_of_one(workspace):
    assert store(workspace, picture(size=file_kinds.MOST_BYTES)).size == file_kinds.MOST_BYTES
    Upload.objects.all().delete()
    assert "at most 5 MB" in sentence_about(workspace, picture(size=file_kinds.MOST_BYTES + 1))
    pdf = SimpleUploadedFile("price list.pdf", b"%PDF-1.7".ljust(file_kinds.MOST_BYTES_OF_OTHERS + 1))
    assert "at most 500 KB" in sentence_about(workspace, pdf)


def test_names_lead_nowhere(workspace):
    for name in ("../../etc/passwd", "a/b\\c.png", "x\u202egnp.exe", "\x00\x07.png", "a" * 300):
        kept = store(workspace, picture(name)).name
        assert not set(kept) & set("/\\\x00\x07\u202e")
        assert len(kept) <= 90
        assert kept.endswith(".png")


def test_at_most_ten_files_and_5_mb_go_into_one_text(workspace):
    small = [store(workspace, picture()).public_id for _n in range(11)]
    assert len(uploads.choose(workspace.pk, small[:10])) == 10
    with pytest.raises(uploads.Invalid, match="at most 10"):
        uploads.choose(workspace.pk, small)
    large = [store(workspace, picture(size=3_000_000)).public_id for _n in range(2)]
    with pytest.raises(uploads.Invalid, match="together"):
        uploads.choose(workspace.pk, large)


def test_files_of_others_cannot_be_chosen_nor_sent(workspace):
    theirs = store(make_workspace(), picture()).public_id
    for use in (uploads.choose, uploads.urls):
        with pytest.raises(uploads.Invalid, match="no longer there"):
            use(workspace.pk, [theirs])
        with pytest.raises(uploads.Invalid, match="no longer there"):
            use(workspace.pk, ["upl_\x00"])


def test_the_order_of_the_files_is_kept(workspace):
    ids = [store(workspace, picture(f"{n}.png")).public_id for n in range(3)][::-1]
    assert [one.public_id for one in uploads.choose(workspace.pk, ids)] == ids
    assert [url.rpartition("/")[2] for url in uploads.urls(workspace.pk, ids)] == ["2.png", "1.png", "0.png"]
    assert uploads.urls(workspace.pk, []) == ()


def test_only_a_file_that_nothing_was_made_of_is_deleted(workspace):
    chosen, unused = store(workspace, picture()), store(workspace, picture())
    uploads.choose(workspace.pk, [chosen.public_id])
    assert not uploads.remove(chosen)
    assert uploads.remove(unused)
    assert not default_storage.exists(unused.file)
    assert default_storage.exists(chosen.file)
    assert list(Upload.objects.all()) == [chosen]


def test_twilio_needs_a_public_address_to_fetch_files_from(workspace, settings):
    settings.THREADLINE_URL = ""
    settings.THREADLINE_LOCAL_URL = "http://127.0.0.1:8000"
    assert uploads.problem(make_connection(workspace)) == ""
    real = make_connection(workspace, base_url="")
    assert "THREADLINE_URL" in uploads.problem(real)
    settings.THREADLINE_URL = "https://texts.example.com"
    assert uploads.problem(real) == ""
