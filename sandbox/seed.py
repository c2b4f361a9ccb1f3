"""What the first start creates: a funded account with four numbers, test credentials, and a few handsets."""

from .accounts import Accounts
from .numbers import Numbers
from .store import Store

NUMBERS = (
    ("+14155550110", "Main line"),
    ("+18135550120", "Tampa PPC"),
    ("+18005550199", "Toll-free"),
    ("+16135550140", "Ottawa office"),
)
HANDSETS = (
    ("+12125550161", "Maria Lopez"),
    ("+13055550172", "Devon Clarke"),
    ("+15125550183", "Priya Natarajan"),
    ("+14165550194", "Owen Tremblay"),
)


def plant(store: Store, accounts: Accounts, numbers: Numbers) -> None:
    """Fill an empty sandbox."""
    account = accounts.create("Full", "Sandbox account")
    for phone, name in NUMBERS:
        if phone not in numbers.by_phone:
            numbers.create(account.sid, phone, friendly_name=name)
    accounts.create("Test", "Test credentials")
    handsets(store)


def handsets(store: Store) -> None:
    """Put the fake phones on the table."""
    store.write_many("INSERT OR IGNORE INTO handsets (phone, name) VALUES (?, ?)", HANDSETS)
