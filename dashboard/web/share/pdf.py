"""What makes a tagged PDF one of PDF/UA: it says so in its metadata, beside title and language."""

import io
from html import escape

from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def as_pdf_ua(content: bytes, title: str, language: str) -> bytes:
    """A tagged PDF whose metadata name PDF/UA-1 (ISO 14289-1), its title and its language (such as fr-CA)."""
    made = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    stream = StreamObject()
    stream.set_data(XMP.format(title=escape(title), language=escape(language)).encode())
    stream |= {NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")}
    made.root_object[NameObject("/Metadata")] = made._add_object(stream)
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()
