"""Names that try to break a message, a page or a person's patience."""

from sandbox.stripe.seeds.builder import Builder

NAMES = (
    ("channel", "<!channel>", "A name that would ping everyone."),
    ("evil_link", "<https://evil.example|Open billing portal>", "A name that would be a link."),
    ("rtl", "\u202egnp.exe\u202c שלום", "Right-to-left text and an override character."),
    ("long", "Very " + "long " * 48 + "name", "A name of 250 characters."),
    ("backticks", "```code``` `x` *bold* _it_ ~s~", "Every mark of Slack's formatting."),
    ("emoji", "👩‍👩‍👧‍👦 :tada: 🏳️‍🌈", "Emoji, joined and coloned."),
    ("newline", "Line one\nLine two\r\n> quoted", "A name in several lines."),
    ("json", '"}, {"type": "section"', "A name that would close a JSON string."),
    ("template", "{{7*7}} {% raw %} ${7*7}", "A name that would be a template."),
    ("html", "<script>alert('x')</script> & Sons", "A name that would be a script."),
    ("blank", "   ", "A name of spaces only."),
)


def hostile(b: Builder) -> None:
    """Seed customers with hostile names; each has a working subscription."""
    for label, name, story in NAMES:
        email = f"{label.replace('_', '-')}@hostile.example"
        subscription = b.plain(f"hostile_{label}", name, email, story)
        subscription["metadata"] = {"note": name}
        b.invoice(subscription)
