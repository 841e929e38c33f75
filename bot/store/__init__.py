"""Tables, audit trail, link limits, Stripe events. A failing database leaves here as `Unavailable`."""
