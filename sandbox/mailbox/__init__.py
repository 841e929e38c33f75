"""A mailbox that everything goes into, whoever it is for."""
