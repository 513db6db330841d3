"""A clipboard of a page, with and without encryption."""

CLIPBOARD = """
    const kept = [];
    Object.defineProperty(navigator, "clipboard", {
        configurable: true,
        value: isSecure ? { writeText: async (text) => kept.push(text) } : undefined,
    });
    // A page of a test is pressed by nobody, and so may not copy.
    const { execCommand } = document;
    document.execCommand = () => {
        const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer() });
        document.dispatchEvent(event);
        const text = event.clipboardData.getData("text/plain");
        if (isAllowed && text) kept.push(text);
        return isAllowed;
    };
"""
"""`isSecure` and `isAllowed` say how it is; what was copied is in `kept`."""
