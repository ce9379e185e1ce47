"""Files that are attached to a contact: read whole from the disk, and decoded to be shown. Stores nothing."""
