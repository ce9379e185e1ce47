"""Words of tables of calls in English, German, French and Spanish: headers, directions, outcomes, totals.

Compared after folding, so accents and case do not matter.
"""

from crm_desktop.domain.folding import fold


def _words(text: str) -> tuple[str, ...]:
    return tuple(fold(word.strip()) for word in text.replace("\n", "|").split("|") if word.strip())


# In each list the surest word comes first; a header is compared whole before its parts.
HEADER_WORDS: dict[str, tuple[str, ...]] = {
    "date": _words(
        """date and time|date time|datetime|date/time|call date|start time|started at|start|call time
        timestamp
        date|day|datum und uhrzeit|datum/uhrzeit|datum/zeit|zeitpunkt|beginn|anrufdatum|datum|tag
        date et heure|date/heure|date de l'appel|début|jour|fecha y hora|fecha/hora|fecha de llamada
        inicio|fecha|día"""
    ),
    "time": _words("time|time of day|uhrzeit|zeit|startzeit|heure|heure de l'appel|hora|hora de inicio"),
    "direction": _words(
        """direction|call type|call direction|type|in/out|kind|richtung|anrufart|anruftyp|art|typ
        sens|type d'appel|type|dirección|sentido|tipo de llamada|tipo"""
    ),
    "outcome": _words(
        """outcome|status|result|call status|disposition|action result|ergebnis|résultat|statut
        resultado|estado"""
    ),
    "number": _words(
        """phone number|number|other party|telephone|phone|contact number|remote number|party number|msisdn
        rufnummer|telefonnummer|nummer|telefon|gegenstelle|numéro|numéro de téléphone|téléphone|correspondant
        número|número de teléfono|teléfono"""
    ),
    "caller": _words(
        """caller|from|caller number|calling number|source|src|anrufer|von|appelant|de|origen|llamante"""
    ),
    "callee": _words(
        """callee|to|called number|destination|dst|destination number|angerufener|nach|ziel|an|appelé|à
        vers|destino|a"""
    ),
    "name": _words(
        """contact name|contact|name|caller name|party|customer|person|teilnehmer|kontakt|kunde
        ansprechpartner
        nom|nom du contact|client|nombre|contacto|cliente"""
    ),
    "duration": _words(
        """duration|talk time|talk duration|call duration|length|billsec|duration (s)|duration seconds|seconds
        dauer|gesprächsdauer|anrufdauer|sprechzeit|durée|durée de l'appel|duración|duración de la llamada"""
    ),
    "own_line": _words(
        """own number|own line|line|extension|eigene rufnummer|nebenstelle|leitung|ligne|línea|extensión"""
    ),
}  # fmt: skip

_MEANINGS = {
    "incoming": """incoming|in|inbound|received|receive|ein|eingehend|eingang|ankommend|angenommen|rein
        entrant
        reçu|entrante|recibida|recibido|entrada""",
    "outgoing": """outgoing|out|outbound|dialed|dialled|placed|made|aus|ausgehend|ausgang|abgehend|gewählt
        raus
        sortant|émis|saliente|realizada|efectuada|salida""",
    "incoming/missed": """missed|missed call|unanswered|verpasst|entgangen|verpasster anruf
        nicht angenommen|manqué
        appel manqué|perdida|llamada perdida""",
    "incoming/voicemail": """voicemail|voice mail|ab|anrufbeantworter|mailbox|messagerie|répondeur
        buzón de voz|buzón""",
    "incoming/rejected": "rejected|declined|abgelehnt|abgewiesen|rejeté|refusé|rechazada",
    "incoming/blocked": "blocked|blockiert|gesperrt|bloqué|bloqueada",
    "outgoing/no_answer": """no answer|not answered|cancelled|canceled|n. erreicht|nicht erreicht
        keine antwort
        sans réponse|sin respuesta|no contestada""",
    "outgoing/busy": "busy|besetzt|occupé|ocupado",
    "internal": "internal|local|intern|interne|interna|interno",
}  # fmt: skip
DIRECTION_WORDS: dict[str, str] = {
    word: meaning for meaning, text in _MEANINGS.items() for word in _words(text)
}

_OUTCOMES = {
    "answered": """answered|connected|completed|accepted|call connected|ok|angenommen|beantwortet|erfolgreich
        verbunden|répondu|abouti|contestada|atendida""",
    "missed": "missed|unanswered|verpasst|entgangen|manqué|perdida",
    "rejected": "rejected|declined|abgelehnt|rejeté|rechazada",
    "blocked": "blocked|blockiert|bloqué|bloqueada",
    "voicemail": "voicemail|anrufbeantworter|mailbox|messagerie|buzón de voz",
    "no_answer": "no answer|not answered|nicht erreicht|keine antwort|sans réponse|sin respuesta",
    "busy": "busy|besetzt|occupé|ocupado",
    "cancelled": "cancelled|canceled|abgebrochen|annulé|cancelada",
    "failed": "failed|error|fehlgeschlagen|échec|fallida",
}  # fmt: skip
OUTCOME_WORDS: dict[str, str] = {
    word: meaning for meaning, text in _OUTCOMES.items() for word in _words(text)
}

TOTALS_WORDS: frozenset[str] = frozenset(
    _words(
        "total|totals|grand total|sum|subtotal|summe|gesamt|gesamtsumme|insgesamt|zwischensumme|somme|totaux|"
        "total général|suma|totales|total general|totale"
    )
)
NO_NAME: frozenset[str] = frozenset(
    {"(unknown)", "unknown", "null", "(null)", "unbekannt", "inconnu", "desconocido"}
)
