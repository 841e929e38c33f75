"""Changes of portal configurations, from "change this setting" to changed, declined or undone."""
