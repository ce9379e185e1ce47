"""The rule of filters in plain Python over whole cards: what the SQL of storage is held against."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from crm_desktop.domain.contacts import ContactCard, Phone
from crm_desktop.domain.custom_fields import FieldKind as OwnKind
from crm_desktop.domain.custom_fields import canonical_number
from crm_desktop.domain.filters import Condition, Gap, Operator
from crm_desktop.domain.folding import fold, plain_digits
from crm_desktop.domain.relations import RULE_OF, RelationKind

ISO_DAYS = {"renewal", "status_since"}


class Reference:
    """Says of one card whether a resolved condition holds.

    ``own`` are the office's own fields by key: id and kind. ``relations`` are (from, to, kind, name of from,
    name of to), with nobody in the trash.
    """

    def __init__(
        self, zone: str, *, products: dict[int, str], last_calls: dict[int, int],
        members: dict[int, str], with_files: set[int], own: dict[str, tuple[int, OwnKind]],
        relations: list[tuple[int, int, str, str, str]],
    ) -> None:  # fmt: skip
        self._zone = ZoneInfo(zone)
        self._products = products
        self._last_calls = last_calls
        self._members = members
        self._with_files = with_files
        self._own = own
        self._relations = relations

    def holds(self, card: ContactCard, condition: Condition) -> bool:
        key, operator, values = condition.field, condition.operator, condition.values
        if key == "status":
            return card.contact.status in values
        if key == "incomplete":
            return any(self._lacks(card, value) for value in values)
        if key == "phone":
            return self._phone(card, operator, values)
        if key in ISO_DAYS:
            return self._day(self._days(card, key), operator, values)
        if key in {"created", "changed", "last_contact"}:
            return self._day(self._moments(card, key), operator, values)
        return self._value(card, condition)

    def _value(self, card: ContactCard, condition: Condition) -> bool:
        key, operator, values = condition.field, condition.operator, condition.values
        if key.startswith("custom."):
            return self._own_value(card, condition)
        if key == "relation":
            return self._related(card, values) == (operator is Operator.IS)
        if key == "files":
            return (card.contact.id in self._with_files) == (operator is Operator.NOT_EMPTY)
        if key == "birthday":
            return self._birthday(card.contact.birthday, operator, values)
        return self._text(self.texts(card, key), operator, values)

    def _own_value(self, card: ContactCard, condition: Condition) -> bool:
        operator, values = condition.operator, condition.values
        if condition.field not in self._own:
            return False
        field_id, kind = self._own[condition.field]
        found = [value.value for value in card.custom_values if value.field_id == field_id]
        if operator is Operator.ANY_OF:
            return any(value in values for value in found)
        if kind is OwnKind.DATE:
            return self._day([date.fromisoformat(value) for value in found], operator, values)
        if kind is OwnKind.NUMBER and operator not in {Operator.EMPTY, Operator.NOT_EMPTY}:
            first, last = (Decimal(canonical_number(value) or "") for value in (values[0], values[-1]))
            return any(
                {
                    Operator.IS: first == number, Operator.AFTER: number > first,
                    Operator.BEFORE: number < first, Operator.BETWEEN: first <= number <= last,
                }[operator]
                for number in map(Decimal, found)
            )  # fmt: skip
        return self._text(found, operator, values)

    def _related(self, card: ContactCard, values: tuple[str, ...]) -> bool:
        wanted = [fold(value) for value in values[1:]]
        for first, other, kind, first_name, other_name in self._relations:
            rule = RULE_OF[RelationKind(kind)]
            for contact_id, role, name in ((first, rule.first, other_name), (other, rule.other, first_name)):
                fits = contact_id == card.contact.id and role == values[0]
                if fits and all(word in fold(name) for word in wanted):
                    return True
        return False

    @staticmethod
    def _birthday(birthday: str | None, operator: Operator, values: tuple[str, ...]) -> bool:
        if operator in {Operator.EMPTY, Operator.NOT_EMPTY}:
            return (operator is Operator.EMPTY) == (not birthday)
        if not birthday:
            return False
        month, day = map(int, birthday.split("-")[-2:])
        if operator is Operator.ANY_OF:
            return month in map(int, values)
        first, last = (tuple(map(int, value.split("-"))) for value in values)
        if first <= last:
            return first <= (month, day) <= last
        return (month, day) >= first or (month, day) <= last

    def texts(self, card: ContactCard, key: str) -> list[str]:
        """Return the values of a field of text that are not empty."""
        if key in self._own:
            return [value.value for value in card.custom_values if value.field_id == self._own[key][0]]
        uses = [use for use in card.product_uses if use.until is None]
        addresses = [address for address in card.addresses if not address.former]
        found = {
            "name": lambda: [card.contact.name_key],
            "company": lambda: [card.contact.company_key],
            "email": lambda: [email.address for email in card.emails],
            "product": lambda: [self._products[use.product_id] for use in uses],
            "foreign_id": lambda: [known.value for known in card.foreign_ids],
            "owner": lambda: [self._members.get(card.contact.owner_id or 0, "")],
            "tag": lambda: [tag.name for tag in card.tags],
            "introduced_by": lambda: [
                to_name
                for first, _to, kind, _name, to_name in self._relations
                if first == card.contact.id and kind == "referral"
            ],
        }.get(key)
        if found is not None:
            return [text for text in found() if text]
        if key in {"city", "postal_code", "country"}:
            return [text for address in addresses if (text := getattr(address, key))]
        return [text for text in (getattr(card.contact, key),) if text]

    @staticmethod
    def _text(texts: list[str], operator: Operator, values: tuple[str, ...]) -> bool:
        folded = [fold(text) for text in texts]
        wanted = fold(values[0].strip()) if values else ""
        return {
            Operator.EMPTY: lambda: not folded,
            Operator.NOT_EMPTY: lambda: bool(folded),
            Operator.IS: lambda: wanted in folded,
            Operator.IS_NOT: lambda: wanted not in folded,
            Operator.CONTAINS: lambda: any(wanted in text for text in folded),
            Operator.BEGINS_WITH: lambda: any(text.startswith(wanted) for text in folded),
        }[operator]()

    @staticmethod
    def _phone(card: ContactCard, operator: Operator, values: tuple[str, ...]) -> bool:
        if not values:
            return (operator is Operator.NOT_EMPTY) == bool(card.phones)
        digits = plain_digits(values[0])
        wanted = digits.lstrip("0") or digits

        def fits(phone: Phone) -> bool:
            typed = plain_digits(phone.raw)
            number = phone.e164[1:] if phone.e164 else typed
            if operator is Operator.CONTAINS:
                return wanted in number or digits in typed
            if "+" in values[0]:
                return phone.e164 is not None and number.startswith(wanted)
            return typed.startswith(digits) or number.startswith(wanted)

        return any(fits(phone) for phone in card.phones)

    @staticmethod
    def _days(card: ContactCard, key: str) -> list[date]:
        texts = [use.renewal_on for use in card.product_uses if use.until is None]
        if key == "status_since":
            texts = [card.contact.status_since]
        return [date.fromisoformat(text) for text in texts if text]

    def _moments(self, card: ContactCard, key: str) -> list[date]:
        last = self._last_calls.get(card.contact.id)
        moments = {
            "created": card.contact.created_at, "changed": card.contact.changed_at, "last_contact": last,
        }  # fmt: skip
        moment = moments[key]
        return [] if moment is None else [datetime.fromtimestamp(moment, UTC).astimezone(self._zone).date()]

    @staticmethod
    def _day(days: list[date], operator: Operator, values: tuple[str, ...]) -> bool:
        wanted = [date.fromisoformat(value) for value in values]
        if operator is Operator.EMPTY:
            return not days
        if operator is Operator.OLDER_THAN:
            return not any(day >= wanted[0] for day in days)
        tests: dict[Operator, Callable[[date], bool]] = {
            Operator.NOT_EMPTY: lambda day: day is not None,
            Operator.IS: lambda day: day == wanted[0],
            Operator.BEFORE: lambda day: day < wanted[0],
            Operator.AFTER: lambda day: day > wanted[0],
            Operator.BETWEEN: lambda day: wanted[0] <= day <= wanted[1],
        }
        return any(map(tests[operator], days))

    def _lacks(self, card: ContactCard, value: str) -> bool:
        gap, _, day = value.partition(":")
        if gap == Gap.QUIET:
            return self._day(self._moments(card, "last_contact"), Operator.OLDER_THAN, (day,))
        return not {
            Gap.PHONE: card.phones,
            Gap.EMAIL: card.emails,
            Gap.ADDRESS: [address for address in card.addresses if not address.former],
            Gap.PRODUCT: [use for use in card.product_uses if use.until is None],
        }[Gap(gap)]
