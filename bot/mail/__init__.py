"""Mails to customers: from words to a message, and from "send it" to sent, failed or parked."""
