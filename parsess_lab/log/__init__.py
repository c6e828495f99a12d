"""The log: append, read after N, follow. Knows lines, files and owners, not what the events mean."""

from parsess_lab.log.blobs import Blobs
from parsess_lab.log.lines import FORMAT, AnyStored, Header
from parsess_lab.log.log import Behind, Log
from parsess_lab.log.owner import Owner

__all__ = ["FORMAT", "AnyStored", "Behind", "Blobs", "Header", "Log", "Owner"]
