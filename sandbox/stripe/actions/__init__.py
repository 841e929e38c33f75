"""What customers do on the portal's pages, and what happens to their subscriptions: changed objects and
events.
"""
