"""Words and signs that stand in a number's place in call logs, in the languages such logs are met in.

Compared after folding (``domain/folding.py``), so accents and case do not matter. ``-1``, ``-2`` and ``-3``
are Android's codes for unknown, private and payphone.
"""

from crm_desktop.domain.folding import fold

_WITHHELD = """
-1|-2|-3|-4|null|(null)|none|n/a|nan|(unknown)
unknown|unknown number|unknown caller|private|private number|private caller|anonymous|restricted
restricted number|withheld|number withheld|blocked|blocked number|hidden|hidden number|unavailable
not available|number unavailable|out of area|no caller id|no number|caller id blocked|payphone|pay phone
unterdrückt|rufnummer unterdrückt|nummer unterdrückt|unbekannt|unbekannte nummer|unbekannter teilnehmer
anonym|privat|private nummer|keine rufnummer|keine nummer|ohne rufnummer|münztelefon
masqué|numéro masqué|appel masqué|inconnu|numéro inconnu|privé|numéro privé|anonyme|caché|indisponible
oculto|número oculto|desconocido|número desconocido|privado|número privado|anónimo|no disponible|sin número
sconosciuto|numero sconosciuto|privato|numero privato|riservato|anonimo|nascosto|non disponibile
onbekend|onbekend nummer|anoniem|privé nummer|afgeschermd|geen nummer
desconhecido|número desconhecido|confidencial|número confidencial|não identificado|indisponível|sem número
nieznany|numer nieznany|prywatny|numer prywatny|zastrzeżony|numer zastrzeżony|ukryty|anonimowy
okänt|okänd|okänt nummer|dolt|dolt nummer|skyddat nummer|hemligt nummer|privat nummer
ukendt|ukendt nummer|hemmeligt nummer|skjult|skjult nummer|ukjent|ukjent nummer|tuntematon|salainen
neznámé|neznámé číslo|skryté|skryté číslo|soukromé|ismeretlen|rejtett|rejtett szám|necunoscut|ascuns
gizli|gizli numara|bilinmeyen|bilinmeyen numara|özel|özel numara|άγνωστος|απόκρυψη
неизвестный|неизвестный номер|неизвестно|скрытый|скрытый номер|номер скрыт|анонимный|невідомий|приховано
غير معروف|رقم غير معروف|رقم خاص|خاص|محجوب|מספר חסוי|חסוי|לא ידוע|מספר לא ידוע
非通知|不明|公衆電話|表示圏外|未知|未知号码|未知號碼|私人号码|私人號碼|隐藏|隱藏|匿名|无号码
발신번호 표시제한|발신자 표시 제한|알 수 없음|अज्ञात
"""

WITHHELD_WORDS: frozenset[str] = frozenset(
    fold(word.strip()) for line in _WITHHELD.strip().splitlines() for word in line.split("|")
)
