"""What people type: the verbs, and how a line is read."""
