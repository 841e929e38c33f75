"""The documentation as a site: `make docs` puts its pages together here, and MkDocs makes the site of them.

Pages of the repository are copied with their links turned towards each other; what the code knows better than
a person is written from it: every command, and every setting with its default.
"""
