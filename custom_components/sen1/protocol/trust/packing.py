"""Signed statements made smaller for the wire: deflated with words that both sides know.

An item goes each five seconds: signed and in base64 it would be twice as long as what it tells.
The words are part of the protocol (docs/protocol.md); `PACKING` names them, and others would have
another name. What is signed is the statement; how it was packed is nobody's word.
"""

from zlib import compressobj, decompressobj, error

PACKING = "0"

RAW = -15
"""No header and no checksum: the signature is one."""

WORDS = (
    b'<ns1:command node="get_history" status="completed" sessionid="<ns2:x type="result">'
    b'<ns2:title>Get history</ns2:title><ns2:field type="fixed" var="result" label="Get '
    b'<ns2:value>Success</ns2:value></ns2:field></ns2:x> about=" to="urn:xmpp: jabber:x:data '
    b'http://jabber.org/protocol/commands <ns3:meta><ns4:senml t=" boolean text power energy '
    b"temperature humidity voltage current production active reactive index load P1D PT1H PT10M "
    b'<ns1:measurement name="energy" direction="production" quantity="energy" '
    b'unit="kWh" type="electrical" aggregation="sum" mean last sampling-interval="PT30M" '
    b'state="unavailable" owed-from=" granularity="live" title=" changed-from=" '
    b'<ns2:site kind="home" heating="electric" <ns2:controller name="<ns2:device '
    b'source="meter" manufacturer=" model=" bver="26" bu="Wh" v="0. /><ns3:senml t=" '
    b'<ns0:statement xmlns:ns0="urn:sen1:trust:0" xmlns:ns1="urn:quoalise:0" '
    b'xmlns:ns2="urn:sen1:0" xmlns:ns3="urn:ietf:params:xml:ns:senml" from="@" '
    b'said="2026-2027-2028-T00:00:00.000Z" node="urn:sen1:publication:0:" item="202">'
    b'<ns1:quoalise><ns1:data><ns1:meta><ns1:measurement name="power" '
    b'quantity="power" type="electrical" direction="consumption" unit="W" />'
    b'name="apparent-power" unit="VA" <ns2:publication id="" revision="1" after="202" />'
    b'</ns1:meta><ns3:sensml><ns3:senml bn="urn:uuid:_consumption/power/apparent/live" bt="17" '
    b'bu="VA" v="1" /></ns3:sensml></ns1:data></ns1:quoalise></ns0:statement>'
)
"""What comes last is found for the least."""


def packed(statement: bytes) -> bytes:
    """Return a statement as it goes."""
    deflate = compressobj(wbits=RAW, zdict=WORDS)
    return deflate.compress(statement) + deflate.flush()


def unpacked(data: bytes, most: int) -> bytes:
    """Return the statement that came; raises ValueError when it is none, or too long."""
    inflate = decompressobj(wbits=RAW, zdict=WORDS)
    try:
        statement = inflate.decompress(data, most)
    except error as fault:
        raise ValueError(str(fault)) from fault
    if not inflate.eof or inflate.unused_data:
        raise ValueError("not one whole statement")
    return statement
