"""The window measuring itself: what ``crm-desktop --measure`` does; see ``job.py``."""
