"""The words of a consent column."""

import pytest

from threadline.contacts.importing.answers import Answer, answer

SAID = {
    Answer.YES: "yes Y YES! Ja oui sí TRUE 1 1.0 x opt-in opted_in OPTED-IN subscribed",
    Answer.NO: "no No. n NON nein nee FALSE 0 0.0 0,00 never opted_out opt-out OPTOUT OptedOut opting-out STOP STOPPED"
    " stopall unsubscribe UNSUBSCRIBED un-subscribed revoked refused declined withdrawn rejected denied DNC blocked",
    Answer.NOTHING: "N/A n/a #N/A na none None - -- – ? ??? unknown PENDING pending... tbd null _ “”",
    Answer.EVIDENCE: "form webinar Stefan Notary November Norway nonprofit 01/05/2026 10 2026-05-03 Denver",
}
SAID_AT_LENGTH = {
    Answer.NO: [
        "no consent",
        "not subscribed",
        "not given",
        "do not text",
        "Do_Not_Contact",
        "don't text me",
        "don’t call",
        "No thanks",
        "no, asked 3 May",
        "revoked 3 May",
        "opt out",
        "opted out by phone, 3 May",
        "Consent revoked 3 May",
        "Web form, then unsubscribed",
        "SMS: do not text",
    ],
    Answer.NOTHING: ["not yet", "Not Defined", "not_known", "to be confirmed", " - ", ""],
    Answer.EVIDENCE: ["Web form 3 May", "web_form", "No. 5 of the forms", "Signed at the counter", "Opted in 3 May"],
}
TABLE = [(word, said) for said, words in SAID.items() for word in words.split()]
TABLE += [(cell, said) for said, cells in SAID_AT_LENGTH.items() for cell in cells]


@pytest.mark.parametrize(("cell", "said"), TABLE)
def test_a_cell_says(cell: str, said: Answer) -> None:
    assert answer(cell) is said
