"""Where a North American number is from, by area code: what fills FromCity, FromState, FromZip in a webhook."""

from . import phones

PLACES: dict[str, tuple[str, str, str]] = {
    "201": ("JERSEY CITY", "NJ", "07302"),
    "202": ("WASHINGTON", "DC", "20004"),
    "206": ("SEATTLE", "WA", "98101"),
    "212": ("NEW YORK", "NY", "10001"),
    "213": ("LOS ANGELES", "CA", "90012"),
    "214": ("DALLAS", "TX", "75201"),
    "215": ("PHILADELPHIA", "PA", "19103"),
    "303": ("DENVER", "CO", "80202"),
    "305": ("MIAMI", "FL", "33130"),
    "312": ("CHICAGO", "IL", "60601"),
    "313": ("DETROIT", "MI", "48226"),
    "404": ("ATLANTA", "GA", "30303"),
    "407": ("ORLANDO", "FL", "32801"),
    "415": ("SAN FRANCISCO", "CA", "94103"),
    "416": ("TORONTO", "ON", ""),
    "502": ("LOUISVILLE", "KY", "40202"),
    "503": ("PORTLAND", "OR", "97205"),
    "504": ("NEW ORLEANS", "LA", "70112"),
    "512": ("AUSTIN", "TX", "78701"),
    "514": ("MONTREAL", "QC", ""),
    "602": ("PHOENIX", "AZ", "85004"),
    "604": ("VANCOUVER", "BC", ""),
    "612": ("MINNEAPOLIS", "MN", "55401"),
    "613": ("OTTAWA", "ON", ""),
    "615": ("NASHVILLE", "TN", "37203"),
    "617": ("BOSTON", "MA", "02108"),
    "702": ("LAS VEGAS", "NV", "89101"),
    "713": ("HOUSTON", "TX", "77002"),
    "801": ("SALT LAKE CITY", "UT", "84101"),
    "808": ("HONOLULU", "HI", "96813"),
    "813": ("TAMPA", "FL", "33602"),
    "907": ("ANCHORAGE", "AK", "99501"),
}


def fields(prefix: str, phone: str) -> dict[str, str]:
    """FromCity, FromState, FromZip, FromCountry (prefix `From`) of a number; empty strings where unknown."""
    known = phone[2:5] if phone.startswith("+1") else ""
    city, state, postcode = PLACES.get(known, ("", "", ""))
    names = ("City", "State", "Zip", "Country")
    values = (city, state, postcode, phones.country(phone))
    return {prefix + name: value for name, value in zip(names, values, strict=True)}
