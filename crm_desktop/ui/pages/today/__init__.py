"""The Today page: who must be called back, what is due, who is quiet, and how calls have gone."""
