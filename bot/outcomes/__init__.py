"""What came of a portal link: from Stripe's events to what its agent is told, with tables of its own."""
