"""Who may look and who may change figures: roles, identity, permission, and the sign-in as the reader sees it."""
