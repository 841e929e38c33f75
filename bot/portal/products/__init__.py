"""What customers see of a product, and what the portal makes of its prices."""
