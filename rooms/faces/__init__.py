"""The faces of a decision map: one document as a page, on paper, as Markdown, as JSON and as a picture of a link."""
