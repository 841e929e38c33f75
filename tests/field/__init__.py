"""What once failed on real material: each line as an input at the front door, and what the answer must say.

`rows/*.yaml` holds the lines and names the tests that keep them; `python -m tests.field.replay` plays the
same lines against any checkout of the bot, such as one of before they were mended.
"""
