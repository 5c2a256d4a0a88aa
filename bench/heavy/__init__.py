"""The longest stretch of work at the largest settings that each form allows."""
