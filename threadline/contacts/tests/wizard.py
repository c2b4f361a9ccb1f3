"""The steps of the import wizard, as a browser without scripts takes them."""

from django.core.files.uploadedfile import SimpleUploadedFile

from threadline.contacts import importing

NEW = "/people/imports/new/"
CSV = "Mobile;Vorname;Nachname;Pet name;Internal\n813 555 0142;Dana;Whitfield;Rex;1\n813 555 0143;Luis;Ortega;;2\n"


def send(client, content, name="march leads.csv", **more):
    data = content.encode() if isinstance(content, str) else content
    return client.post(NEW, {"file": SimpleUploadedFile(name, data, "text/csv"), **more})


def columns_of(client, path):
    """What the columns page would send when nobody changes anything."""
    form = client.get(path).context["form"]
    return {bound.html_name: bound.value() or "" for bound in form}


def check(client, path, typed):
    """Say what the columns are; the page that says what would become of the rows."""
    return client.get(client.post(path, typed)["Location"])


def begin(client, path, typed):
    """The same, and begin it as that page would; the address of the import then."""
    context = check(client, path, typed).context
    sent = {bound.html_name: bound.value() for bound in context["form"]} | {"next": context["next"]}
    return client.post(f"{path.partition('?')[0]}check/", sent)["Location"]


def run_to_the_end():
    while importing.step():
        pass
