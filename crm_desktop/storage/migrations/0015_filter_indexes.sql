-- Filters by owner and by the day of a birthday, which otherwise read every contact of a list.

CREATE INDEX contact_owner ON contact (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX contact_birthday ON contact (substr(birthday, -5), birthday) WHERE birthday IS NOT NULL;
