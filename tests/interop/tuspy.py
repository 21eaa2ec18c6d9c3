"""Uploads a packet with tuspy as it comes: ENDPOINT MANIFEST PACKET and options."""

import argparse
import json
import sys

from tusclient import client
from tusclient.storage import filestorage

parser = argparse.ArgumentParser()
parser.add_argument("endpoint")
parser.add_argument("manifest")
parser.add_argument("packet")
parser.add_argument("--chunk", type=int, default=sys.maxsize)
parser.add_argument("--checksum", action="store_true")
parser.add_argument("--stop-at", type=int)
parser.add_argument("--urls", help="file in which tuspy finds an upload again")
options = parser.parse_args()

with open(options.manifest) as file:
    manifest = file.read().strip()
stored = {}
if options.urls:
    stored = {"store_url": True, "url_storage": filestorage.FileStorage(options.urls)}
uploader = client.TusClient(options.endpoint).uploader(
    options.packet,
    chunk_size=options.chunk,
    metadata={"manifest": manifest},
    upload_checksum=options.checksum,
    **stored,
)
begun_at = uploader.offset
uploader.upload(stop_at=options.stop_at)
print(json.dumps({"url": uploader.url, "begun_at": begun_at, "offset": uploader.offset}))
