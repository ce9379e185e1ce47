"""What this computer says about region and time zone, where the caller says nothing."""

import locale
import os


def system_region() -> str:
    """Return the country of the user's locale (ISO 3166-1 alpha-2), ``US`` where it names none."""
    language = locale.getlocale()[0] or ""
    country = language.partition("_")[2][:2]
    return country if len(country) == 2 and country.isalpha() and country.isupper() else "US"


def system_time_zone() -> str:
    """Return this computer's IANA time zone, ``UTC`` where the system does not name one that way."""
    return os.path.realpath("/etc/localtime").partition("/zoneinfo/")[2] or "UTC"
