"""Convert a subset of Markdown to HTML."""

import html
import re


class MarkdownConverter:
    """Converts Markdown to HTML."""

    def __init__(self):
        self.in_list = False
        self.in_code = False

    def convert(self, text):
        """Convert a whole document."""
        output = ""
        for line in text.split("\n"):
            output += self.convert_line(line)
        if self.in_list:
            output += "</ul>\n"
        if self.in_code:
            output += "</code></pre>\n"
        return output

    def convert_line(self, line):
        """Convert one line."""
        if line.startswith("```"):
            if self.in_code:
                self.in_code = False
                return "</code></pre>\n"
            else:
                self.in_code = True
                return "<pre><code>"
        if self.in_code:
            return html.escape(line) + "\n"

        prefix = ""
        if not line.startswith("- ") and self.in_list:
            self.in_list = False
            prefix = "</ul>\n"

        if line.startswith("# "):
            return prefix + "<h1>" + self.inline(line[2:]) + "</h1>\n"
        elif line.startswith("## "):
            return prefix + "<h2>" + self.inline(line[3:]) + "</h2>\n"
        elif line.startswith("### "):
            return prefix + "<h3>" + self.inline(line[4:]) + "</h3>\n"
        elif line.startswith("- "):
            if not self.in_list:
                self.in_list = True
                prefix = "<ul>\n"
            return prefix + "<li>" + self.inline(line[2:]) + "</li>\n"
        elif line.startswith("> "):
            return prefix + "<blockquote>" + self.inline(line[2:]) + "</blockquote>\n"
        elif line.strip() == "---":
            return prefix + "<hr>\n"
        elif line.strip() == "":
            return prefix
        else:
            return prefix + "<p>" + self.inline(line) + "</p>\n"

    def inline(self, text):
        """Convert emphasis, code, links and images."""
        text = html.escape(text)
        text = re.sub(r"!\[([^\]]*)\]\(([^)]+)\)", r'<img src="\2" alt="\1">', text)
        text = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r'<a href="\2">\1</a>', text)
        text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
        text = re.sub(r"\*(.+?)\*", r"<em>\1</em>", text)
        text = re.sub(r"`(.+?)`", r"<code>\1</code>", text)
        return text


def convert_file(source, target):
    """Convert a file."""
    converter = MarkdownConverter()
    with open(source, "r", encoding="utf-8") as f:
        content = f.read()
    result = converter.convert(content)
    with open(target, "w", encoding="utf-8") as f:
        f.write(result)


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 3:
        print("Usage: markdown_to_html.py SOURCE TARGET")
        sys.exit(1)
    convert_file(sys.argv[1], sys.argv[2])
