"""Slack's and Stripe's requests: each is read, authorised, given to a use case, and answered.

Nothing here decides what the portal allows, and no Block Kit is written here: see `bot.portal.rules` and
`messages/`.
"""
