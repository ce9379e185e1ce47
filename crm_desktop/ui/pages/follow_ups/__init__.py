"""The page of the follow-ups."""
