"""The contract between server and clients: the arguments and answers of commands, as frozen dataclasses.

Each view has a module. `vscode-extension/scripts/protocol.py` writes the extension's `protocol.ts` from them. A field
with a default is optional on the wire, and the server leaves it out when it has that value.
"""
