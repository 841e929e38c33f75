"""What people can ask the bot for, whether from Slack or a terminal.

Use cases return plain results (`bot.use_cases.results`) and raise `Refused`. They know neither Slack nor the
words of the answers.
"""
