"""Names of countries in the languages address books are written in, as ISO 3166-1 alpha-2 codes."""

from functools import lru_cache

from crm_desktop.domain.folding import fold

# The official translations of ISO 3166 that pycountry brings along.
_LANGUAGES = ("de", "fr", "es", "it", "nl", "pt", "pl", "cs", "sv", "da", "tr", "hu", "ro", "ar")
# What people write and no list has.
_HABITS = {
    "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "great britain": "GB",
    "northern ireland": "GB", "grossbritannien": "GB", "usa": "US", "u.s.a.": "US", "u.s.": "US",
    "united states of america": "US", "vereinigte staaten von amerika": "US", "holland": "NL",
    "the netherlands": "NL", "niederlande": "NL", "brd": "DE", "bundesrepublik deutschland": "DE",
    "turkey": "TR", "turkei": "TR", "czech republic": "CZ", "tschechische republik": "CZ", "tschechien": "CZ",
    "russia": "RU", "russland": "RU", "south korea": "KR", "korea": "KR", "schweiz": "CH", "suisse": "CH",
    "svizzera": "CH", "osterreich": "AT", "uae": "AE", "eire": "IE", "republic of ireland": "IE",
}  # fmt: skip


def country_code(text: str) -> str | None:
    """Return the alpha-2 code of a country named by code (two or three letters) or name, or None."""
    key = " ".join(fold(text).split())
    return _names().get(key) if key else None


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Return every known name, folded."""
    import gettext

    import pycountry

    found: dict[str, str] = {}
    for country in pycountry.countries:
        for name in ("alpha_2", "alpha_3", "name", "common_name", "official_name"):
            if written := getattr(country, name, None):
                found.setdefault(fold(written), country.alpha_2)
    for language in _LANGUAGES:
        translated = gettext.translation(
            "iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True
        )
        for country in pycountry.countries:
            for name in ("name", "common_name"):
                if written := getattr(country, name, None):
                    found.setdefault(fold(translated.gettext(written)), country.alpha_2)
    return found | _HABITS
