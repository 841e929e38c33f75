"""The page: a workspace to type into, and beside it the customer's portal, the mailbox and the traffic."""
