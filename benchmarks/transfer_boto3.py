"""boto3 as KServe's storage initializer uses it: one object after another, each by its transfer manager."""

import os
import sys

import boto3

row, place = sys.argv[1:]
bucket = boto3.resource("s3", endpoint_url=os.environ["S3_ENDPOINT"]).Bucket(
    "download" if row.endswith("down") else "upload")
if row == "large-down":
    bucket.download_file("large", place + "/large")
elif row == "small-down":
    os.makedirs(place + "/small", exist_ok=True)
    for found in bucket.objects.filter(Prefix="small/"):
        bucket.download_file(found.key, place + "/" + found.key)
elif row == "large-up":
    bucket.upload_file(place + "/large", "large")
else:
    for name in sorted(os.listdir(place + "/small")):
        bucket.upload_file(place + "/small/" + name, "small/" + name)
