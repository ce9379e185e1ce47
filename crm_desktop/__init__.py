"""CT-CRM Desktop: the customers of a small office in one encrypted file per organization."""
